import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { calibrated, rawConfidence, reviewOf, type Signals } from "../../src/summarizers/doubt.ts";

const sure: Signals = { agreement: 1, grounding: 1, margin: 1, transcript: 1, length: 1, shape: 1 };
const signals = fc.record({
  agreement: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  grounding: fc.double({ min: 0, max: 1, noNaN: true }),
  margin: fc.double({ min: 0, max: 1, noNaN: true }),
  transcript: fc.option(fc.double({ min: 0, max: 1, noNaN: true }), { nil: undefined }),
  length: fc.double({ min: 0, max: 1, noNaN: true }),
  shape: fc.double({ min: 0, max: 1, noNaN: true }),
});

describe("raw confidence", () => {
  test("is 1 where all is well and 0 where nothing is", () => {
    expect(rawConfidence(sure)).toBe(1);
    const none = Object.fromEntries(Object.keys(sure).map((name) => [name, 0])) as unknown as Signals;
    expect(rawConfidence(none)).toBe(0);
  });

  test("does not count what does not apply", () => {
    expect(rawConfidence({ ...sure, agreement: undefined, transcript: undefined })).toBe(1);
  });

  test.each(Object.keys(sure) as (keyof Signals)[])("falls as %s falls", (name) => {
    fc.assert(
      fc.property(signals, (one) => {
        const better = rawConfidence({ ...one, [name]: 1 });
        const worse = rawConfidence({ ...one, [name]: 0 });
        expect(worse).toBeLessThan(better);
        expect(rawConfidence(one)).toBeGreaterThanOrEqual(0);
        expect(rawConfidence(one)).toBeLessThanOrEqual(1);
      }),
    );
  });
});

describe("calibration", () => {
  const points = [
    [0.2, 0.1],
    [0.4, 0.5],
    [0.4, 0.6],
    [0.8, 0.9],
  ] as const;

  test.each([
    [0, 0.1],
    [0.2, 0.1],
    [0.3, 0.3],
    [0.4, 0.5],
    [0.6, 0.75],
    [0.8, 0.9],
    [1, 0.9],
  ])("%d comes to %d", (raw, share) => {
    expect(calibrated(raw, { points })).toBe(share);
  });

  test("where there is none, it stays as it is", () => {
    expect(calibrated(0.37, undefined)).toBe(0.37);
    expect(calibrated(0.37, { points: [] })).toBe(0.37);
  });
});

test("a log is marked for review for each reason once, and for little confidence", () => {
  expect(reviewOf(0.5, [])).toEqual({ needed: false, reasons: [] });
  expect(reviewOf(0.49, [])).toEqual({ needed: true, reasons: ["low_confidence"] });
  expect(reviewOf(0.9, ["unsupported_amount", "unsupported_amount"])).toEqual({
    needed: true,
    reasons: ["unsupported_amount"],
  });
});
