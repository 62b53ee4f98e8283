import { mean, shuffled } from "./statistics.ts";

/** A confidence (0 to 1) and whether what it was said of is right. */
export interface Judged {
  readonly confidence: number;
  readonly right: boolean;
}

/** Non-decreasing points [raw confidence, probability of being right], raw strictly increasing. */
export type CalibrationPoints = readonly (readonly [raw: number, probability: number])[];

export interface CoveragePoint {
  /** Share of the dialogues that is kept, the most confident first. */
  readonly share: number;
  /** Share of those that is right. */
  readonly accuracy: number;
  /** Confidence of the least confident among them. */
  readonly confidence: number;
}

/**
 * Accuracy among the most confident k %, k = 10, 20 … 100. Equal confidences count by their common accuracy, so that
 * the order of the data makes no difference.
 */
export function coverageOf(judged: readonly Judged[]): CoveragePoint[] {
  if (judged.length === 0) return [];
  const ordered = groupsOf(judged)
    .reverse()
    .flatMap(({ raw, right, n }) =>
      new Array<{ raw: number; right: number }>(n).fill({ raw, right: right / n }),
    );
  return Array.from({ length: 10 }, (_, index) => {
    const share = (index + 1) / 10;
    const kept = ordered.slice(0, Math.max(1, Math.round(share * ordered.length)));
    return { share, accuracy: mean(kept.map((one) => one.right)), confidence: kept.at(-1)?.raw ?? 0 };
  });
}

export interface Bin {
  readonly from: number;
  readonly to: number;
  readonly n: number;
  readonly confidence: number;
  readonly accuracy: number;
}

const binCount = 10;

/** Ten bins of equal width; those nothing fell into are left out. */
export function reliabilityOf(judged: readonly Judged[]): Bin[] {
  return Array.from({ length: binCount }, (_, index) => {
    const within = judged.filter(
      ({ confidence }) => Math.min(binCount - 1, Math.max(0, Math.floor(confidence * binCount))) === index,
    );
    return {
      from: index / binCount,
      to: (index + 1) / binCount,
      n: within.length,
      confidence: mean(within.map((one) => one.confidence)),
      accuracy: mean(within.map((one) => Number(one.right))),
    };
  }).filter(({ n }) => n > 0);
}

/** Expected calibration error: how far confidence and accuracy are apart, averaged over the bins by their size. */
export function calibrationError(judged: readonly Judged[]): number {
  return reliabilityOf(judged).reduce(
    (sum, { n, confidence, accuracy }) => sum + (n / judged.length) * Math.abs(confidence - accuracy),
    0,
  );
}

/** Brier score: mean squared distance between confidence and outcome; 0 is perfect. */
export function brierOf(judged: readonly Judged[]): number {
  return mean(judged.map(({ confidence, right }) => (confidence - Number(right)) ** 2));
}

interface Group {
  readonly raw: number;
  readonly last: number;
  readonly right: number;
  readonly n: number;
}

/**
 * Isotonic regression (pool adjacent violators): the non-decreasing map from confidence to the probability of being
 * right that fits best. Each pool counts as if one more right and one more wrong log had been seen: few logs, however
 * right, make nothing certain.
 * @returns both ends of each pool; between points it is read linearly, beyond them it is flat
 */
export function fitIsotonic(judged: readonly Judged[]): CalibrationPoints {
  const seen = pooled(groupsOf(judged));
  const cautious = pooled(seen.map((pool) => ({ ...pool, right: pool.right + 1, n: pool.n + 2 })));
  return cautious.flatMap(({ raw, last, right, n }) => {
    const probability = right / n;
    return raw === last
      ? [[raw, probability] as const]
      : [[raw, probability] as const, [last, probability] as const];
  });
}

/** Neighbours that do not rise are made one. */
function pooled(groups: readonly Group[]): Group[] {
  const pools: Group[] = [];
  for (const group of groups) {
    let pool = group;
    for (let last = pools.at(-1); last && last.right / last.n >= pool.right / pool.n; last = pools.at(-1)) {
      pool = { raw: last.raw, last: pool.last, right: last.right + pool.right, n: last.n + pool.n };
      pools.pop();
    }
    pools.push(pool);
  }
  return pools;
}

/** Equal confidences together, the lowest first. */
function groupsOf(judged: readonly Judged[]): Group[] {
  const groups: Group[] = [];
  for (const { confidence, right } of [...judged].sort((a, b) => a.confidence - b.confidence)) {
    const last = groups.at(-1);
    if (last?.raw === confidence)
      groups[groups.length - 1] = { ...last, right: last.right + Number(right), n: last.n + 1 };
    else groups.push({ raw: confidence, last: confidence, right: Number(right), n: 1 });
  }
  return groups;
}

/** Reads a fitted map at a confidence; where there are no points it changes nothing. */
export function calibrate(points: CalibrationPoints, raw: number): number {
  const above = points.findIndex(([at]) => at >= raw);
  const high = points[above];
  const low = points[above - 1];
  if (high === undefined) return points.at(-1)?.[1] ?? raw;
  if (low === undefined || high[0] === raw) return high[1];
  return low[1] + ((high[1] - low[1]) * (raw - low[0])) / (high[0] - low[0]);
}

const folds = 5;

export interface CrossValidation {
  readonly before: { readonly ece: number; readonly brier: number };
  readonly after: { readonly ece: number; readonly brier: number };
}

/** What calibrating is worth on dialogues it was not fitted on: five folds, seeded; undefined for fewer than 20. */
export function crossValidate(judged: readonly Judged[]): CrossValidation | undefined {
  if (judged.length < 4 * folds) return undefined;
  const order = shuffled(judged);
  const after = Array.from({ length: folds }, (_, fold) => {
    const points = fitIsotonic(order.filter((_one, index) => index % folds !== fold));
    const held = order.filter((_one, index) => index % folds === fold);
    return held.map(({ confidence, right }) => ({ confidence: calibrate(points, confidence), right }));
  }).flat();
  const worth = (list: readonly Judged[]) => ({ ece: calibrationError(list), brier: brierOf(list) });
  return { before: worth(judged), after: worth(after) };
}
