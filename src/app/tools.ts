import type { Config } from "../config.ts";
import type { Ledger, Marks } from "../ledger/ledger.ts";
import type { Media } from "../media/medium.ts";
import type { Events } from "../ops/events.ts";
import { readDay, Spending } from "../pipeline/spending.ts";
import type { Tools } from "../pipeline/tools.ts";
import { type InForce, priceOf, type Settings } from "../settings.ts";

/** Under which the ledger keeps what the day has cost. */
const spendingMark = "spending";

/** What the model costs at the prices in force, carried on from the last run of the same day. */
export async function openSpending(marks: Marks, inForce: InForce, events: Events): Promise<Spending> {
  const { currency } = inForce.now.config.llm;
  return new Spending({
    get price() {
      return priceOf(inForce.now.config.llm);
    },
    get dailyBudget() {
      return inForce.now.config.llm.dailyBudget;
    },
    currency,
    saved: readDay(await marks.get(spendingMark)),
    save(day) {
      // Not worth stopping for: the next request saves it again.
      marks.set(spendingMark, JSON.stringify(day)).catch(() => {});
    },
    onUsed: (brand, used, cost) => events.modelUsed(brand, used, cost, currency),
    onSpent: (day, budget) => events.budgetSpent(day.cost, budget, currency),
  });
}

interface ToolsOptions extends Pick<Tools, "spending" | "compare" | "onLog"> {
  readonly config: Config;
  /** These two are read anew for each work. */
  readonly timing: Config["timing"];
  readonly pipeline: Config["pipeline"];
  readonly ledger: Ledger;
  readonly media: Media;
  readonly events: Events;
}

/** @returns what work is done with under given settings */
export function createTools({
  config,
  timing,
  pipeline,
  ledger,
  events,
  ...others
}: ToolsOptions): (settings: Settings) => Tools {
  return ({ brands, writer, modelCircuit }) => ({
    ...others,
    ledger,
    rules: brands.rules,
    writer,
    brand: brands.brand,
    destination: brands.destination,
    modelCircuit,
    lookupAfterMs: timing.lookupAfterMs,
    giveUpMs: timing.retryGiveUpMs,
    doubtfulBefore: ledger.doubtfulBefore,
    reports: events,
    settleMs: pipeline.settleMs,
    keysKeptSince: ledger.retiredBefore,
    keepsLogs: config.retention.logsMs !== undefined,
    dryRun: config.dryRun,
    shadow: config.shadow,
  });
}
