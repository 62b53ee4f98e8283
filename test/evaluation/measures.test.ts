import { describe, expect, test } from "vitest";
import { agreementsOf } from "../../src/evaluation/agreement.ts";
import { type EvalSet, measureSet } from "../../src/evaluation/measures.ts";
import { calibrationOf, reportOf } from "../../src/evaluation/report.ts";
import type { FailedResult, WrittenResult } from "../../src/evaluation/result.ts";
import type { Case } from "../../src/evaluation/rows.ts";
import { costOf, spendingOf } from "../../src/evaluation/spending.ts";
import { worstOf } from "../../src/evaluation/worst.ts";
import type { Summary } from "../../src/model.ts";
import { cpuMs } from "../cpu.ts";
import { record, summary, taxonomy, written } from "./made.ts";

type More = Omit<Partial<WrittenResult>, "summary"> & { summary?: Partial<Summary>; record?: object };

function caseOf(id: string, { summary: own, record: more, ...rest }: More = {}, language = "en"): Case {
  const { dialogue, ...parts } = written({
    medium: "message",
    language: "en",
    turns: [{ speaker: "customer", userId: undefined, at: 0, text: `My solar panels are broken ${id}` }],
  });
  const result: WrittenResult = {
    ...parts,
    key: id,
    id,
    form: "text",
    ok: true,
    latencyMs: 10,
    turns: dialogue.turns,
    ...rest,
    summary: summary(own),
  };
  return { record: record(id, more), language, result, rating: undefined };
}

function failed(id: string, reason: string, passing: boolean): Case {
  const result: FailedResult = { key: id, id, form: "text", ok: false, latencyMs: 5, reason, passing };
  return { record: record(id), language: "en", result, rating: undefined };
}

function setOf(cases: readonly Case[], more: Partial<EvalSet> = {}): EvalSet {
  return { name: "made", form: "text", taxonomy, cases, withoutForm: 0, ...more };
}

