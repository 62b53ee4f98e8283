/**
 * How far a log is to be trusted, as arithmetic over signals one can name; the model's own word is not asked.
 * `eval --calibrate` holds the result against labelled dialogues and turns it into a probability.
 */

/** Signals the confidence is computed from, each 0 (bad) to 1 (good); undefined where it does not apply. */
export interface Signals {
  /** Two samples chose the same pair (1), the same category (½) or neither; undefined where one was bought. */
  readonly agreement: number | undefined;
  /** Share of the draft's sentences and items without a finding, before anything was cut. */
  readonly grounding: number;
  /** How far the words of the dialogue speak for the chosen pair rather than for another. */
  readonly margin: number;
  /** How sure the transcription is of its words; undefined for what was typed. */
  readonly transcript: number | undefined;
  /** How much was said, up to what a log needs, and how much of it was read. */
  readonly length: number;
  /** 1 where the first answer could be used as it was. */
  readonly shape: number;
}

const weights: Readonly<Record<keyof Signals, number>> = {
  agreement: 3,
  grounding: 2,
  margin: 4,
  transcript: 1,
  length: 1,
  shape: 1,
};

/** Below this a person should look. */
const reviewBelow = 0.5;

/** Raw confidence and what it came to on labelled dialogues, rising in both; straight lines in between. */
export interface Calibration {
  readonly points: readonly (readonly [raw: number, share: number])[];
}

/** Weighted mean of the signals there are, 0 to 1, to two decimals. */
export function rawConfidence(signals: Signals): number {
  let sum = 0;
  let all = 0;
  for (const [name, weight] of Object.entries(weights)) {
    const value = signals[name as keyof Signals];
    if (value === undefined) continue;
    sum += weight * Math.min(1, Math.max(0, value));
    all += weight;
  }
  return round(sum / all);
}

/** What a raw confidence came to where it was measured; as it is where it was not. */
export function calibrated(raw: number, calibration: Calibration | undefined): number {
  const points = calibration?.points ?? [];
  const first = points[0];
  const last = points.at(-1);
  if (first === undefined || last === undefined) return raw;
  if (raw <= first[0]) return round(first[1]);
  if (raw >= last[0]) return round(last[1]);
  const above = points.findIndex(([at]) => at >= raw);
  const [fromRaw, fromShare] = points[above - 1] as readonly [number, number];
  const [toRaw, toShare] = points[above] as readonly [number, number];
  const way = toRaw === fromRaw ? 1 : (raw - fromRaw) / (toRaw - fromRaw);
  return round(fromShare + way * (toShare - fromShare));
}

/** Whether a person should look, and why; each reason once. */
export function reviewOf(
  confidence: number,
  reasons: readonly string[],
): { needed: boolean; reasons: readonly string[] } {
  const all = [...new Set([...reasons, ...(confidence < reviewBelow ? ["low_confidence"] : [])])];
  return { needed: all.length > 0, reasons: all };
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
