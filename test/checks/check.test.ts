import { describe, expect, test } from "vitest";
import { type Check, type CheckResult, failure, listed, runChecks } from "../../src/checks/check.ts";
import { ConfigError, Transient } from "../../src/errors.ts";

const never = new AbortController().signal;
const well = async () => ({ ok: true, summary: "well" });
const hanging = () => new Promise<never>(() => {});

async function results(checks: readonly Check[], signal = never): Promise<CheckResult[]> {
  const found: CheckResult[] = [];
  for await (const result of runChecks(checks, signal)) found.push(result);
  return found;
}

test("checks run at once, and are told in the order given", async () => {
  const begun: string[] = [];
  const gate = Promise.withResolvers<void>();
  const check = (id: string): Check => ({
    id,
    async run() {
      begun.push(id);
      if (begun.length === 3) gate.resolve();
      await gate.promise;
      return { ok: true, summary: "" };
    },
  });
  expect((await results(["a", "b", "c"].map(check))).map(({ id }) => id)).toEqual(["a", "b", "c"]);
});

test("what needs something that is not well is not looked at, nor what needs that", async () => {
  const looked: string[] = [];
  const check = (id: string, needs: readonly string[], ok = true): Check => ({
    id,
    needs,
    async run() {
      looked.push(id);
      return { ok, summary: id };
    },
  });
  const found = await results([
    check("login", [], false),
    check("queues", ["login"]),
    check("brand", ["queues"]),
    check("state", []),
    check("page", ["state"]),
  ]);
  expect(found.map(({ ok }) => ok)).toEqual([false, null, null, true, true]);
  expect(found[2]?.summary).toBe("not looked at: it needs queues");
  expect(looked).toEqual(["login", "state", "page"]);
});

test("each has a deadline, whether it listens to a signal or not", async () => {
  const slow = { id: "slow", deadlineMs: 20, mend: "ask who keeps it", run: hanging };
  const found = await results([slow, { id: "other", run: well }]);
  expect(found[0]).toMatchObject({ ok: false, summary: "not done within 20 ms", mend: "ask who keeps it" });
  expect(found[1]?.ok).toBe(true);
});

test("stopped, what is under way is neither well nor wrong", async () => {
  const stop = new AbortController();
  const found = results([{ id: "slow", run: hanging }], stop.signal);
  stop.abort();
  expect(await found).toEqual([{ id: "slow", ok: null, summary: "stopped", ms: expect.any(Number) }]);
});

describe("an error becomes a finding", () => {
  const mend = "what the check says";
  test.each<[what: string, error: unknown, expected: object]>([
    [
      "what comes after its last semicolon mends it",
      new Transient("forbidden", "queues: HTTP 403 (missing; needs a:b:c); give the role what is missing"),
      { summary: "queues: HTTP 403 (missing; needs a:b:c)", mend: "give the role what is missing" },
    ],
    [
      "a semicolon in brackets is none",
      new Transient("x", "queues: HTTP 503 (down; correlation 1)"),
      { summary: "queues: HTTP 503 (down; correlation 1)", mend },
    ],
    [
      "without one the check's own word does",
      new Transient("x", "host down"),
      { summary: "host down", mend },
    ],
    [
      "all problems are told",
      new ConfigError(["a is wrong", "b too"]),
      { summary: "a is wrong; b too", mend },
    ],
    [
      "one nobody foresaw is named by its kind alone: it may quote what must not be shown",
      new TypeError("canary"),
      { summary: "unforeseen error: TypeError", mend },
    ],
  ])("%s", (_what, error, expected) => {
    expect(failure(error, mend)).toEqual({ ok: false, ...expected });
  });
});

test("of many names the first are told, and how many there are more", () => {
  expect(listed(["a", "b"])).toBe("a, b");
  expect(listed(["a", "b", "c", "d"], 2)).toBe("a, b and 2 more");
});