describe("a set", () => {
  test("counts right categories and pairs; a failure is wrong, trouble in passing and several tasks say nothing", () => {
    const report = measureSet(
      setOf([
        caseOf("right"),
        caseOf("other pair", { summary: { subcategory: "meter" } }),
        caseOf("other category", { summary: { category: "travel", subcategory: "panels" } }),
        failed("failed", "model_refused", false),
        failed("passing", "down", true),
        caseOf("several", { record: { gold: { multiTask: true } } }),
        caseOf("unlabelled", { record: { category: null } }),
      ]),
      undefined,
    );
    expect(report.category?.right).toMatchObject({ value: 0.5, n: 4 });
    expect(report.pair?.right).toMatchObject({ value: 0.25, n: 4 });
    expect(report.category?.chance).toBe(1 / 2);
    expect(report.pair?.chance).toBe(1 / 3);
    expect(report.pair?.confusion.labels).toEqual(["energy › panels", "energy › meter", "travel › panels"]);
    expect(report.pair?.confusion.counts[0]).toEqual([1, 1, 1, 1]);
    expect(report.rows.map(({ pairRight }) => pairRight)).toEqual([1, 0, 0, 0, null, null, null]);
    expect([report.n, report.written]).toEqual([7, 5]);
    expect(report.failures).toEqual({ model_refused: 1, down: 1 });
  });

  test("sets confidence against what is right among the logs", () => {
    const report = measureSet(
      setOf([
        caseOf("a", { summary: { confidence: 0.9 } }),
        caseOf("b", { summary: { confidence: 0.3, category: "travel" } }),
        failed("c", "model_refused", false),
      ]),
      undefined,
    );
    expect(report.confidence?.n).toBe(2);
    expect(report.confidence?.ece).toBeCloseTo((0.1 + 0.3) / 2, 10);
    expect(report.confidence?.brier).toBeCloseTo((0.01 + 0.09) / 2, 10);
    expect(report.confidence?.coverage[4]).toEqual({ share: 0.5, accuracy: 1, confidence: 0.9 });
  });

  test("counts findings per 100 logs, redactions, repairs, parts, and marks for review by the number of tasks", () => {
    const finding = { kind: "unsupported_amount", field: "note", index: 0, text: "€ 45" } as const;
    const drafted = written(dialogue).drafted;
    const report = measureSet(
      setOf([
        caseOf("a", { findings: [finding, finding], redactions: { email: 2, name: 1 }, suspects: [1] }),
        caseOf("b", { redactions: { email: 1 }, drafted: { ...drafted, repaired: "shape", parts: 2 } }),
        caseOf("c", { summary: { review: { needed: true, reasons: [] } } }),
        caseOf("d", {
          summary: { review: { needed: true, reasons: [] } },
          record: { gold: { multiTask: true } },
        }),
      ]),
      undefined,
    );
    expect(report.findings).toEqual({ unsupported_amount: 50 });
    expect(report.logsWithFinding?.value).toBe(0.25);
    expect(report.redactions).toEqual({ email: 3, name: 1 });
    expect(report.repaired).toEqual({ shape: 1 });
    expect(report.inParts).toBe(1);
    expect(report.withSuspects?.value).toBe(0.25);
    // "The customer reports that the solar panels are broken. The agent will send an engineer on Monday."
    expect(report.words?.value).toBe(17);
    expect(report.review.single).toMatchObject({ value: 1 / 3, n: 3 });
    expect(report.review.several).toMatchObject({ value: 1, n: 1 });
  });

  test("holds logs against the language asked for, and looks for facts in that language alone", () => {
    const facts = { record: { gold: { mustMention: ["solar panels"], mustNotClaim: ["engineer came"] } } };
    const english = measureSet(setOf([caseOf("a", facts)]), undefined);
    const dutch = measureSet(setOf([caseOf("a", facts, "nl-NL")]), undefined);
    expect([english.languageRight?.value, dutch.languageRight?.value]).toEqual([1, 0]);
    expect([english.texts.log.factsTold?.value, dutch.texts.log.factsTold]).toEqual([1, null]);
    expect([english.texts.log.claimsMade?.value, dutch.texts.log.claimsMade]).toEqual([0, null]);
    expect([english.factsLeftOut, dutch.factsLeftOut]).toEqual([0, 1]);
  });

  test("without anything written is a report still", () => {
    const report = measureSet(setOf([failed("a", "down", true)]), undefined);
    expect(report).toMatchObject({ n: 1, written: 0, category: null, pair: null, confidence: null });
    expect(report.spending.latencyMs).toBeNull();
  });

  test("quotes nobody: not a word of dialogue or log is in it", () => {
    const told = { record: { gold: { mustMention: ["zebra"], summaries: ["zebra"] } } };
    const report = measureSet(
      setOf([
        caseOf("a", {
          ...told,
          summary: { description: "A zebra." },
          turns: [{ speaker: "agent", text: "zebra" }],
        }),
      ]),
      undefined,
    );
    expect(JSON.stringify(report)).not.toMatch(/zebra|solar/);
  });
});

const dialogue = { medium: "message", language: "en", turns: [] } as const;

test("forms of one dialogue are held against each other where both were written", () => {
  const first = setOf([caseOf("a"), caseOf("b"), caseOf("c"), failed("d", "x", false)]);
  const second = setOf(
    [
      caseOf("a"),
      caseOf("b", { summary: { category: "travel", subcategory: "train", resolved: "no" } }),
      caseOf("c", { summary: { subcategory: "meter" } }),
      caseOf("d"),
    ],
    { form: "textEn" },
  );
  const other = setOf([caseOf("a")], { name: "other" });
  const found = agreementsOf([first, second, other].map((set) => measureSet(set, undefined)));
  expect(found).toHaveLength(1);
  expect(found[0]).toMatchObject({ name: "made", forms: ["text", "textEn"] });
  expect(found[0]?.sameCategory).toMatchObject({ value: 2 / 3, n: 3 });
  expect(found[0]?.samePair?.value).toBeCloseTo(1 / 3, 10);
  expect(found[0]?.sameOutcome?.value).toBeCloseTo(2 / 3, 10);
});

