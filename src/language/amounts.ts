import type { Digitised } from "./digitised.ts";
import { form, type Groups, mentionsOf, number, type Place, type Rule } from "./mentions.ts";
import { writtenValue } from "./number-words.ts";
import { notCents } from "./units.ts";

export type Currency = "EUR" | "USD" | "GBP";

interface Money {
  /** The whole amount in cents first; after it what it could be as well ("45 euro 50" may be 45 euro, then a 50). */
  readonly cents: readonly number[];
  readonly currency: Currency;
}

export interface AmountMention extends Money, Place {}

const signs: Readonly<Record<Currency, string>> = {
  EUR: "\u20ac|euro'?s?|eur",
  USD: "\\$|us ?\\$|dollars?|usd|bucks?",
  GBP: "\u00a3|pounds?|ponden|pond|gbp",
};
const sign = Object.entries(signs)
  .map(([currency, words]) => `(?<${currency}>${words})`)
  .join("|");

const rules: readonly Rule<Money>[] = [
  {
    pattern: form(
      `(?<whole>${number}|(?:een|a)(?! ?[\u20ac$\u00a3]))(?:,-{1,2})? ?(?:${sign})(?: (?<cents>\\d{1,2})(?!\\d|[.,:]\\d| ?(?:${notCents}))|,? (?:en nog |en |and |plus )?(?<exact>\\d{1,2}) ?(?:euro)?cents?)?`,
    ),
    read: money,
  },
  {
    pattern: form(
      `(?:${sign}) ?(?<whole>${number})(?:[.,]-{1,2})?(?: (?:en |and )?(?<exact>\\d{1,2}) ?cents?)?`,
    ),
    read: money,
  },
  {
    pattern: form(`(?<cents>${number}) ?(?:euro)?cent(?:en|s)?`),
    read: ({ cents }) => {
      const value = writtenValue(cents ?? "");
      return value === undefined ? undefined : { cents: [Math.round(value)], currency: "EUR" };
    },
  },
  { pattern: form(`(?<whole>${number}),-{1,2}(?!\\d)`), read: money },
];

function money(groups: Groups): Money | undefined {
  const { whole = "", cents, exact, USD, GBP } = groups;
  const value = /^\D/.test(whole) ? 1 : writtenValue(whole);
  if (value === undefined || !Number.isFinite(value)) return undefined;
  const base = Math.round(value * 100);
  const more = Number(exact ?? cents ?? 0);
  const readings = more > 0 && base % 100 === 0 ? [base + more, base] : [base];
  return { cents: readings, currency: USD !== undefined ? "USD" : GBP !== undefined ? "GBP" : "EUR" };
}

/** Amounts of money, written or spoken: "€ 45,50", "45 euro 50", "vijfenveertig euro", "$20", "fifty cents". */
export function amountsIn(text: Digitised): AmountMention[] {
  return mentionsOf(text, rules, undefined);
}
