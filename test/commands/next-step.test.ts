import { describe, expect, test } from "vitest";
import { nextStep } from "../../src/commands/next-step.ts";
import { inSpan, spanOf } from "../../src/commands/spans-of-time.ts";
import { attention } from "../../src/commands/status.ts";
import type { ContactState } from "../../src/ledger/ledger.ts";
import { skipReasons } from "../../src/model.ts";

const state: ContactState = {
  key: "k-1",
  medium: "voice",
  brand: "helder",
  stage: "recorded",
  endedAt: 0,
  deliveries: [],
  cases: [],
  held: [],
  reason: undefined,
  message: undefined,
  dueAt: undefined,
  attempts: 0,
};
const waits = { message: undefined, dueAt: undefined, attempts: 1 };

describe("what to do about a contact", () => {
  test.each(skipReasons)("skipped, %s: why there is no log", (reason) => {
    expect(nextStep({ ...state, stage: "skipped", reason })).toMatch(/^[a-zA-Z]/);
  });

  test("posted: nothing", () => expect(nextStep({ ...state, stage: "posted" })).toBeUndefined());

  test("a dead letter: its cause's section and the command that sends it again", () => {
    const dead = { ...state, stage: "dead", reason: "model_refused" } as const;
    expect(nextStep(dead)).toBe(
      "mend the cause (docs/runbook.md, model_refused), then: contactlogd dead replay --id k-1",
    );
    const delivery = { destination: "main", stage: "dead", reason: "http_422", ...waits } as const;
    expect(nextStep({ ...dead, reason: undefined, deliveries: [delivery] })).toContain("http_422");
    const held = [{ destination: "main", until: 0, dead: true }];
    expect(nextStep({ ...dead, reason: undefined, held })).toContain("POST /v1/case-links");
  });

  test.each([
    ["transcript", /^nothing: .*timing\.transcriptGiveUpMs/],
    ["daily_budget", /llm\.dailyBudget/],
    ["not_served", /--brand/],
    ["case_link", /POST \/v1\/case-links/],
    ["transcript_host", /genesys\.transcriptHosts/],
    ["platform_error", /^nothing: .*timing\.retryGiveUpMs/],
  ])("waiting for %s", (reason, says) => {
    expect(nextStep({ ...state, reason })).toMatch(says);
  });

  test("written, while its backend is down: that is what to mend", () => {
    const delivery = { destination: "main", stage: "written", reason: "circuit_open", ...waits } as const;
    expect(nextStep({ ...state, stage: "written", deliveries: [delivery] })).toMatch(/^mend what is down/);
  });
});

test.each([
  [0, "0 ms"],
  [999, "999 ms"],
  [4_230, "4.2 s"],
  [59_700, "1 min"],
  [200_000, "3 min 20 s"],
  [3_599_900, "1 h"],
  [7_500_000, "2 h 5 min"],
  [86_400_000, "1 d"],
  [277_200_000, "3 d 5 h"],
])("%d ms is %s", (ms, said) => expect(spanOf(ms)).toBe(said));

test("what is due is due now", () => {
  expect(inSpan(5, 10)).toBe("now");
  expect(inSpan(40_010, 10)).toBe("in 40 s");
});

test("status begins with what waits for somebody, and says so where nothing does", () => {
  const at = "2026-11-20T10:00:00.000Z";
  const well = {
    at,
    startedAt: at,
    deaf: null,
    spending: null,
    deadLetters: 0,
    gapOpenSince: null,
    ...{ lastHour: {}, lastDay: {}, sinceStart: {} },
  };
  expect(attention(well)).toEqual(["✔ every end is heard, and nothing waits for a person"]);
  expect(
    attention({
      ...well,
      deaf: "no channel is connected",
      deadLetters: 3,
      gapOpenSince: "2026-11-20T09:30:00.000Z",
    }),
  ).toEqual([
    "! no channel is connected",
    "! 3 dead letters wait for a person: contactlogd dead list",
    "! a gap is open for 30 min: ends may not have been heard; history is looked through by itself",
  ]);
});
