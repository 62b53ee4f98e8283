/** A mean with its 95 % bootstrap interval, and of how many values it is one. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
  readonly n: number;
}

const resamples = 2_000;
const seed = 7;

/** Uniform in [0, 1), the same sequence for the same seed (mulberry32). */
export function seededRandom(from: number = seed): () => number {
  let state = from >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** The order changed by a seeded Fisher-Yates shuffle; the list itself stays as it is. */
export function shuffled<T>(list: readonly T[], random: () => number = seededRandom()): T[] {
  const out = [...list];
  for (let index = out.length - 1; index > 0; index--) {
    const other = Math.floor(random() * (index + 1));
    [out[index], out[other]] = [out[other] as T, out[index] as T];
  }
  return out;
}

/** @returns 0 for an empty list */
export function mean(values: readonly number[]): number {
  return values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;
}

/**
 * The value below which a share `at` (0 to 1) of the values lies, interpolated between neighbours.
 * @returns NaN for an empty list
 */
export function quantile(values: readonly number[], at: number): number {
  const sorted = Float64Array.from(values).sort();
  const place = at * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? Number.NaN;
  const above = sorted[Math.ceil(place)] ?? Number.NaN;
  return below + (above - below) * (place - Math.floor(place));
}

/** Mean with a percentile bootstrap interval (2,000 resamples, seeded); null where there is nothing to average. */
export function estimate(values: readonly number[]): Estimate | null {
  if (values.length === 0) return null;
  const means = bootstrapMeans(Float64Array.from(values));
  return {
    value: mean(values),
    low: quantile(means, 0.025),
    high: quantile(means, 0.975),
    n: values.length,
  };
}

function bootstrapMeans(values: Float64Array): number[] {
  const random = seededRandom();
  return Array.from({ length: resamples }, () => {
    let sum = 0;
    for (let drawn = 0; drawn < values.length; drawn++)
      sum += values[Math.floor(random() * values.length)] ?? 0;
    return sum / values.length;
  });
}

/**
 * Two-sided exact McNemar test: how likely a split of the cases in which exactly one of two is right would be at least
 * this uneven if both were as good.
 * @returns a probability, 1 where they never differ
 */
export function mcnemar(onlyFirst: number, onlySecond: number): number {
  const n = onlyFirst + onlySecond;
  const fewer = Math.min(onlyFirst, onlySecond);
  let logChoose = 0;
  let tail = 0;
  for (let k = 0; k <= fewer; k++) {
    tail += Math.exp(logChoose - n * Math.LN2);
    logChoose += Math.log(n - k) - Math.log(k + 1);
  }
  return Math.min(1, 2 * tail);
}
