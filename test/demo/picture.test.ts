import { stripVTControlCharacters } from "node:util";
import { describe, expect, test } from "vitest";
import { picture } from "../../src/demo/board.ts";
import { type Act, castOf } from "../../src/demo/cast.ts";
import { faults } from "../../src/demo/faults.ts";
import { finale } from "../../src/demo/finale.ts";
import { picture as hourPicture, report } from "../../src/demo/hour.ts";
import { playbill } from "../../src/demo/stage.ts";
import { showpiece, stories } from "../../src/simulator/stories.ts";
import { happyCast } from "./acts.ts";

const widths = [80, 100, 120, 200];
const linesOf = (text: string): string[] => stripVTControlCharacters(text).split("\n");
const widest = (text: string): number => Math.max(...linesOf(text).map((line) => line.length));

describe.each(widths)("at %i columns", (columns) => {
  test("the table fits, with a row for each conversation and a bar", () => {
    const text = picture(happyCast(), columns);
    expect(widest(text)).toBeLessThanOrEqual(columns);
    expect(linesOf(text).filter((line) => /^[✔–]/.test(line))).toHaveLength(12);
    expect(text).toContain("12 of 12");
    expect(text).toContain("Meterstanden overdragen");
    expect(text).toContain("skipped: not_authenticated");
  });

  test("the finale fits, and shows dialogue, contact log, skips and latencies", () => {
    const text = finale(happyCast(), showpiece, columns);
    expect(widest(text)).toBeLessThanOrEqual(columns);
    const plain = stripVTControlCharacters(text);
    for (const part of [
      "Youssef: Goedemiddag",
      '"subcategory": "Meterstanden',
      "Skipped",
      "no_human_agent",
      "median 0.70 s",
    ]) {
      expect(plain).toContain(part);
    }
    expect(linesOf(text).some((line) => / │ /.test(line))).toBe(columns >= 100);
  });

  test("faults, balance and report fit", () => {
    const trials = faults.map((fault, index) => ({
      fault,
      startedAt: index < 6 ? index * 2_400 : undefined,
      overAt: index < 5 ? index * 2_400 + 17_800 : undefined,
    }));
    const balance = { ended: 40, posted: 30, skipped: { no_brand: 8 }, waiting: { recorded: 2 }, dead: {} };
    const text = hourPicture({ trials, expected: 99, ended: 41, balance, isUp: true, taken: 31 }, columns);
    expect(widest(text)).toBeLessThanOrEqual(columns);
    expect(text).toContain("40 ended = 30 posted + 8 skipped + 2 waiting + 0 dead");
    for (const { name } of faults) expect(text).toContain(name);
    expect(stripVTControlCharacters(text)).toContain("38 of 99 settled");
    const books = { guests: [], taken: [], balances: {}, foundBy: new Map() };
    expect(widest(report(books, 0, columns))).toBeLessThanOrEqual(columns);
  });

  test("the playbill fits", () => {
    const stage = {
      platform: { baseUrl: "http://127.0.0.1:45863" },
      backend: { url: "http://127.0.0.1:45864" },
    } as Parameters<typeof playbill>[1];
    const text = playbill("12 conversations", stage, "a summarizer that has ".repeat(6), columns);
    expect(widest(text)).toBeLessThan(columns);
    expect(text).toContain("Genesys Cloud  http");
  });
});

test("at 80 columns no fault is cut short", () => {
  const trials = faults.map((fault) => ({ fault, startedAt: undefined, overAt: undefined }));
  const text = hourPicture({ trials, expected: 0, ended: 0, balance: undefined, isUp: false, taken: 0 }, 80);
  for (const { happens } of faults) expect(text).toContain(happens);
  expect(text).toContain("killed");
  expect(linesOf(text).length).toBeLessThan(20);
});

test("each state has its words", () => {
  const cast = castOf(stories);
  const states: Partial<Act>[] = [
    { state: "talking" },
    { state: "ended" },
    { state: "ended", reason: "model_unreachable" },
    { state: "dead", reason: "backend_refused" },
  ];
  states.forEach((state, index) => void Object.assign(cast[index] as Act, state));
  const text = stripVTControlCharacters(picture(cast, 120));
  for (const words of ["talking", "ended", "waits: model_unreachable", "dead: backend_refused"]) {
    expect(text).toContain(words);
  }
  expect(text).toContain("1 of 12");
});

test("a finale of nothing says nothing that did not happen", () => {
  expect(finale(castOf(stories), showpiece, 120)).toBe("");
});
