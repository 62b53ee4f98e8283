import { type Dice, inWords, type Language, small } from "./spoken-aloud.ts";
import { months } from "./spoken-values.ts";

/** A number that is nobody's, by its name: an amount, a reading, a date, a reference. */
export function harmless(name: string, dice: Dice, language: Language): string {
  const word = (value: number) => (dice.roll(2) === 0 ? `${value}` : inWords(value, language));
  const makers: Readonly<Record<string, () => string>> = {
    count: () => word(2 + dice.roll(9)),
    amount: () => word(10 + dice.roll(900)),
    cents: () => `${10 + dice.roll(400)},${dice.digits(2)}`,
    reading: () => `${10_000 + dice.roll(80_000)}`,
    readingAloud: () =>
      [...`${10_000 + dice.roll(80_000)}`].map((digit) => small[language][Number(digit)]).join(" "),
    usage: () => word(100 + dice.roll(4000)),
    day: () => word(1 + dice.roll(28)),
    month: () => dice.pick(months[language]),
    year: () => `${2019 + dice.roll(8)}`,
    hour: () => word(1 + dice.roll(12)),
    time: () => `${8 + dice.roll(12)}:${dice.pick(["00", "15", "30", "45"])}`,
    order: () => `${1 + dice.roll(9)}${dice.digits(7 + dice.roll(3))}`,
    orderAloud: () =>
      [...`${1 + dice.roll(9)}${dice.digits(8)}`].map((digit) => small[language][Number(digit)]).join(" "),
    code: () => `${dice.pick(["ORD", "TCK", "INV"])}-${dice.digits(6)}`,
    article: () => `${1000 + dice.roll(9000)} ${dice.pick(["AB", "BW", "XL", "CR"])}`,
  };
  return makers[name]?.() ?? "";
}
