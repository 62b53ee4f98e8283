import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { LogWords, Measures, ShadowRow } from "../../src/ledger/shadow.ts";
import type { ContactLog, Taxonomy } from "../../src/model.ts";
import {
  comparable,
  createCompare,
  outside,
  setDistance,
  wordDistance,
} from "../../src/pipeline/comparison.ts";
import { reportOf, wilson } from "../../src/pipeline/nearness.ts";
import { cpuMs } from "../cpu.ts";

const taxonomy: Taxonomy = [
  { category: "Facturen", subcategories: ["Termijnbedrag", "Jaarafrekening"] },
  { category: "Verhuizen", subcategories: ["Verhuizing doorgeven"] },
];
const compare = createCompare((brand) => (brand === "helder" ? taxonomy : undefined));
const ours: LogWords = {
  description: "De klant wil een lager termijnbedrag.",
  note: "Het bedrag is verlaagd naar 87 euro.",
  category: "Facturen",
  subcategory: "Termijnbedrag",
  actionItems: ["Bevestiging sturen"],
};

describe("the distance between two texts", () => {
  test.each<[one: string, other: string, distance: number]>([
    ["", "", 0],
    ["het bedrag is verlaagd", "het bedrag is verlaagd", 0],
    ["Het bedrag is verlaagd.", "het  BEDRAG, is verlaagd", 0],
    ["het bedrag is verlaagd", "het bedrag is verhoogd", 1 / 4],
    ["het bedrag is verlaagd", "het bedrag is niet verlaagd", 1 / 5],
    ["een twee drie", "", 1],
    ["een twee", "drie vier vijf", 1],
    ["één", "e\u0301e\u0301n", 0],
    ["!?", "…", 0],
  ])("%j and %j", (one, other, distance) => {
    expect(wordDistance(one, other)).toBeCloseTo(distance, 10);
    expect(wordDistance(other, one)).toBeCloseTo(distance, 10);
  });

  test("is what a plain recursion finds", () => {
    const words = fc.array(fc.constantFrom("a", "b", "c"), { maxLength: 6 });
    fc.assert(
      fc.property(words, words, (one, other) => {
        const longer = Math.max(one.length, other.length);
        const expected = longer === 0 ? 0 : recursion(one, other) / longer;
        expect(wordDistance(one.join(" "), other.join(" "))).toBeCloseTo(expected, 10);
      }),
      { numRuns: 300 },
    );
  });

  test("looks at 2,000 words a side, whatever comes in, in a moment", () => {
    const same = "woord ".repeat(2_000);
    expect(wordDistance(`${same} en nog iets`, `${same} wat anders is`)).toBe(0);
    const numbers = (from: number) => Array.from({ length: 20_000 }, (_, n) => from + n).join(" ");
    const start = cpuMs();
    expect(wordDistance(numbers(0), numbers(100_000))).toBe(1);
    const items = Array.from({ length: 100 }, (_, n) => `${same} ${n}`);
    expect(setDistance(items, items)).toBe(0);
    expect(cpuMs() - start).toBeLessThan(2_000);
  });
});

function recursion([a, ...as]: readonly string[], [b, ...bs]: readonly string[]): number {
  if (a === undefined) return b === undefined ? 0 : 1 + bs.length;
  if (b === undefined) return 1 + as.length;
  if (a === b) return recursion(as, bs);
  return 1 + Math.min(recursion(as, bs), recursion([a, ...as], bs), recursion(as, [b, ...bs]));
}

test.each<[ours: string[], theirs: string[], distance: number]>([
  [[], [], 0],
  [["bel de klant"], [], 1],
  [["bel de klant", "stuur de brief"], ["Stuur de brief.", "Bel de klant."], 0],
  [["bel de klant"], ["bel de klant", "stuur de brief"], 1 / 2],
  [["bel de klant", "bel de klant"], ["bel de klant", "stuur een brief"], 1 / 2],
  [["bel de klant terug"], ["bel de klant morgen"], 1 / 4],
])("action items are sets: %j and %j", (one, other, distance) => {
  expect(setDistance(one, other)).toBeCloseTo(distance, 10);
  expect(setDistance(other, one)).toBeCloseTo(distance, 10);
});

