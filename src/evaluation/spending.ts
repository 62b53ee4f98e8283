import type { Usage } from "../model.ts";
import { quantile } from "./statistics.ts";
import type { Price } from "./write.ts";

export interface Spending {
  readonly usage: Usage;
  /** Null where no price is known. */
  readonly cost: { readonly currency: string; readonly total: number; readonly perLog: number } | null;
  /** Milliseconds of one writing, waiting in the endpoint's queue included; null where nothing was written. */
  readonly latencyMs: {
    readonly p50: number;
    readonly p95: number;
    readonly histogram: readonly { readonly fromMs: number; readonly toMs: number; readonly n: number }[];
  } | null;
}

const bars = 20;

/** What a number of writings used. */
export function spendingOf(
  all: readonly { readonly usage: Usage; readonly latencyMs: number }[],
  price: Price | undefined,
): Spending {
  const usage = all.reduce<Usage>((sum, one) => addUsage(sum, one.usage), noUsage);
  const total = price === undefined ? undefined : costOf(usage, price);
  return {
    usage,
    cost:
      price === undefined || total === undefined
        ? null
        : { currency: price.currency, total, perLog: all.length === 0 ? 0 : total / all.length },
    latencyMs: all.length === 0 ? null : latencyOf(all.map(({ latencyMs }) => latencyMs)),
  };
}

const noUsage: Usage = { requests: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };

function addUsage(a: Usage, b: Usage): Usage {
  return {
    requests: a.requests + b.requests,
    inputTokens: a.inputTokens + b.inputTokens,
    cachedInputTokens: a.cachedInputTokens + b.cachedInputTokens,
    outputTokens: a.outputTokens + b.outputTokens,
  };
}

/** In the price's currency; cached tokens are part of the input and cost their own price. */
export function costOf(usage: Usage, price: Price): number {
  const fresh = usage.inputTokens - usage.cachedInputTokens;
  const millionths =
    fresh * price.input +
    usage.cachedInputTokens * (price.cachedInput ?? price.input) +
    usage.outputTokens * price.output;
  return millionths / 1e6;
}

/** Twenty bars from 0 to the slowest. */
function latencyOf(values: readonly number[]): NonNullable<Spending["latencyMs"]> {
  const width = Math.max(1, Math.ceil((values.reduce((most, one) => Math.max(most, one), 0) + 1) / bars));
  const histogram = Array.from({ length: bars }, (_, index) => ({
    fromMs: index * width,
    toMs: (index + 1) * width,
    n: values.filter((value) => Math.floor(value / width) === index).length,
  }));
  return { p50: quantile(values, 0.5), p95: quantile(values, 0.95), histogram };
}
