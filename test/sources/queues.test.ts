import { expect, test } from "vitest";
import { NotYet } from "../../src/errors.ts";
import type { GenesysApi } from "../../src/genesys/api.ts";
import type { Queue } from "../../src/genesys/payloads.ts";
import { globMatcher } from "../../src/glob.ts";
import { Queues } from "../../src/sources/queues.ts";
import { startPlace } from "../place.ts";

const never = new AbortController().signal;

/** A platform that lists these, and knows those besides. */
function platform(listed: Queue[], hidden: Queue[] = []) {
  const asked: string[] = [];
  const api = {
    listQueues: async () => [...listed],
    getQueue: async (id: string) => {
      asked.push(id);
      return [...listed, ...hidden].find((queue) => queue.id === id);
    },
  } as unknown as GenesysApi;
  return { api, asked, listed, hidden };
}

const support = { id: "q1", name: "Support", enableTranscription: true };
const sales = { id: "q2", name: "Sales", enableTranscription: false };
const test1 = { id: "q3", name: "Support Test" };

test("ids of the queues whose names are wanted come in a stable order, whatever the platform's", async () => {
  const { api, listed } = platform([test1, sales, support]);
  const queues = new Queues(api, globMatcher(["Sup*"]));
  expect(await queues.refresh(never)).toEqual(["q1", "q3"]);
  listed.reverse();
  expect(await queues.refresh(never)).toEqual(["q1", "q3"]);
  expect(queues.size).toBe(3);
});

test("it listens to queues in the list whose names are wanted, and to no other", async () => {
  const { api } = platform([support, sales]);
  const queues = new Queues(api, (name) => name === "Support");
  expect(queues.listens("q1")).toBe(false);
  await queues.refresh(never);
  expect(["q1", "q2", "q9"].map((id) => queues.listens(id))).toEqual([true, false, false]);
});

test("a listed queue costs no request, wanted or not", async () => {
  const { api, asked } = platform([support, sales]);
  const queues = new Queues(api, () => false);
  await queues.refresh(never);
  expect(await queues.get("q2", never)).toEqual(sales);
  expect(asked).toEqual([]);
});

test("a queue that is not listed is asked for once, be it there or not", async () => {
  const { api, asked } = platform([support], [sales]);
  const queues = new Queues(api, () => true);
  await queues.refresh(never);
  for (let n = 0; n < 3; n++) {
    expect(await queues.get("q2", never)).toEqual(sales);
    expect(await queues.get("q9", never)).toBeUndefined();
  }
  expect(asked).toEqual(["q2", "q9"]);
});

test("nothing is judged by a list that has not come yet: that waits", async () => {
  const { api, asked } = platform([support], [sales]);
  const queues = new Queues(api, () => true);
  await expect(queues.get("q1", never)).rejects.toBeInstanceOf(NotYet);
  expect(asked).toEqual([]);
  await queues.refresh(never);
  expect(await queues.get("q1", never)).toEqual(support);
});

test("a failed refresh leaves the last list standing", async () => {
  const { api } = platform([support]);
  const queues = new Queues(api, () => true);
  await queues.refresh(never);
  Object.assign(api, { listQueues: () => Promise.reject(new Error("away")) });
  await expect(queues.refresh(never)).rejects.toThrow("away");
  expect(queues.listens("q1")).toBe(true);
});

test("what a queue is called and whether it transcribes follows the list", async () => {
  const { api, listed } = platform([support]);
  const queues = new Queues(api, (name) => name === "Support");
  await queues.refresh(never);
  listed[0] = { ...support, name: "Closed", enableTranscription: false };
  expect(await queues.refresh(never)).toEqual([]);
  expect(queues.listens("q1")).toBe(false);
  expect(await queues.get("q1", never)).toMatchObject({ name: "Closed", enableTranscription: false });
});

test("on the platform: every page is read, and queues come and go", async () => {
  await using place = await startPlace({
    queues: Array.from({ length: 250 }, (_one, n) => ({ name: `Q${n}` })),
  });
  const queues = new Queues(place.api, globMatcher(["Q1*"]));
  expect(await queues.refresh(never)).toHaveLength(1 + 10 + 100);
  expect(queues.size).toBe(250);
  const { id } = place.platform.addQueue({ name: "Q1 new", enableTranscription: false });
  expect(await queues.refresh(never)).toContain(id);
  expect(await queues.get(id, never)).toMatchObject({ enableTranscription: false });
  place.platform.removeQueue("Q1 new");
  expect(await queues.refresh(never)).not.toContain(id);
});
