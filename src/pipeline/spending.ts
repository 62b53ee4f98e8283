import { NotYet } from "../errors.ts";
import type { Spent, SpentDay, Usage } from "../model.ts";
import type { Meter } from "../summarizers/summarizer.ts";
import { iso } from "../time.ts";

/** Price of a million tokens. */
export interface Price {
  readonly input: number;
  /** Of input the provider had in its cache; default: as any input. */
  readonly cachedInput?: number | undefined;
  readonly output: number;
}

/** What one contact cost; `cost` is undefined where no price is known. */
export interface Bill {
  readonly cost: number | undefined;
  readonly currency: string;
}

export interface SpendingOptions {
  readonly price: Price | undefined;
  readonly currency: string;
  readonly dailyBudget: number | undefined;
  /** The day as it was saved last. */
  readonly saved: SpentDay | undefined;
  readonly save: (day: SpentDay) => void;
  readonly onUsed: (brand: string, used: Usage, cost: number) => void;
  /** The budget does not suffice for the next request; once until a day begins or one goes through. */
  readonly onSpent: (day: SpentDay, budget: number) => void;
  readonly now?: () => number;
}

/** How often contacts that wait for money ask again: the budget may have been raised, or a request have cost less. */
const askAgainMs = 600_000;
const dayMs = 86_400_000;

/**
 * What the model costs, and the line it may not cross: a request reserves the most it can cost, and gives back what it
 * did not use, so that requests in flight together cannot overspend either.
 */
export class Spending {
  readonly #options: SpendingOptions;
  readonly #now: () => number;
  #day: SpentDay;
  #reserved = 0;
  #spent = false;

  constructor(options: SpendingOptions) {
    this.#options = options;
    this.#now = options.now ?? Date.now;
    this.#day = options.saved ?? emptyDay(this.#today());
  }

  /** Throws NotYet where the day's budget is known to be spent, before a contact costs anything. */
  check(): void {
    this.#turnOver();
    const { dailyBudget } = this.#options;
    if (dailyBudget !== undefined && this.#day.cost >= dailyBudget) throw this.#refusal(dailyBudget);
  }

  /** For one contact of a brand. */
  meter(brand: string): { readonly meter: Meter; readonly bill: () => Bill } {
    const { price, currency } = this.#options;
    let cost = 0;
    const settle = (used: Usage): void => {
      cost += this.#settle(brand, used);
    };
    return {
      bill: () => ({ cost: price === undefined ? undefined : cost, currency }),
      meter: { reserve: (most) => this.#reserve({ ...most, requests: 1, cachedInputTokens: 0 }, settle) },
    };
  }

  status(): Spent {
    this.#turnOver();
    const { currency, dailyBudget } = this.#options;
    return {
      ...this.#day,
      cost: Math.round(this.#day.cost * 1e6) / 1e6,
      currency,
      dailyBudget: dailyBudget ?? null,
      budgetSpent: this.#spent,
    };
  }

  #reserve(most: Usage, settle: (used: Usage) => void): (used: Usage) => void {
    this.#turnOver();
    const { price, dailyBudget } = this.#options;
    const reserved = costOf(most, price);
    if (dailyBudget !== undefined && this.#day.cost + this.#reserved + reserved > dailyBudget) {
      throw this.#refusal(dailyBudget);
    }
    this.#spent = false;
    this.#reserved += reserved;
    return (used) => {
      this.#reserved -= reserved;
      settle(used);
    };
  }

  #settle(brand: string, used: Usage): number {
    this.#turnOver();
    const cost = costOf(used, this.#options.price);
    const day = this.#day;
    this.#day = {
      date: day.date,
      cost: day.cost + cost,
      requests: day.requests + used.requests,
      inputTokens: day.inputTokens + used.inputTokens,
      cachedInputTokens: day.cachedInputTokens + used.cachedInputTokens,
      outputTokens: day.outputTokens + used.outputTokens,
    };
    this.#options.onUsed(brand, used, cost);
    this.#options.save(this.#day);
    return cost;
  }

  #refusal(budget: number): NotYet {
    if (!this.#spent) this.#options.onSpent(this.#day, budget);
    this.#spent = true;
    const now = this.#now();
    const tomorrow = (Math.floor(now / dayMs) + 1) * dayMs;
    return new NotYet(
      "daily_budget",
      `model: the rest of today's budget of ${this.#options.currency} ${budget} does not suffice (llm.dailyBudget)`,
      Math.min(tomorrow, now + askAgainMs),
    );
  }

  #today(): string {
    return iso(this.#now()).slice(0, 10);
  }

  /** A clock set back over midnight opens no new day: what was spent stays spent. One that was days ahead was wrong. */
  #turnOver(): void {
    const today = this.#today();
    if (this.#day.date === today || this.#day.date === iso(this.#now() + dayMs).slice(0, 10)) return;
    this.#day = emptyDay(today);
    this.#spent = false;
  }
}

function emptyDay(date: string): SpentDay {
  return { date, cost: 0, requests: 0, inputTokens: 0, cachedInputTokens: 0, outputTokens: 0 };
}

function costOf({ inputTokens, cachedInputTokens, outputTokens }: Usage, price: Price | undefined): number {
  if (price === undefined) return 0;
  const cached = Math.min(inputTokens, cachedInputTokens);
  const perMillion =
    (inputTokens - cached) * price.input +
    cached * (price.cachedInput ?? price.input) +
    outputTokens * price.output;
  return perMillion / 1e6;
}

/** A day as it was saved, or undefined where that is not what the text says. */
export function readDay(text: string | undefined): SpentDay | undefined {
  try {
    const day = JSON.parse(text ?? "") as Partial<SpentDay> | null;
    const numbers = [day?.cost, day?.requests, day?.inputTokens, day?.cachedInputTokens, day?.outputTokens];
    const sound =
      typeof day?.date === "string" && numbers.every((one) => Number.isFinite(one) && Number(one) >= 0);
    return sound ? (day as SpentDay) : undefined;
  } catch {
    return undefined;
  }
}
