import type { Dialogue, Taxonomy, Turn } from "../model.ts";
import { plainText } from "../text.ts";
import { isTooBroad } from "./breadth.ts";
import { cues, followUps, laterFollowUps } from "./cues.ts";
import { labelsOf } from "./labels.ts";
import { hitsOf, piecesOf } from "./match.ts";
import { joined, readTurn, type Sentence } from "./reading.ts";

/** Stands for what was left out of a turn. */
export const placeholder = "[instruction left out]";

/** Twenty times what is said in a day; turns beyond it are left out whole, so that a flood holds up nobody. */
const mostChars = 5_000_000;

const speakerLabel = /^(?:customer|klant|agent|medewerker): /i;

/** In so many turns that follow, a customer may go on with an order; an agent only repeats one. */
const turnsToGoOn = { customer: 2, agent: 0 };

/**
 * Leaves out what is said to the machine that reads along, to the record, or to its reader rather than to the other
 * party: orders, forged turns and answers, dictated promises and categories, also in disguise or in pieces. Whole
 * sentences go and a placeholder stands for them; the rest of a turn is as it was. Pure and linear.
 * @returns the dialogue with as many turns, and the numbers (from 1) of those that were changed
 */
export function guardDialogue(
  dialogue: Dialogue,
  taxonomy: Taxonomy,
): { readonly dialogue: Dialogue; readonly suspects: number[] } {
  const labels = labelsOf(taxonomy);
  const turns = withoutFlood(dialogue.turns);
  const leftOut = new Set<Sentence>();
  const sentences = turns.map(({ text }, index) => readTurn(text, index, labels));
  for (const side of ["customer", "agent"] as const) {
    const said = sentences.filter((_, index) => turns[index]?.speaker === side).flat();
    for (const sentence of ordersIn(said, side)) leftOut.add(sentence);
  }
  const guarded = turns.map((turn, index) => without(turn, sentences[index] ?? [], leftOut));
  const suspects = guarded.flatMap((turn, index) => (turn === dialogue.turns[index] ? [] : [index + 1]));
  return { dialogue: suspects.length === 0 ? dialogue : { ...dialogue, turns: guarded }, suspects };
}

/** What a model wrote, as one line of plain text without links or markup; sentences that give orders are left out. */
export function guardText(text: string): string {
  const plain = withoutLinks(plainText(text));
  // In a note it tells whose words follow; in a transcript it would be a forged turn.
  const label = speakerLabel.exec(plain)?.[0] ?? "";
  const body = plain.slice(label.length);
  const said = readTurn(body, 0, new Map());
  const orders = ordersIn(said, "agent");
  const left = said
    .filter((sentence) => !orders.has(sentence))
    .map(({ stretch }) => body.slice(stretch.start, stretch.end))
    .join("")
    .trim();
  return left === "" ? "" : `${label}${left}`;
}

function withoutFlood(turns: readonly Turn[]): Turn[] {
  let chars = 0;
  return turns.map((turn) => {
    chars += turn.text.length;
    return chars > mostChars ? { ...turn, text: placeholder } : turn;
  });
}

/** Of what one side said in all its turns, the sentences that are not for the other side. */
function ordersIn(said: readonly Sentence[], side: Turn["speaker"]): Set<Sentence> {
  const orders = new Set<Sentence>();
  const opening = new Set<Sentence>();
  for (const sentence of said) {
    const hits = sentence.readings.flatMap((places) => hitsOf(cues, places, side));
    const broad = side === "customer" && sentence.readings.some(isTooBroad);
    if (sentence.form !== undefined || hits.length > 0 || broad) orders.add(sentence);
    if (hits.some(({ cue }) => cue.opens)) opening.add(sentence);
  }
  for (const sentence of brokenOrders(said, side)) {
    orders.add(sentence);
    opening.add(sentence);
  }
  return new Set([...orders, ...followUpsOf(said, opening, turnsToGoOn[side])]);
}

/** Sentences that are an order only together, whatever stands between them. */
function brokenOrders(said: readonly Sentence[], side: Turn["speaker"]): Sentence[] {
  const places = piecesOf(cues, joined(said), side).flatMap(({ at }) => at);
  const wanted = places.toSorted((a, b) => a - b);
  let end = 0;
  let next = 0;
  return said.filter(({ length }) => {
    end += length;
    const from = next;
    while ((wanted[next] ?? Number.POSITIVE_INFINITY) < end) next += 1;
    return next > from;
  });
}

/** What goes on where an order was given: all of the turn behind a frame, else what speaks of the same things. */
function followUpsOf(
  said: readonly Sentence[],
  opening: ReadonlySet<Sentence>,
  turnsToGoOn: number,
): Sentence[] {
  let framed = -1;
  let opened = { turn: -1, turnsLeft: -1 };
  return said.filter((sentence) => {
    const { turn, readings, form } = sentence;
    if (turn !== opened.turn) opened = { turn, turnsLeft: opened.turnsLeft - 1 };
    const words = opened.turnsLeft < turnsToGoOn ? laterFollowUps : followUps;
    const goesOn = opened.turnsLeft >= 0 && words.some((group) => readings[0]?.has(group));
    const found = framed === turn || goesOn;
    if (form === "frame") framed = turn;
    if (form !== undefined || opening.has(sentence)) opened = { turn, turnsLeft: turnsToGoOn };
    return found;
  });
}

function without(turn: Turn, sentences: readonly Sentence[], leftOut: ReadonlySet<Sentence>): Turn {
  if (!sentences.some((sentence) => leftOut.has(sentence))) return turn;
  const parts = sentences.map((sentence, index) => {
    if (!leftOut.has(sentence)) return turn.text.slice(sentence.stretch.start, sentence.stretch.end);
    const again = index > 0 && leftOut.has(sentences[index - 1] as Sentence);
    return again ? "" : `${placeholder} `;
  });
  return { ...turn, text: parts.join("").trim() };
}

const address = /https?:\/\/|www\.|javascript:|\bdata:\S|^\W{0,5}[\w-]+(?:\.[\w-]+)+\/./i;

/** Without addresses of pages, and without what Markdown puts around them. */
function withoutLinks(text: string): string {
  return text
    .replace(/!?\[([^[\]]{0,500})\]\([^()\s]{0,2000}\)/g, "$1")
    .replace(/\]\(|[`*#|<>]+|_{2,}/g, " ")
    .split(/\s+/)
    .filter((word) => !address.test(word))
    .join(" ")
    .replace(/ ([.,;:!?])/g, "$1")
    .trim();
}
