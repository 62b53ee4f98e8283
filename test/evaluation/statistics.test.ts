import fc from "fast-check";
import { describe, expect, test } from "vitest";
import {
  estimate,
  mcnemar,
  mean,
  quantile,
  seededRandom,
  shuffled,
} from "../../src/evaluation/statistics.ts";

test("the mean of nothing is 0", () => {
  expect(mean([])).toBe(0);
  expect(mean([1, 2, 6])).toBe(3);
});

test.each<[values: number[], at: number, expected: number]>([
  [[4, 1, 3, 2], 0.5, 2.5],
  [[4, 1, 3, 2], 0, 1],
  [[4, 1, 3, 2], 1, 4],
  [[10, 2, 100], 0.5, 10],
  [[0, 100], 0.95, 95],
])("quantile of %j at %d is %d", (values, at, expected) => {
  expect(quantile(values, at)).toBeCloseTo(expected, 10);
});

describe("bootstrap", () => {
  test("of nothing is nothing", () => {
    expect(estimate([])).toBeNull();
  });

  test("of values that are all the same has no width", () => {
    expect(estimate([1, 1, 1])).toEqual({ value: 1, low: 1, high: 1, n: 3 });
  });

  test("of 100 coins, half of them heads, is as wide as theory says: 0.5 ± 1.96 · 0.05", () => {
    const coins = Array.from({ length: 100 }, (_, index) => index % 2);
    const found = estimate(coins);
    expect(found?.value).toBe(0.5);
    expect(found?.low).toBeGreaterThan(0.37);
    expect(found?.low).toBeLessThan(0.44);
    expect(found?.high).toBeGreaterThan(0.56);
    expect(found?.high).toBeLessThan(0.63);
  });

  test("says the same twice", () => {
    expect(estimate([0, 1, 1, 0, 1])).toEqual(estimate([0, 1, 1, 0, 1]));
  });

  test("its interval holds the mean and stays within the values", () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 30 }),
        (values) => {
          const { value, low, high } = estimate(values) ?? { value: 0, low: 1, high: 0 };
          const slack = 1e-9;
          expect(low).toBeLessThanOrEqual(value + slack);
          expect(high).toBeGreaterThanOrEqual(value - slack);
          expect(low).toBeGreaterThanOrEqual(Math.min(...values) - slack);
          expect(high).toBeLessThanOrEqual(Math.max(...values) + slack);
        },
      ),
      { numRuns: 25 },
    );
  });
});

test("a shuffle is seeded, keeps everything and changes the order", () => {
  const list = Array.from({ length: 50 }, (_, index) => index);
  const once = shuffled(list, seededRandom(1));
  expect(once).toEqual(shuffled(list, seededRandom(1)));
  expect(once).not.toEqual(list);
  expect(once).not.toEqual(shuffled(list, seededRandom(2)));
  expect([...once].sort((a, b) => a - b)).toEqual(list);
});

test("random numbers are spread evenly over [0, 1)", () => {
  const random = seededRandom(3);
  const tenths = new Array<number>(10).fill(0);
  for (let drawn = 0; drawn < 10_000; drawn++) {
    const value = random();
    expect(value).toBeGreaterThanOrEqual(0);
    expect(value).toBeLessThan(1);
    tenths[Math.floor(value * 10)] = (tenths[Math.floor(value * 10)] ?? 0) + 1;
  }
  for (const n of tenths) expect(n).toBeGreaterThan(900);
});

test.each<[first: number, second: number, p: number]>([
  [0, 0, 1],
  [5, 5, 1],
  // 2 · (C(5,0)) / 32
  [0, 5, 0.0625],
  // 2 · (1 + 10 + 45) / 1024
  [2, 8, 0.109375],
  [8, 2, 0.109375],
])("McNemar of %d against %d is %d", (first, second, p) => {
  expect(mcnemar(first, second)).toBeCloseTo(p, 9);
});

test("McNemar of thousands is a probability still", () => {
  expect(mcnemar(2_000, 2_500)).toBeLessThan(1e-9);
  expect(mcnemar(2_000, 2_500)).toBeGreaterThanOrEqual(0);
  expect(mcnemar(2_500, 2_500)).toBe(1);
});
