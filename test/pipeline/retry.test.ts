import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Fatal, NotYet, Permanent, Transient } from "../../src/errors.ts";
import type { ContactWork, NoticeWork, Work } from "../../src/ledger/ledger.ts";
import { type NextStep, nextStep } from "../../src/pipeline/retry.ts";

const now = Date.UTC(2026, 0, 2);
const day = 86_400_000;
const timing = { retryBaseMs: 1_000, retryMaxMs: 300_000, retryGiveUpMs: 7 * day };

function contact(facts: Partial<ContactWork> = {}): Work {
  return { kind: "contact", id: "c", asks: 0, attempts: 0, failingSince: undefined, ...facts } as ContactWork;
}

function notice(facts: Partial<NoticeWork> = {}): Work {
  const heard = { conversationId: "c", source: "notification", heardAt: now };
  return {
    kind: "notice",
    id: "c",
    notice: heard,
    looks: 0,
    attempts: 0,
    version: 1,
    ...facts,
  } as NoticeWork;
}

function step(error: unknown, work: Work = contact(), random = 0.5): NextStep {
  return nextStep(error, work, { now, timing, random: () => random });
}

const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
const works = fc.oneof(
  fc.nat({ max: 200 }).map((attempts) => contact({ attempts })),
  fc.nat({ max: 200 }).map((attempts) => notice({ attempts })),
);

test("Fatal stops the process, Permanent is buried with its reason", () => {
  const fatal = new Fatal("port", "it is in use");
  expect(step(fatal)).toEqual({ kind: "stop", error: fatal });
  expect(step(new Permanent("http_422", "no"))).toEqual({ kind: "bury", reason: "http_422", message: "no" });
});

describe("Retry-After", () => {
  test("is never undercut by jitter", () => {
    const asked = fc.integer({ min: -day, max: 6 * day });
    fc.assert(
      fc.property(works, asked, random, (work, inMs, drawn) => {
        const next = step(new Transient("busy", "busy", now + inMs), work, drawn);
        expect(next).toMatchObject({ kind: "postpone", failed: true });
        if (next.kind !== "postpone") return;
        expect(next.dueAt).toBeGreaterThan(now);
        expect(next.dueAt).toBeGreaterThanOrEqual(now + inMs);
        expect(next.dueAt).toBeLessThanOrEqual(Math.max(now, now + inMs) + timing.retryMaxMs);
      }),
    );
  });

  test("of a NotYet is never undercut either, and uses no attempt", () => {
    fc.assert(
      fc.property(works, fc.nat({ max: 6 * day }), random, (work, inMs, drawn) => {
        const next = step(new NotYet("rate_limited", "wait", now + inMs), work, drawn);
        expect(next).toMatchObject({ kind: "postpone", failed: false, reason: "rate_limited" });
        if (next.kind === "postpone") expect(next.dueAt).toBeGreaterThanOrEqual(now + inMs);
      }),
    );
  });
});

describe("back-off", () => {
  test.each<[what: string, error: Error, work: Work]>([
    ["failed tries of a contact", new Transient("x", "x"), contact({ attempts: 4 })],
    ["failed tries of a notice", new Transient("x", "x"), notice({ attempts: 4 })],
    ["vain questions for a contact's words", new NotYet("x", "x"), contact({ asks: 4, attempts: 99 })],
    ["vain looks of a notice", new NotYet("x", "x"), notice({ looks: 4, attempts: 99 })],
  ])("grows with %s", (_what, error, work) => {
    expect(step(error, work, 0.999_999)).toMatchObject({ dueAt: now + 16_000 });
  });

  test("is never longer than the longest pause", () => {
    fc.assert(
      fc.property(works, random, (work, drawn) => {
        const next = step(new Transient("busy", "busy"), work, drawn);
        if (next.kind !== "postpone") throw new Error(next.kind);
        expect(next.dueAt - now).toBeGreaterThanOrEqual(1);
        expect(next.dueAt - now).toBeLessThanOrEqual(timing.retryMaxMs);
      }),
    );
  });
});

describe("giving up", () => {
  const failure = new Transient("platform_error", "HTTP 503");

  test.each<[what: string, failingSince: number | undefined, kind: NextStep["kind"]]>([
    ["a first failure", undefined, "postpone"],
    ["a failure that lasts a little less than the limit", now - timing.retryGiveUpMs + 1, "postpone"],
    ["a failure that lasts as long as the limit", now - timing.retryGiveUpMs, "bury"],
  ])("%s: %3$s", (_what, failingSince, kind) => {
    expect(step(failure, contact({ failingSince }))).toMatchObject({ kind, reason: "platform_error" });
  });

  test("counts the age of the failure, not the tries", () => {
    const work = contact({ attempts: 10_000, failingSince: now - day });
    expect(step(failure, work)).toMatchObject({ kind: "postpone" });
  });

  test("is not for what merely has to wait", () => {
    const work = contact({ asks: 10_000, failingSince: now - 100 * day });
    expect(step(new NotYet("not_ready", "wait"), work)).toMatchObject({ kind: "postpone", failed: false });
  });
});

describe("an error nobody foresaw", () => {
  test.each([new TypeError("said: my number is 0612345678"), "a string", undefined, { reason: "fake" }])(
    "(%s) is tried again under a reason of its own, and its text is repeated nowhere",
    (error) => {
      const next = step(error);
      expect(next).toMatchObject({ kind: "postpone", reason: "internal_error", failed: true });
      expect(JSON.stringify(step(error, contact({ attempts: 99 })))).not.toContain("0612345678");
    },
  );

  test("is seen by a person after a few tries", () => {
    const kinds = Array.from(
      { length: 12 },
      (_, attempts) => step(new TypeError("x"), contact({ attempts })).kind,
    );
    expect(kinds.indexOf("bury")).toBeGreaterThan(1);
    expect(kinds.indexOf("bury")).toBeLessThan(11);
    expect(kinds.slice(kinds.indexOf("bury")).every((kind) => kind === "bury")).toBe(true);
  });
});
