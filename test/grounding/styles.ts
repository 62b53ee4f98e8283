/** Values as people say and write them: to each kind a first and a second set of forms; the second was met once before the check was mended on it. */

export type Language = "nl" | "en";
export type Medium = "chat" | "voice";
export interface Manner {
  readonly language: Language;
  readonly medium: Medium | "draft";
  /** Picks one of the first set of forms, or of the second. */
  readonly pick: <T>(tuned: readonly T[], held?: readonly T[]) => T;
}

const nlOnes =
  "nul een twee drie vier vijf zes zeven acht negen tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien".split(
    " ",
  );
const nlTens = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split(" ");
const enOnes =
  "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
    " ",
  );
const enTens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");
const dutchUnit = (unit: number) => ["", "een", "twee", "drie"][unit] ?? (nlOnes[unit] as string);

/** In words, to 9,999. */
export function words(value: number, language: Language): string {
  return language === "nl" ? dutch(value) : english(value);
}

function dutch(value: number): string {
  if (value < 20) return nlOnes[value] as string;
  if (value < 100) {
    const unit = value % 10;
    const ten = nlTens[Math.floor(value / 10) - 2] as string;
    return unit === 0 ? ten : `${dutchUnit(unit)}${unit === 2 || unit === 3 ? "ën" : "en"}${ten}`;
  }
  const [scale, word] = value < 1000 ? [100, "honderd"] : [1000, "duizend"];
  const count = Math.floor(value / scale);
  const rest = value % scale;
  return `${count === 1 ? "" : dutch(count)}${word}${rest === 0 ? "" : `${scale === 1000 ? " " : ""}${dutch(rest)}`}`;
}

function english(value: number): string {
  if (value < 20) return enOnes[value] as string;
  if (value < 100) {
    const ten = enTens[Math.floor(value / 10) - 2] as string;
    return value % 10 === 0 ? ten : `${ten} ${enOnes[value % 10]}`;
  }
  const [scale, word] = value < 1000 ? [100, "hundred"] : [1000, "thousand"];
  const rest = value % scale;
  return `${english(Math.floor(value / scale))} ${word}${rest === 0 ? "" : `${rest < 100 ? " and " : " "}${english(rest)}`}`;
}

export const two = (value: number) => `${value}`.padStart(2, "0");

export function amount(cents: number, { language, medium, pick }: Manner): string {
  const whole = Math.floor(cents / 100);
  const rest = cents % 100;
  const w = words(whole, language);
  const comma = rest === 0 ? `${whole}` : `${whole},${two(rest)}`;
  const point = comma.replace(",", ".");
  const c = words(rest, language);
  if (medium === "voice" && language === "nl")
    return rest === 0
      ? pick(
          [`${w} euro`, `${whole} euro`, `een bedrag van ${w} euro`, `${w} euro's`],
          [`precies ${w} euro`, `zo'n ${w} euro`],
        )
      : pick(
          [`${w} euro ${c}`, `${whole} euro ${rest}`, `${w} euro en ${c} cent`, `${comma} euro`],
          [`${w} euro, ${c} cent`, `${w} euro en nog ${c} cent`, `${w} komma ${c} euro`],
        );
  if (medium === "voice")
    return rest === 0
      ? pick(
          [`${w} euros`, `${whole} euros`, `an amount of ${w} euro`, `${w.replaceAll(" ", "-")} euros`],
          [`exactly ${w} euros`, `${w} euro`],
        )
      : pick(
          [`${w} euros ${c}`, `${w} euros and ${c} cents`, `${w} ${c}`, `${point} euros`],
          [`${w} euro ${c}`, `${w} euros, ${c} cents`, `${w} point ${c} euros`],
        );
  if (language === "nl")
    return pick(
      [
        `€ ${comma}`,
        `${comma} euro`,
        `€${comma}`,
        rest === 0 ? `${whole},-` : `${whole} euro ${two(rest)}`,
        `EUR ${comma}`,
        `€ ${point}`,
      ],
      [rest === 0 ? `€ ${whole},-` : `${whole} euro en ${rest} cent`, `euro ${comma}`, `${comma} eur`],
    );
  return pick(
    [`€${point}`, `${point} euros`, `€ ${point}`, `EUR ${point}`, `${point} euro`, `€ ${comma}`],
    [`${point} EUR`, `EUR${point}`, `euro ${point}`],
  );
}

export function term(days: number, { language, medium, pick }: Manner): string {
  const said = medium === "voice" ? words(days, language) : `${days}`;
  if (language === "nl")
    return pick(
      [
        `binnen ${said} werkdagen`,
        `binnen ${said} dagen`,
        `in ${said} werkdagen`,
        `uiterlijk over ${said} werkdagen`,
      ],
      [
        `in maximaal ${said} werkdagen`,
        `niet later dan over ${said} werkdagen`,
        `binnen nu en ${said} werkdagen`,
      ],
    );
  return pick(
    [
      `within ${said} working days`,
      `within ${said} days`,
      `in ${said} business days`,
      `within ${said} business days`,
    ],
    [
      `in at most ${said} working days`,
      `no later than ${said} business days from now`,
      `in the next ${said} working days`,
    ],
  );
}

