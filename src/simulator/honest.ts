import type { Schema } from "./sample.ts";

/** The answer of a model that was asked for a contact log. */
export interface Answer {
  readonly description: string;
  readonly note: readonly { readonly sentence: string; readonly turns: readonly number[] }[];
  /** `Category › Subcategory`. */
  readonly classification: string;
  readonly actionItems: readonly AnswerItem[];
  readonly sentiment: "positive" | "neutral" | "negative" | "mixed";
  readonly resolved: "yes" | "no" | "partly" | "unknown";
}

export interface AnswerItem {
  readonly text: string;
  readonly owner: "agent" | "customer" | "company";
  /** YYYY-MM-DD, or empty. */
  readonly due: string;
}

interface ReadTurn {
  readonly number: number;
  readonly speaker: string;
  readonly text: string;
}

const longestQuote = 160;

/**
 * Quotes what it is given and claims nothing else: the first turn of either side, or of findings each one; and the
 * first category there is.
 */
export function honestAnswer(transcript: string, classifications: readonly string[]): Answer {
  const turns = turnsIn(transcript);
  const first = (side: string) => turns.find(({ speaker }) => speaker.startsWith(side));
  const either = [first("customer"), first("agent")].filter((turn) => turn !== undefined);
  const quoted = either.length > 0 ? either : findingsIn(transcript);
  return {
    description: quote(quoted[0]?.text),
    note:
      quoted.length > 0
        ? quoted.map(({ number, text }) => ({ sentence: quote(text), turns: [number] }))
        : [{ sentence: quote(), turns: [] }],
    classification: classifications[0] ?? "",
    actionItems: [],
    sentiment: "neutral",
    resolved: "unknown",
  };
}

/** The pairs a request allows: those its schema enumerates, or those its instructions list. */
export function classificationsIn(instructions: string, schema: Schema | undefined): string[] {
  const enumerated = schema?.properties?.classification?.enum;
  if (enumerated !== undefined) return enumerated.map(String);
  return [...instructions.matchAll(/^- (.+ › .+)$/gm)].map(([, pair = ""]) => pair);
}

/** The answer in the shape its schema asks for: a contact log, or only what was said in one part of a long dialogue. */
export function asAsked(answer: Answer, schema: Schema | undefined): object {
  return schema?.properties?.sentences === undefined ? answer : { sentences: answer.note };
}

/** Turns as a transcript block has them, one a line: `[n] speaker: text`. */
function turnsIn(transcript: string): ReadTurn[] {
  return [...transcript.matchAll(/^\[(\d+)\] ([^:\n]{1,40}): (.*)$/gm)].map(
    ([, number, speaker = "", text = ""]) => ({
      number: Number(number),
      speaker,
      text,
    }),
  );
}

/** Findings of a long conversation's parts: `[n, m] sentence`. */
function findingsIn(text: string): Omit<ReadTurn, "speaker">[] {
  return [...text.matchAll(/^\[(\d+)(?:, \d+)*\] (.*)$/gm)].map(([, number, sentence = ""]) => ({
    number: Number(number),
    text: sentence,
  }));
}

function quote(text = ""): string {
  const plain = text.slice(0, longestQuote).trim();
  return plain === "" ? "Nothing was said." : plain;
}
