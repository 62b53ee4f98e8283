/** Chance, and digits read aloud. */
import type { Half } from "./spoken.ts";

export type Language = "nl" | "en";

/** Seeded chance. */
export interface Dice {
  /** 0 to `below`, exclusive. */
  roll(below: number): number;
  pick<T>(from: readonly T[]): T;
  /** So many digits. */
  digits(count: number): string;
}

/** Mulberry32. */
export function diceOf(seed: number): Dice {
  let state = seed >>> 0;
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  const roll = (below: number) => Math.floor(next() * below);
  return {
    roll,
    pick: (from) => from[roll(from.length)] as (typeof from)[number],
    digits: (count) => Array.from({ length: count }, () => roll(10)).join(""),
  };
}

export const small = {
  nl: "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien".split(
    " ",
  ),
  en: "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  ),
};
const tens = {
  nl: "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split(" "),
  en: "twenty thirty forty fifty sixty seventy eighty ninety".split(" "),
};

/** 0 to 9999 in words, as one would say a quantity. */
export function inWords(value: number, language: Language): string {
  const word = small[language][value];
  if (word !== undefined) return word;
  if (value < 100) {
    const ten = tens[language][Math.floor(value / 10) - 2] ?? "";
    const unit = small[language][value % 10] ?? "";
    if (value % 10 === 0) return ten;
    return language === "en" ? `${ten} ${unit}` : `${unit}${/e$/.test(unit) ? "ën" : "en"}${ten}`;
  }
  const [scale, name] =
    value < 1000 ? [100, { nl: "honderd", en: " hundred" }] : [1000, { nl: "duizend", en: " thousand" }];
  const count = Math.floor(value / scale);
  const head = `${count === 1 && language === "nl" ? "" : inWords(count, language)}${name[language]}`;
  const rest = value % scale;
  if (rest === 0) return head;
  return language === "nl"
    ? `${head}${value < 1000 ? "" : " "}${inWords(rest, language)}`
    : `${head} ${inWords(rest, language)}`;
}

/** Digits read aloud, in one of the manners of a half. */
export function aloud(digits: string, dice: Dice, half: Half, language: Language): string {
  const single = (text: string) => [...text].map((digit) => small[language][Number(digit)] ?? "").join(" ");
  const paired = (text: string) =>
    (text.match(/\d{1,2}/g) ?? [])
      .map((two) => (two.startsWith("0") ? single(two) : inWords(Number(two), language)))
      .join(" ");
  const doubled = (text: string) =>
    (text.match(/(\d)\1|\d/g) ?? [])
      .map((part) =>
        part.length === 2
          ? `${{ nl: "dubbel", en: "double" }[language]} ${single(part.charAt(0))}`
          : single(part),
      )
      .join(" ");
  const groups = (size: number) => digits.match(new RegExp(`\\d{1,${size}}`, "g")) ?? [];
  const said = (two: string) =>
    two.startsWith("0") || two.length === 1 ? single(two) : inWords(Number(two), language);
  const { and, dash, twice } = {
    nl: { and: "en dan", dash: "streepje", twice: "twee keer" },
    en: { and: "and then", dash: "dash", twice: "two times" },
  }[language];
  const tuned = [
    () => single(digits),
    () => paired(digits),
    () => doubled(digits),
    () => `${single(digits.slice(0, 3))}, ${paired(digits.slice(3))}`,
    () => `${digits.slice(0, 2)} ${paired(digits.slice(2))}`.trim(),
    () => digits,
    () => groups(3).map(single).join(", "),
    () => `${single(digits.slice(0, 2))} eh ${paired(digits.slice(2))}`.trim(),
    () => [...digits].join(" "),
    () => groups(2).join("-"),
    () =>
      [groups(4).slice(0, 1), groups(4).slice(1)]
        .filter((part) => part.length > 0)
        .map((part) => single(part.join("")))
        .join(`... ${and} `),
    () => groups(2).map(said).join(", "),
    () =>
      language === "en"
        ? single(digits).replaceAll("zero", "oh")
        : single(digits).replaceAll("zeven", "zeuven"),

    () =>
      groups(2)
        .map((two, index) => (index % 2 === 0 ? two : said(two)))
        .join(" "),
    () => single(digits).replaceAll(" ", ", "),
    () => groups(4).join("."),
    () =>
      groups(2)
        .map((two) => [...two].join(" "))
        .join(", "),
    () =>
      groups(2)
        .map(said)
        .join(language === "nl" ? ", eh, " : ", uh, "),
    () => `${single(digits.slice(0, 2))} ${dash} ${paired(digits.slice(2))}`.trim(),
    () =>
      (digits.match(/(\d)\1|\d/g) ?? [])
        .map((part) => (part.length === 2 ? `${twice} ${single(part.charAt(0))}` : single(part)))
        .join(" "),
    () =>
      groups(3)
        .map((three) => (/^[1-9]\d\d$/.test(three) ? inWords(Number(three), language) : single(three)))
        .join(" "),
    () => single(digits).replaceAll(" ", language === "nl" ? "-" : " - "),
  ];
  const held = [
    () => `${digits.slice(0, 2)} - ${groups(2).slice(1).join(" ")}`.trim(),
    () =>
      groups(2)
        .map(said)
        .join(language === "nl" ? " dan " : " then "),
    () => `${digits.slice(0, 2)}/${digits.slice(2)}`,
    () => capitalised(single(digits)),
    () =>
      groups(3)
        .map((three) => [...three].join(" "))
        .join(" - "),
    () => `${paired(digits.slice(0, 4))} ${digits.slice(4)}`.trim(),
    () => `${single(digits.slice(0, 2))}, eh, ${doubled(digits.slice(2))}`,
  ];
  return dice.pick(half === "tuned" ? tuned : held)();
}

function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
