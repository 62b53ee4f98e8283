import { z } from "zod";
import type { Draft, NoteSentence, Taxonomy } from "../model.ts";
import { cut, lines, plainText } from "../text.ts";
import { objectsIn } from "./objects.ts";

const maxDescriptionChars = 300;
const maxNoteChars = 4_000;
const maxItemChars = 500;
const maxItems = 20;
/** No pair of a taxonomy is as long, and what folds it is slow on a long one. */
const maxPairChars = 1_000;

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

/** Words of a closed list as a model that was asked in Dutch may write them. */
const dutch = new Map(
  Object.entries({
    ...{ medewerker: "agent", klant: "customer", bedrijf: "company" },
    ...{ positief: "positive", neutraal: "neutral", negatief: "negative", gemengd: "mixed" },
    ...{ ja: "yes", nee: "no", deels: "partly", gedeeltelijk: "partly", onbekend: "unknown" },
  }),
);

function word<const Words extends readonly [string, ...string[]]>(words: Words) {
  const plain = (said: unknown) => {
    if (typeof said !== "string") return said;
    const folded = said.trim().toLowerCase();
    return dutch.get(folded) ?? folded;
  };
  return z.preprocess(plain, z.enum(words));
}

/** An item may come bare too: whose it is, it then does not say, and what the company does has to be an agent's word. */
const saidItem = z.union([
  z.string().transform((text) => ({ text, owner: "company" as const, due: null })),
  z.object({
    text: z.string(),
    owner: word(["agent", "customer", "company"]).catch("company"),
    due: z.string().nullish().catch(null),
  }),
]);

/** What is accepted of an answer: a little more than what was asked for. */
const answer = z.object({
  description: visible,
  note: z.union([visible, z.array(saidSentence).min(1)]),
  classification: z
    .union([
      z.string(),
      z
        .object({ category: z.string(), subcategory: z.string() })
        .transform((pair) => `${pair.category}${separator}${pair.subcategory}`),
    ])
    .optional(),
  category: z.string().optional(),
  subcategory: z.string().optional(),
  actionItems: z.array(saidItem).nullish(),
  sentiment: word(["positive", "neutral", "negative", "mixed"]).catch("neutral"),
  resolved: word(["yes", "no", "partly", "unknown"]).catch("unknown"),
});

const part = z.object({ sentences: z.array(saidSentence).min(1) });

/** What was wrong with an answer, for the model to mend and for the log: field names, never content. */
export interface Unreadable {
  readonly ok: false;
  readonly problem: string;
}
export type ReadAnswer = { readonly ok: true; readonly draft: Draft } | Unreadable;
export type ReadPart = { readonly ok: true; readonly sentences: readonly NoteSentence[] } | Unreadable;

/**
 * Reads a model's contact log: fences and prose around the JSON are tolerated, a pair outside the taxonomy is not.
 * @param prompt what the model was told: the examples in it are no answer
 */
export function readLog(text: string, taxonomy: Taxonomy, prompt = ""): ReadAnswer {
  const said = read(text, answer, prompt);
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

/**
 * Of all objects in the text the last that has the shape: a first try, an example or a thought may stand before it. What
 * the prompt itself gives as an example is no answer.
 */
function read<T extends object>(
  text: string,
  schema: z.ZodType<T>,
  prompt = "",
): { readonly ok: true; readonly data: T } | Unreadable {
  const found = objectsIn(text);
  const examples = new Set(objectsIn(prompt).map(({ value }) => descriptionOf(value)));
  examples.delete(undefined);
  const own = found.filter(({ value }) => !examples.has(descriptionOf(value)));
  const fitting = own.map(({ value }) => schema.safeParse(value)).findLast(({ success }) => success);
  if (fitting?.success) return { ok: true, data: fitting.data };
  const nearest = own.toSorted((a, b) => b.length - a.length)[0];
  if (nearest === undefined) {
    const isEcho = found.length > 0;
    return {
      ok: false,
      problem: `the answer is ${isEcho ? "an example of the prompt" : "not a JSON object"}`,
    };
  }
  const fields = (schema.safeParse(nearest.value).error?.issues ?? []).map(
    ({ path, message }) => `${path.join(".") || "answer"}: ${message.split("\n", 1)[0]}`,
  );
  return { ok: false, problem: fields.slice(0, 10).join("; ") };
}

function descriptionOf(value: object): unknown {
  return "description" in value && value.description !== "" ? value.description : undefined;
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
  const numbers = values
    .map((value) => (typeof value === "object" ? Number.NaN : Number(value)))
    .filter((number) => Number.isSafeInteger(number) && number > 0);
  return [...new Set(numbers)].slice(0, 50);
}

function pairOf(
  said: Pick<z.output<typeof answer>, "classification" | "category" | "subcategory">,
  taxonomy: Taxonomy,
): { category: string; subcategory: string } | undefined {
  const named = said.classification ?? `${said.category ?? ""}${separator}${said.subcategory ?? ""}`;
  if (named.length > maxPairChars) return undefined;
  const pairs = taxonomy.flatMap(({ category, subcategories }) =>
    subcategories.map((subcategory) => ({ category, subcategory })),
  );
  const meant = (alike: (text: string) => string) =>
    pairs.filter((pair) => alike(`${pair.category}${separator}${pair.subcategory}`) === alike(named));
  const [exact] = meant(fold);
  const [loose, another] = meant(foldLoosely);
  return exact ?? (another === undefined ? loose : undefined);
}

/** Case, and the mark between the two levels as a plain keyboard has it, make no other pair. */
function fold(text: string): string {
  return text
    .normalize("NFC")
    .trim()
    .toLowerCase()
    .replace(/\s*[›>→»]\s*/gu, separator);
}

/** Nor do a list's bullet, quotes, or a stroke or dash in that place, as long as it can be one pair alone. */
function foldLoosely(text: string): string {
  return fold(text)
    .replace(/^[\s*•"'“‘«`-]+|[\s*"'”’»`.]+$/gu, "")
    .replace(/\s+[/|–—-]\s+/gu, separator);
}

/** A real calendar date or null: a model's "next week" is not one. */
function isoDate(text: string | null | undefined): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text?.trim() ?? "");
  if (!match) return null;
  const date = new Date(`${match[0]}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(match[0]) ? match[0] : null;
}
