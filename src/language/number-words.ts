/** Number words of Dutch and English, in the folded form they are looked up in. */

const dutchUnits = "nul een twee drie vier vijf zes zeven acht negen".split(" ");
const dutchTeens = "tien elf twaalf dertien veertien vijftien zestien zeventien achttien negentien".split(
  " ",
);
const dutchTens = "twintig dertig veertig vijftig zestig zeventig tachtig negentig".split(" ");
const englishUnits = "zero one two three four five six seven eight nine".split(" ");
const englishTeens = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split(
  " ",
);
const englishTens = "twenty thirty forty fifty sixty seventy eighty ninety".split(" ");

const longestNumberWord = 60;

export type NumberLanguage = "nl" | "en" | "both";

/** What one word says. `scale` multiplies what stands before it; every other value stands for itself. */
export interface NumberWord {
  readonly value: number;
  readonly language: NumberLanguage;
  readonly scale: boolean;
}

const words = new Map<string, NumberWord>([
  ...below100(dutchUnits, dutchTeens, dutchTens, "nl", (unit, ten) => [`${unit}en${ten}`]),
  ...below100(englishUnits, englishTeens, englishTens, "en", (unit, ten) => [`${ten}${unit}`]),
  ...[
    ["zeuven", 7, "nl"],
    ["fourty", 40, "en"],
    ["nought", 0, "en"],
    ["half", 0.5, "both"],
    ["halve", 0.5, "nl"],
    ["anderhalf", 1.5, "nl"],
    ["anderhalve", 1.5, "nl"],
  ].map(([word, value, language]) => entry(word as string, value as number, language as NumberLanguage)),
  ...[
    ["honderd", 100, "nl"],
    ["duizend", 1000, "nl"],
    ["miljoen", 1e6, "nl"],
    ["hundred", 100, "en"],
    ["thousand", 1000, "en"],
    ["million", 1e6, "en"],
  ].map(([word, value, language]) =>
    entry(word as string, value as number, language as NumberLanguage, true),
  ),
]);

function entry(
  word: string,
  value: number,
  language: NumberLanguage,
  scale = false,
): readonly [string, NumberWord] {
  return [word, { value, language, scale }];
}

function below100(
  units: readonly string[],
  teens: readonly string[],
  tens: readonly string[],
  language: NumberLanguage,
  join: (unit: string, ten: string) => readonly string[],
) {
  const plain = [...units, ...teens].map((word, value) => entry(word, value, language));
  const round = tens.map((word, index) => entry(word, (index + 2) * 10, language));
  const joined = tens.flatMap((ten, index) =>
    units
      .slice(1)
      .flatMap((unit, less) =>
        join(unit, ten).map((word) => entry(word, (index + 2) * 10 + less + 1, language)),
      ),
  );
  return [...plain, ...round, ...joined];
}

/**
 * What a word says as a number, Dutch compounds of any length among them ("tweeduizendvijfentwintig", "drieenhalf").
 * @param folded lower case, without diacritics
 */
export function numberWord(folded: string): NumberWord | undefined {
  const known = words.get(folded);
  if (known !== undefined || folded.length < 7 || folded.length > longestNumberWord) return known;
  const value = compound(folded);
  return value === undefined ? undefined : { value, language: "nl", scale: false };
}

function compound(word: string): number | undefined {
  return halved(word) ?? around(word, "duizend", 1000) ?? around(word, "honderd", 100);
}

/** "drieenhalf", "drieeneenhalve": the number before it and a half. */
function halved(word: string): number | undefined {
  const whole = /^(.{3,})en(?:een)?hal(?:f|ve)$/.exec(word)?.[1];
  const value = whole === undefined ? undefined : words.get(whole.replace(/een$/, ""))?.value;
  return value === undefined ? undefined : value + 0.5;
}

function around(word: string, scale: string, times: number): number | undefined {
  const at = word.indexOf(scale);
  if (at < 0) return undefined;
  const count = at === 0 ? 1 : plainValue(word.slice(0, at));
  const rest = word.slice(at + scale.length);
  const more = rest === "" ? 0 : (plainValue(rest) ?? plainValue(rest.replace(/^en/, "")));
  return count === undefined || more === undefined || more >= times ? undefined : count * times + more;
}

function plainValue(word: string): number | undefined {
  const known = words.get(word);
  if (known !== undefined && known.language !== "nl") return undefined;
  return known?.value ?? around(word, "honderd", 100);
}

/** A written number: Dutch and English separators; three digits after one are thousands. */
export function writtenValue(text: string): number | undefined {
  if (/^0\d/.test(text)) return undefined;
  if (/^\d+$/.test(text)) return Number(text);
  if (/^\d{1,3}(?:\.\d{3})+(?:,\d{1,2})?$/.test(text))
    return Number(text.replaceAll(".", "").replace(",", "."));
  if (/^\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?$/.test(text)) return Number(text.replaceAll(",", ""));
  return /^\d+[.,]\d+$/.test(text) ? Number(text.replace(",", ".")) : undefined;
}