describe("spending", () => {
  const usage = { requests: 2, inputTokens: 1_000_000, cachedInputTokens: 400_000, outputTokens: 100_000 };

  test("cached tokens are part of the input and have their own price", () => {
    const price = { currency: "EUR", input: 2, cachedInput: 0.5, output: 8 };
    // 0.6 · 2 + 0.4 · 0.5 + 0.1 · 8
    expect(costOf(usage, price)).toBeCloseTo(2.2, 10);
    expect(costOf(usage, { ...price, cachedInput: undefined })).toBeCloseTo(2.8, 10);
  });

  test("adds up, and tells the cost of one log", () => {
    const price = { currency: "EUR", input: 2, cachedInput: 0.5, output: 8 };
    const found = spendingOf(
      [
        { usage, latencyMs: 100 },
        { usage, latencyMs: 300 },
      ],
      price,
    );
    expect(found.usage).toEqual({
      requests: 4,
      inputTokens: 2_000_000,
      cachedInputTokens: 800_000,
      outputTokens: 200_000,
    });
    expect(found.cost?.total).toBeCloseTo(4.4, 10);
    expect(found.cost?.perLog).toBeCloseTo(2.2, 10);
    expect(found.latencyMs).toMatchObject({ p50: 200, p95: 290 });
    expect(found.latencyMs?.histogram.reduce((sum, { n }) => sum + n, 0)).toBe(2);
    expect(found.latencyMs?.histogram.at(-1)?.toMs).toBeGreaterThan(300);
  });

  test("without a price there is no cost", () => {
    expect(spendingOf([{ usage, latencyMs: 1 }], undefined).cost).toBeNull();
  });
});

test("the calibration is fitted on all labelled logs of all sets", () => {
  const sets = [
    setOf([
      caseOf("a", { rawConfidence: 0.9 }),
      caseOf("b", { rawConfidence: 0.2, summary: { category: "travel" } }),
    ]),
    setOf([caseOf("c", { rawConfidence: 0.9 }), caseOf("d", { record: { category: null } })], {
      form: "textEn",
    }),
    setOf([caseOf("e", { record: { category: null } })], { name: "unlabelled" }),
  ].map((set) => measureSet(set, undefined));
  expect(calibrationOf("m", sets)).toEqual({
    model: "m",
    fittedOn: ["made", "made (textEn)"],
    n: 3,
    points: [
      [0.2, 1 / 3],
      [0.9, 3 / 4],
    ],
    crossValidation: null,
  });
  expect(calibrationOf("m", sets.slice(2))).toBeNull();
});

describe("the worst", () => {
  test("come first: confidently wrong before doubtfully wrong; what is right is none of them", () => {
    const wrong = { category: "travel", subcategory: "train" };
    const set = setOf([
      caseOf("fine", { turns: [{ speaker: "customer", text: "solar panels broken, engineer on Monday" }] }),
      caseOf("doubtful", { summary: { ...wrong, confidence: 0.2 } }),
      caseOf("sure", { summary: { ...wrong, confidence: 0.95 } }),
      failed("failed", "down", false),
    ]);
    const found = worstOf(set, measureSet(set, undefined));
    expect(found.slice(0, 2).map(({ id }) => id)).toEqual(["sure", "doubtful"]);
    expect(found.map(({ id }) => id)).not.toContain("failed");
    expect(found.map(({ id }) => id)).not.toContain("fine");
    expect(found[0]?.why[0]).toBe("another category, at confidence 0.95");
    expect(found[0]?.labels).toBe("travel › train; in the data: energy › panels");
  });

  test("are shortened, however long the dialogue", () => {
    const turns = [{ speaker: "customer", text: "word ".repeat(100_000) }] as const;
    const set = setOf([caseOf("long", { turns, summary: { category: "travel", subcategory: "train" } })]);
    expect(worstOf(set, measureSet(set, undefined))[0]?.dialogue.length).toBeLessThan(7_000);
  });
});

test("1,000 dialogues are measured well within ten seconds", () => {
  const words = (seed: number) =>
    Array.from({ length: 120 }, (_, index) => `w${(seed * 7919 + index * index * 104_729) % 20_011}`).join(
      " ",
    );
  const cases = Array.from({ length: 1_000 }, (_, index) =>
    caseOf(`${index}`, {
      turns: [{ speaker: "customer", text: `solar panels broken engineer ${words(index)}` }],
      summary: { confidence: (index % 100) / 100, category: index % 3 === 0 ? "travel" : "energy" },
    }),
  );
  const began = cpuMs();
  const report = reportOf({
    createdAt: "2026-01-01T00:00:00.000Z",
    writer: "made",
    judge: undefined,
    judgeFailures: 0,
    problems: [],
    sets: [setOf(cases)],
    price: undefined,
    calibrate: true,
  });
  expect(report.sets[0]?.rows).toHaveLength(1_000);
  expect(report.calibration?.n).toBe(1_000);
  expect(cpuMs() - began).toBeLessThan(10_000);
});
