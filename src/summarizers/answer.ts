import { z } from "zod";
import type { Draft, NoteSentence, Taxonomy } from "../model.ts";
import { cut, lines, plainText } from "../text.ts";

const maxDescriptionChars = 300;
const maxNoteChars = 4_000;
const maxItemChars = 500;
const maxItems = 20;
/** So many braces are looked at as the beginning of an answer. */
const mostObjects = 20;

/** Between the two levels of a category in prompt, schema and answer. */
const separator = " › ";

/** Every valid pair as the model has to write it: with one value there is no way to say an invalid pair. */
export function classifications(taxonomy: Taxonomy): string[] {
  return taxonomy.flatMap(({ category, subcategories }) =>
    subcategories.map((subcategory) => `${category}${separator}${subcategory}`),
  );
}

const statement = z.strictObject({
  sentence: z.string(),
  turns: z.array(z.int()).describe("Numbers of the turns this sentence rests on"),
});

/** The strict JSON Schema of a contact log, for `response_format`. */
export function logSchema(taxonomy: Taxonomy): Record<string, unknown> {
  return jsonSchema(
    z.strictObject({
      description: z.string().describe("One sentence: why the customer made contact"),
      note: z.array(statement).describe("What was discussed, done and agreed, sentence by sentence"),
      classification: z.enum(classifications(taxonomy)),
      actionItems: z.array(
        z.strictObject({
          text: z.string(),
          owner: z.enum(["agent", "customer", "company"]),
          due: z.string().describe("YYYY-MM-DD, or empty"),
        }),
      ),
      sentiment: z.enum(["positive", "neutral", "negative", "mixed"]),
      resolved: z.enum(["yes", "no", "partly", "unknown"]),
    }),
  );
}

/** The strict JSON Schema of what one part of a long dialogue holds. */
export function partSchema(): Record<string, unknown> {
  return jsonSchema(z.strictObject({ sentences: z.array(statement) }));
}

function jsonSchema(schema: z.ZodType): Record<string, unknown> {
  const { $schema: _, ...json } = z.toJSONSchema(schema);
  // An integer's bounds are no part of every endpoint's strict mode.
  return JSON.parse(
    JSON.stringify(json, (key, value) => (/^(minimum|maximum)$/.test(key) ? undefined : value)),
  );
}

/** Something a person can see once markup and invisible characters are gone. */
const visible = z.string().refine((text) => plainText(text) !== "", { error: "is empty" });

/** Not every endpoint holds to a schema: a sentence may come bare, and turn numbers as anything. */
const saidSentence = z.union([
  z.string().transform((sentence) => ({ sentence, turns: [] as number[] })),
  z.object({
    sentence: z.string(),
    turns: z.array(z.unknown()).catch([]).transform(turnNumbers),
  }),
]);

/** An item may come bare too: whose it is, it then does not say, and what the company does has to be an agent's word. */
const saidItem = z.union([
  z.string().transform((text) => ({ text, owner: "company" as const, due: null })),
  z.object({
    text: z.string(),
    owner: z.enum(["agent", "customer", "company"]).catch("company"),
    due: z.string().nullish().catch(null),
  }),
]);

/** What is accepted of an answer: a little more than what was asked for. */
const answer = z.object({
  description: visible,
  note: z.union([visible, z.array(saidSentence).min(1)]),
  classification: z.string().optional(),
  category: z.string().optional(),
  subcategory: z.string().optional(),
  actionItems: z.array(saidItem).nullish(),
  sentiment: z.enum(["positive", "neutral", "negative", "mixed"]).catch("neutral"),
  resolved: z.enum(["yes", "no", "partly", "unknown"]).catch("unknown"),
});

const part = z.object({ sentences: z.array(saidSentence).min(1) });

/** What was wrong with an answer, for the model to mend and for the log: field names, never content. */
export interface Unreadable {
  readonly ok: false;
  readonly problem: string;
}
export type ReadAnswer = { readonly ok: true; readonly draft: Draft } | Unreadable;
export type ReadPart = { readonly ok: true; readonly sentences: readonly NoteSentence[] } | Unreadable;

/** Reads a model's contact log: fences and prose around the JSON are tolerated, a pair outside the taxonomy is not. */
export function readLog(text: string, taxonomy: Taxonomy): ReadAnswer {
  const said = read(text, answer);
  if (!said.ok) return said;
  const { data } = said;
  const pair = pairOf(data, taxonomy);
  if (!pair) return { ok: false, problem: "classification: not one of the given values" };
  const note = noteOf(data.note);
  if (note.length === 0) return { ok: false, problem: "note: is empty" };
  return {
    ok: true,
    draft: {
      description: cut(plainText(data.description), maxDescriptionChars),
      note,
      ...pair,
      actionItems: (data.actionItems ?? [])
        .map(({ text: item, owner, due }) => ({
          text: cut(plainText(item), maxItemChars),
          owner,
          due: isoDate(due),
        }))
        .filter((item) => item.text !== "")
        .slice(0, maxItems),
      sentiment: data.sentiment,
      resolved: data.resolved,
    },
  };
}