describe("a comparison", () => {
  test("of the same log is 0 everywhere and agrees", () => {
    expect(compare("helder", ours, ours)).toEqual({
      category: "Facturen",
      subcategory: "Termijnbedrag",
      measures: { description: 0, note: 0, actionItems: 0, category: 1, pair: 1 },
    });
  });

  test("leaves out what the agent's log does not say", () => {
    expect(compare("helder", ours, { note: "Iets heel anders" })).toEqual({
      category: undefined,
      subcategory: undefined,
      measures: { note: 1 },
    });
    expect(compare("helder", ours, { category: "Verhuizen" }).measures).toEqual({ category: 0 });
    expect(compare("helder", ours, { subcategory: "Termijnbedrag" }).measures).toEqual({});
    expect(compare("helder", ours, { actionItems: [] }).measures).toEqual({ actionItems: 1 });
  });

  test.each<[theirs: LogWords, category: number, pair: number]>([
    [{ category: " facturen ", subcategory: "TERMIJNBEDRAG" }, 1, 1],
    [{ category: "Facturen", subcategory: "Jaarafrekening" }, 1, 0],
    [{ category: "Verhuizen", subcategory: "Verhuizing doorgeven" }, 0, 0],
    [{ category: "Verhuizen", subcategory: "Termijnbedrag" }, 0, 0],
    [{ category: "Facturen", subcategory: "iets eigens" }, 1, 0],
  ])("classification %j", (theirs, category, pair) => {
    expect(compare("helder", ours, theirs).measures).toEqual({ category, pair });
  });

  test("keeps no text that the taxonomy does not have", () => {
    const kept = compare("helder", ours, {
      category: "mevrouw Kanarie belde",
      subcategory: "over haar vogel",
    });
    expect(kept).toEqual({ category: outside, subcategory: outside, measures: { category: 0, pair: 0 } });
  });

  test("knows our own pair where the brand is configured no more", () => {
    expect(compare("weg", ours, { category: "facturen", subcategory: "termijnbedrag" }).measures).toEqual({
      category: 1,
      pair: 1,
    });
    expect(compare("weg", ours, { category: "Verhuizen" }).category).toBe(outside);
  });

  test("is numbers from 0 to 1 and names, whatever both sides say", () => {
    const some = fc.option(fc.string(), { nil: undefined });
    const words = fc.record({
      description: some,
      note: some,
      category: some,
      subcategory: some,
      actionItems: fc.option(fc.array(fc.string(), { maxLength: 4 }), { nil: undefined }),
    });
    const names = [outside, ...taxonomy.flatMap((one) => [one.category, ...one.subcategories]), undefined];
    fc.assert(
      fc.property(words, (theirs) => {
        const { category, subcategory, measures } = compare("helder", ours, theirs);
        expect(names).toContain(category);
        expect(names).toContain(subcategory);
        for (const value of Object.values(measures)) {
          expect(value).toBeGreaterThanOrEqual(0);
          expect(value).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

test("of a contact log what an agent writes too is compared", () => {
  const log = { ...ours, actionItems: [{ text: "Bellen", owner: "agent", due: null }], accountId: "HLD-1" };
  expect(comparable(log as unknown as ContactLog)).toEqual({ ...ours, actionItems: ["Bellen"] });
});

describe("a Wilson interval", () => {
  test.each<[hits: number, n: number, low: number, high: number]>([
    [0, 10, 0, 0.2775],
    [10, 10, 0.7225, 1],
    [5, 10, 0.2366, 0.7634],
    [81, 100, 0.7222, 0.8749],
  ])("%i of %i", (hits, n, low, high) => {
    expect(wilson(hits, n)).toEqual({ n, value: hits / n, low, high });
  });

  test("of nothing says nothing", () => {
    expect(wilson(0, 0)).toEqual({ n: 0, value: null, low: null, high: null });
  });
});

describe("the report", () => {
  const row = (measures: Measures, extra: Partial<ShadowRow> = {}): ShadowRow => ({
    brand: "helder",
    medium: "voice",
    state: "compared",
    ours: { category: "Facturen", subcategory: "Termijnbedrag" },
    theirs: { category: "Facturen", subcategory: "Termijnbedrag" },
    measures,
    ...extra,
  });

  test("of nothing is empty and throws nothing", () => {
    const none = { n: 0, median: null, p90: null };
    const unsaid = { n: 0, value: null, low: null, high: null };
    expect(reportOf([])).toEqual({
      compared: 0,
      waiting: { logs: 0, finals: 0 },
      expired: 0,
      all: {
        compared: 0,
        description: none,
        note: none,
        actionItems: none,
        category: unsaid,
        pair: unsaid,
      },
      groups: [],
      disagreements: [],
    });
  });

  test("counts what waits and what expired apart from what was compared", () => {
    const states = ["log", "log", "final", "expired", "expired", "expired", "compared"] as const;
    expect(reportOf(states.map((state) => row({}, { state })))).toMatchObject({
      compared: 1,
      waiting: { logs: 2, finals: 1 },
      expired: 3,
    });
  });

  test("has median and p90 of the rows that say a field, by brand and medium", () => {
    const rows = [
      ...[0.1, 0.2, 0.3, 0.4, 0.5].map((note) => row({ note, category: 1 })),
      row({ category: 0 }),
      row({ note: 0.9, category: 0 }, { brand: "noordlicht", medium: "message" }),
    ];
    const { all, groups } = reportOf(rows);
    expect(groups.map(({ brand, medium, compared }) => [brand, medium, compared])).toEqual([
      ["helder", "voice", 6],
      ["noordlicht", "message", 1],
    ]);
    expect(groups[0]).toMatchObject({
      note: { n: 5, median: 0.3, p90: 0.46 },
      category: { n: 6, value: 0.8333 },
    });
    expect(all.note).toEqual({ n: 6, median: 0.35, p90: 0.7 });
    expect(all.category).toMatchObject({ n: 7, value: 0.7143 });
  });

  test("names the most frequent disagreements first, at the level the agent classified at", () => {
    const moved = { category: "Verhuizen", subcategory: "Verhuizing doorgeven" };
    const rows = [
      row({ category: 0, pair: 0 }, { theirs: moved }),
      row({ category: 0, pair: 0 }, { theirs: moved }),
      row({ category: 1, pair: 0 }, { theirs: { category: "Facturen", subcategory: "Jaarafrekening" } }),
      row({ category: 0 }, { theirs: { category: "Verhuizen", subcategory: undefined } }),
      row({ category: 1, pair: 1 }),
      row({ category: 1 }),
    ];
    expect(reportOf(rows).disagreements).toEqual([
      { ours: "Facturen › Termijnbedrag", theirs: "Verhuizen › Verhuizing doorgeven", count: 2 },
      { ours: "Facturen", theirs: "Verhuizen", count: 1 },
      { ours: "Facturen › Termijnbedrag", theirs: "Facturen › Jaarafrekening", count: 1 },
    ]);
  });
});