export function quantity(value: number, { language, medium, pick }: Manner): string {
  const grouped =
    value < 1000 ? `${value}` : `${Math.floor(value / 1000)}.${`${value % 1000}`.padStart(3, "0")}`;
  const local = language === "nl" ? grouped : grouped.replace(".", ",");
  const apart = `${value}`.split("").map((digit) => words(Number(digit), language));
  if (medium !== "voice") return pick([`${value}`, local], [`'${value}'`, `${value}`]);
  return pick(
    [words(value, language), `${value}`, local],
    [value < 1000 ? words(value, language) : apart.join(" "), `eh ${words(value, language)}`],
  );
}

/** A run of digits as read aloud, and as written. */
export function digits(run: string, { language, medium, pick }: Manner): string {
  const inPairs = run.match(/\d{1,2}/g) ?? [];
  if (medium !== "voice")
    return pick(
      [run, run.replace(/^(\d{2})(\d{4,})$/, "$1-$2"), run.replace(/(\d{3})(?=\d)/g, "$1 ")],
      [inPairs.join(" "), inPairs.join("."), run.replace(/^06/, "+31 6 ")],
    );
  const one = run.split("").map((digit) => words(Number(digit), language));
  const double = language === "nl" ? "dubbel" : "double";
  // "Sixty, two" would be heard as 62.
  const isClear = !inPairs.some(
    (pair, index) => /^[2-9]0$/.test(pair) && /^0?[1-9]$/.test(inPairs[index + 1] ?? ""),
  );
  const pairs = isClear
    ? inPairs.map((pair) =>
        /^0|^.$/.test(pair)
          ? pair
              .split("")
              .map((digit) => words(Number(digit), language))
              .join(" ")
          : words(Number(pair), language),
      )
    : one;
  return pick(
    [one.join(" "), pairs.join(" "), pairs.join(", "), one.join(", ")],
    [
      one.join(" ").replace(/\b(\w+) \1\b/g, `${double} $1`),
      `${pairs.slice(0, 2).join(" ")}, eh, ${pairs.slice(2).join(" ")}`,
      one.join("... "),
    ],
  );
}

const called: Readonly<Record<Language, Readonly<Record<string, string>>>> = {
  nl: {
    A: "Anna",
    B: "Bernard",
    K: "Karel",
    X: "Xantippe",
    R: "Rudolf",
    T: "Theodoor",
    Z: "Zacharias",
    D: "Dirk",
  },
  en: { A: "alpha", B: "bravo", K: "kilo", X: "xray", R: "romeo", T: "tango", Z: "zulu", D: "delta" },
};

/** A code of letters and digits: "AB-12345". */
export function reference(code: string, { language, medium, pick }: Manner): string {
  const [letters = "", run = ""] = code.split("-");
  if (medium !== "voice")
    return pick(
      [code, `${letters}${run}`, code.toLowerCase(), `${letters} ${run}`],
      [`${letters}/${run}`, `#${letters}${run}`, `${letters}_${run}`],
    );
  const read = digits(run, { language, medium, pick });
  const spelled = letters.split("");
  const names = spelled.map((letter) => called[language][letter] ?? letter);
  return pick(
    [
      `${spelled.join(" ")} ${read}`,
      `${letters} ${read}`,
      `${spelled.join(" ")} ${language === "nl" ? "streepje" : "dash"} ${read}`,
      `${spelled.join(" ")}, ${read}`,
    ],
    [
      language === "nl"
        ? `${spelled.map((letter, index) => `${letter} van ${names[index]}`).join(" ")} ${read}`
        : `${names.join(" ")} ${read}`,
      `${spelled.join(", ")}, en dan ${read}`,
    ],
  );
}

export function email(address: string, { language, medium, pick }: Manner): string {
  if (medium !== "voice")
    return pick(
      [address, address.replace(/^./, (first) => first.toUpperCase())],
      [`<${address}>`, `"${address}"`],
    );
  const nl = language === "nl";
  const read = (at: string) => address.replaceAll(".", nl ? " punt " : " dot ").replace("@", ` ${at} `);
  const [first = "", ...rest] = address.split(".");
  const spelled = `${first.split("").join(" ")}${read(nl ? "apenstaartje" : "at").slice(first.length)}`;
  return pick(
    [read(nl ? "apenstaartje" : "at"), read("at")],
    [read(nl ? "apestaartje" : "at"), rest.length > 0 ? spelled : read("at")],
  );
}