/** Reads what a model says of one part of a long dialogue. */
export function readPart(text: string): ReadPart {
  const said = read(text, part);
  if (!said.ok) return said;
  const sentences = noteOf(said.data.sentences);
  return sentences.length > 0 ? { ok: true, sentences } : { ok: false, problem: "sentences: is empty" };
}

function read<T>(text: string, schema: z.ZodType<T>): { readonly ok: true; readonly data: T } | Unreadable {
  const json = parseObject(text);
  if (json === undefined) return { ok: false, problem: "the answer is not a JSON object" };
  const checked = schema.safeParse(json);
  if (checked.success) return { ok: true, data: checked.data };
  const fields = checked.error.issues.map(
    ({ path, message }) => `${path.join(".") || "answer"}: ${message.split("\n", 1)[0]}`,
  );
  return { ok: false, problem: fields.slice(0, 10).join("; ") };
}

/** Fences, thoughts and prose may lie around the object, and hold braces too. */
function parseObject(text: string): object | undefined {
  const thoughts = text.lastIndexOf("</think>");
  const found = (thoughts < 0 ? undefined : longestObject(text, thoughts)) ?? longestObject(text, 0);
  return found && unwrapped(found);
}

function longestObject(text: string, from: number): object | undefined {
  let best: { readonly length: number; readonly value: object } | undefined;
  let at = text.indexOf("{", from);
  for (let tries = 0; at >= 0 && tries < mostObjects; tries++) {
    const end = objectEnd(text, at);
    // What was cut off in the midst of an object has no answer in it, only parts of one.
    if (end === undefined) break;
    const value = parsed(text.slice(at, end));
    if (value !== undefined && end - at > (best?.length ?? 0)) best = { length: end - at, value };
    at = text.indexOf("{", value === undefined ? at + 1 : end);
  }
  return best?.value;
}

/** Where the brace that opens at an offset is closed, or undefined; braces inside strings are text. */
function objectEnd(text: string, from: number): number | undefined {
  const mark = /"(?:[^"\\]|\\.)*"|[{}]/gs;
  mark.lastIndex = from;
  let depth = 0;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    depth += match[0] === "{" ? 1 : match[0] === "}" ? -1 : 0;
    if (depth === 0) return mark.lastIndex;
  }
  return undefined;
}

function parsed(json: string): object | undefined {
  try {
    return JSON.parse(json) as object;
  } catch {
    return undefined;
  }
}

/** `{"contact_log": {…}}`: some endpoints put the schema's name around the answer. */
function unwrapped(value: object): object {
  const values: unknown[] = Object.values(value);
  const [only] = values;
  return values.length === 1 && typeof only === "object" && only !== null && !Array.isArray(only)
    ? only
    : value;
}

/** Cleaned sentences that hold something; a bare text keeps its lines apart. */
function noteOf(said: string | readonly { sentence: string; turns: readonly number[] }[]): NoteSentence[] {
  const sentences =
    typeof said === "string"
      ? lines(said)
          .flatMap((line) => line.split(/(?<=[.!?])\s+(?=\p{Lu})/u))
          .map((text) => ({ text, turns: [] }))
      : said.map(({ sentence, turns }) => ({ text: plainText(sentence), turns }));
  return fitNote(sentences.filter(({ text }) => text !== ""));
}

/** As many sentences as fit `maxChars`, less `keptFree`; the one that does not fit whole is cut at a word. */
export function fitNote(
  sentences: readonly NoteSentence[],
  maxChars: number = maxNoteChars,
  keptFree = 0,
): NoteSentence[] {
  const note: NoteSentence[] = [];
  let room = Math.min(maxChars, maxNoteChars) - keptFree;
  for (const { text, turns } of sentences) {
    const fitting = room > 1 ? cut(text, room) : "";
    if (fitting === "" || fitting === "…") break;
    note.push({ text: fitting, turns });
    if (fitting !== text) break;
    room -= fitting.length + 1;
  }
  return note;
}

function turnNumbers(values: readonly unknown[]): number[] {
  const numbers = values.map(Number).filter((number) => Number.isSafeInteger(number) && number > 0);
  return [...new Set(numbers)].slice(0, 50);
}

function pairOf(
  said: Pick<z.output<typeof answer>, "classification" | "category" | "subcategory">,
  taxonomy: Taxonomy,
): { category: string; subcategory: string } | undefined {
  const named = said.classification ?? `${said.category ?? ""}${separator}${said.subcategory ?? ""}`;
  for (const { category, subcategories } of taxonomy) {
    const subcategory = subcategories.find((name) => fold(`${category}${separator}${name}`) === fold(named));
    if (subcategory !== undefined) return { category, subcategory };
  }
  return undefined;
}

/** Case, and the mark between the two levels as a plain keyboard has it, make no other pair. */
function fold(text: string): string {
  return text
    .normalize("NFC")
    .trim()
    .toLowerCase()
    .replace(/\s*[›>→»]\s*/gu, separator);
}

/** A real calendar date or null: a model's "next week" is not one. */
function isoDate(text: string | null | undefined): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text?.trim() ?? "");
  if (!match) return null;
  const date = new Date(`${match[0]}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(match[0]) ? match[0] : null;
}
