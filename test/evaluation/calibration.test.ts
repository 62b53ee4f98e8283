import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  brierOf,
  calibrate,
  calibrationError,
  coverageOf,
  crossValidate,
  fitIsotonic,
  type Judged,
  reliabilityOf,
} from "../../src/evaluation/calibration.ts";
import { seededRandom } from "../../src/evaluation/statistics.ts";

const judged = (...pairs: [confidence: number, right: 0 | 1][]): Judged[] =>
  pairs.map(([confidence, right]) => ({ confidence, right: right === 1 }));

/** Reproducible logs whose confidence says `claimed(p)` where they are right with probability p. */
function simulated(n: number, claimed: (p: number) => number): Judged[] {
  const random = seededRandom(11);
  return Array.from({ length: n }, () => {
    const p = random();
    return { confidence: claimed(p), right: random() < p };
  });
}

describe("coverage", () => {
  test("is the accuracy of the most confident part", () => {
    const found = coverageOf(judged([0.9, 1], [0.8, 1], [0.7, 0], [0.6, 1], [0.1, 0]));
    expect(found).toHaveLength(10);
    expect(found[1]).toEqual({ share: 0.2, accuracy: 1, confidence: 0.9 });
    expect(found[3]).toEqual({ share: 0.4, accuracy: 1, confidence: 0.8 });
    expect(found[5]?.accuracy).toBeCloseTo(2 / 3, 10);
    expect(found[9]).toEqual({ share: 1, accuracy: 0.6, confidence: 0.1 });
  });

  test("does not depend on the order of equal confidences", () => {
    const all = judged([0.5, 1], [0.5, 0], [0.5, 0], [0.5, 1]);
    expect(coverageOf(all)).toEqual(coverageOf([...all].reverse()));
    expect(coverageOf(all).every(({ accuracy }) => accuracy === 0.5)).toBe(true);
  });

  test("of nothing is nothing", () => {
    expect(coverageOf([])).toEqual([]);
  });
});

describe("reliability", () => {
  test("bins by tenths, and 1 belongs to the last one", () => {
    expect(reliabilityOf(judged([0.11, 0], [0.19, 1], [1, 1], [0.95, 1]))).toEqual([
      { from: 0.1, to: 0.2, n: 2, confidence: 0.15, accuracy: 0.5 },
      { from: 0.9, to: 1, n: 2, confidence: 0.975, accuracy: 1 },
    ]);
  });

  test("calibration error by hand: 2/4 · |0.15 − 0.5| + 2/4 · |0.975 − 1|", () => {
    expect(calibrationError(judged([0.11, 0], [0.19, 1], [1, 1], [0.95, 1]))).toBeCloseTo(0.1875, 10);
  });

  test("Brier score by hand: (0.1² + 0.8²) / 2", () => {
    expect(brierOf(judged([0.9, 1], [0.8, 0]))).toBeCloseTo(0.325, 10);
  });
});

describe("isotonic regression", () => {
  test("pools neighbours that go down, and leaves those that rise", () => {
    const points = fitIsotonic(judged([0.1, 0], [0.2, 1], [0.3, 0], [0.4, 1], [0.4, 1]));
    expect(points).toEqual([
      [0.1, 1 / 3],
      [0.2, 0.5],
      [0.3, 0.5],
      [0.4, 3 / 4],
    ]);
  });

  test("is made cautious by how few logs speak for it", () => {
    const right = (n: number) => Array.from({ length: n }, (): [number, 1] => [0.9, 1]);
    expect(fitIsotonic(judged(...right(1)))).toEqual([[0.9, 2 / 3]]);
    expect(fitIsotonic(judged(...right(98)))).toEqual([[0.9, 0.99]]);
    // Alone, the one right log at 1 (2 of 3) would be held less likely right than the 100 at 0.9 (99 of 102).
    expect(fitIsotonic(judged(...right(98), [0.9, 0], [0.9, 0], [1, 1]))).toEqual([
      [0.9, 101 / 105],
      [1, 101 / 105],
    ]);
  });

  test("takes equal confidences together before anything else", () => {
    expect(fitIsotonic(judged([0.5, 1], [0.5, 0], [0.5, 0], [0.5, 0]))).toEqual([[0.5, 2 / 6]]);
  });

  test("is non-decreasing in probability, increasing in raw, and never certain, whatever the data", () => {
    const one = fc.record({
      confidence: fc.integer({ min: 0, max: 20 }).map((n) => n / 20),
      right: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(one, { minLength: 1, maxLength: 60 }), (all) => {
        const points = fitIsotonic(all);
        for (const [index, [raw, probability]] of points.entries()) {
          const [beforeRaw, before] = points[index - 1] ?? [-1, 0];
          expect(raw).toBeGreaterThan(beforeRaw);
          expect(probability).toBeGreaterThanOrEqual(before);
          expect(probability).toBeGreaterThan(0);
          expect(probability).toBeLessThan(1);
        }
      }),
    );
  });

  test("is read linearly between points and flat beyond them", () => {
    const points = [
      [0.2, 0.1],
      [0.6, 0.5],
    ] as const;
    expect(calibrate(points, 0)).toBe(0.1);
    expect(calibrate(points, 0.2)).toBe(0.1);
    expect(calibrate(points, 0.4)).toBeCloseTo(0.3, 10);
    expect(calibrate(points, 0.6)).toBe(0.5);
    expect(calibrate(points, 1)).toBe(0.5);
    expect(calibrate([], 0.7)).toBe(0.7);
  });
});

describe("cross-validation", () => {
  test("finds that squared confidences can be mended on logs the map has not seen", () => {
    const found = crossValidate(simulated(2_000, (p) => p * p));
    expect(found?.before.ece).toBeGreaterThan(0.1);
    expect(found?.after.ece).toBeLessThan(0.05);
    expect(found?.after.brier).toBeLessThan(found?.before.brier ?? 0);
  });

  test("promises nothing where confidence says nothing", () => {
    const random = seededRandom(5);
    const coin = Array.from({ length: 60 }, () => ({ confidence: random(), right: random() < 0.5 }));
    // Certain of nothing scores 0.25; less is what a map reaches on the very coins it was fitted on.
    expect(crossValidate(coin)?.after.brier).toBeGreaterThan(0.25);
  });

  test("is not tried on a handful", () => {
    expect(crossValidate(judged([0.1, 0], [0.9, 1]))).toBeUndefined();
  });
});
