import { type NumberSpan, numbersIn } from "../language/numbers.ts";
import { sentencesOf } from "../language/sentences.ts";
import { fold } from "../language/words.ts";
import { contentStems } from "./words.ts";

/** Most of a fact's words have to be there for it to count as told: people find other words for the rest. */
const mostWords = 2 / 3;
const negation =
  /(?:^|[^\p{L}])(?:niet|geen|nooit|nog niet|zonder|not|no|never|without|cannot|\p{L}{2,10}n't)(?=$|[^\p{L}])/u;
const signs: readonly (readonly [RegExp, string])[] = [
  [/€/g, " euro "],
  [/\$/g, " dollar "],
  [/£/g, " pound "],
  [/%/g, " percent "],
  [/\bprocent\b/g, "percent"],
];

interface Parts {
  readonly words: readonly string[];
  readonly numbers: readonly string[];
}

/**
 * Share (0 to 1) of the facts a text tells, by their words and numbers; undefined where there are none. Lexical: all
 * numbers of the fact and two thirds of its content words are found in the text, inflected or not, written or spelled.
 */
export function factsTold(text: string, facts: readonly string[]): number | undefined {
  if (facts.length === 0) return undefined;
  const parts = partsOf(text);
  return facts.filter((fact) => tells(parts, partsOf(fact), mostWords)).length / facts.length;
}

/**
 * How many of the forbidden claims a text makes. Lexical, and strict: one sentence has all content words and numbers
 * of the claim, and negates nothing unless the claim does.
 */
export function claimsMade(text: string, claims: readonly string[]): number {
  const sentences = text
    .split("\n")
    .flatMap(sentencesOf)
    .map((sentence) => ({
      parts: partsOf(sentence),
      negated: isNegated(sentence),
    }));
  return claims.filter((claim) => {
    const wanted = partsOf(claim);
    return sentences.some(({ parts, negated }) => negated === isNegated(claim) && tells(parts, wanted, 1));
  }).length;
}

function isNegated(text: string): boolean {
  return negation.test(fold(text));
}

function tells(text: Parts, fact: Parts, share: number): boolean {
  if (fact.words.length + fact.numbers.length === 0) return false;
  const told = new Set(text.words);
  const found = fact.words.filter((word) => told.has(word)).length;
  // A fact of one or two words is told in full or not at all.
  const needed = fact.words.length <= 2 ? fact.words.length : Math.ceil(fact.words.length * share - 1e-9);
  return found >= needed && fact.numbers.every((number) => text.numbers.includes(number));
}

function partsOf(text: string): Parts {
  const spelled = signs.reduce((out, [sign, word]) => out.replace(sign, word), text);
  const numbers = numbersIn(spelled);
  return { words: contentStems(without(spelled, numbers)), numbers: numbers.flatMap(valuesOf) };
}

/** Each number of a run by itself too: "17 45 euro" tells 45. */
function valuesOf(span: NumberSpan): string[] {
  return [span, ...span.parts].map(({ value, digits }) =>
    value === undefined ? `#${digits}` : String(value),
  );
}

function without(text: string, spans: readonly NumberSpan[]): string {
  let rest = "";
  let from = 0;
  for (const { start, end } of spans) {
    rest += `${text.slice(from, start)} `;
    from = end;
  }
  return rest + text.slice(from);
}
