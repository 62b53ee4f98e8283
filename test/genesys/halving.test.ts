import fc from "fast-check";
import { expect, test } from "vitest";
import { subscribeAll } from "../../src/genesys/halving.ts";

const refusal = new Error("notification.invalid.topic");

/** A channel of a platform that refuses a whole list for one topic it does not know. */
function channel(invalid: ReadonlySet<string>, earlier: readonly string[] = ["earlier"]) {
  const topics = new Set(earlier);
  let requests = 0;
  return {
    topics,
    requests: () => requests,
    ask: async (how: "replace" | "add", list: readonly string[]) => {
      requests++;
      if (list.some((topic) => invalid.has(topic))) return { kind: "invalid", error: refusal } as const;
      if (how === "replace") topics.clear();
      for (const topic of list) topics.add(topic);
      return { kind: "done", rejected: [] } as const;
    },
  };
}

test("whichever topics are invalid, all others are subscribed, and nothing that was there before", async () => {
  const lists = fc.uniqueArray(fc.string({ minLength: 1 }), { maxLength: 25 });
  await fc.assert(
    fc.asyncProperty(lists, fc.infiniteStream(fc.boolean()), async (topics, coin) => {
      const invalid = new Set(topics.filter(() => coin.next().value === true).slice(0, 5));
      const { ask, topics: there } = channel(invalid);
      const refused = await subscribeAll(topics, ask);
      expect(new Set(refused)).toEqual(invalid);
      const valid = topics.filter((topic) => !invalid.has(topic));
      if (valid.length > 0 || topics.length === 0) expect(there).toEqual(new Set(valid));
    }),
  );
});

test("a list nobody objects to costs one request, one bad topic of a thousand some twenty", async () => {
  const topics = Array.from({ length: 1_000 }, (_one, index) => `t-${index}`);
  const good = channel(new Set());
  expect(await subscribeAll(topics, good.ask)).toEqual([]);
  expect(good.requests()).toBe(1);
  const one = channel(new Set(["t-617"]));
  expect(await subscribeAll(topics, one.ask)).toEqual(["t-617"]);
  expect(one.requests()).toBeLessThanOrEqual(21);
});

test("where everything is invalid the refusal is thrown, after sixty requests", async () => {
  const topics = Array.from({ length: 1_000 }, (_one, index) => `t-${index}`);
  const { ask, requests } = channel(new Set(topics));
  await expect(subscribeAll(topics, ask)).rejects.toBe(refusal);
  expect(requests()).toBe(60);
});

test("what the platform rejects by name is told, and a channel that is gone too", async () => {
  expect(await subscribeAll(["a", "b"], async () => ({ kind: "done", rejected: ["b"] }))).toEqual(["b"]);
  expect(await subscribeAll(["a"], async () => ({ kind: "gone" }))).toBeUndefined();
});
