import { z } from "zod";
import type { Summary, Taxonomy } from "../model.ts";
import { cut, lines, plainText } from "../text.ts";

const maxDescriptionChars = 300;
const maxNoteChars = 4_000;
const maxItemChars = 500;
const maxItems = 20;

/** Between the two levels of a category in prompt, schema and answer. */
const separator = " › ";

/** Every valid pair as the model has to write it: with one value there is no way to say an invalid pair. */
export function classifications(taxonomy: Taxonomy): string[] {
  return taxonomy.flatMap(({ category, subcategories }) =>
    subcategories.map((subcategory) => `${category}${separator}${subcategory}`),
  );
}

/** The strict JSON Schema of the answer, for `response_format`. */
export function answerSchema(taxonomy: Taxonomy): Record<string, unknown> {
  const schema = z.strictObject({
    description: z.string().describe("One sentence: why the customer made contact"),
    note: z.string().describe("What was discussed, done and agreed"),
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
    confidence: z.number().describe("0 to 1"),
  });
  const { $schema: _, ...json } = z.toJSONSchema(schema);
  return json;
}

/** Something a person can see once markup and invisible characters are gone. */
const visible = z.string().refine((text) => plainText(text) !== "", { error: "is empty" });

/** What is accepted of an answer: a little more than what was asked for, since not every endpoint holds to a schema. */
const answer = z.object({
  description: visible,
  note: visible,
  classification: z.string().optional(),
  category: z.string().optional(),
  subcategory: z.string().optional(),
  actionItems: z
    .array(
      z.object({
        text: z.string(),
        owner: z.enum(["agent", "customer", "company"]).catch("company"),
        due: z.string().nullish().catch(null),
      }),
    )
    .default([]),
  sentiment: z.enum(["positive", "neutral", "negative", "mixed"]).catch("neutral"),
  resolved: z.enum(["yes", "no", "partly", "unknown"]).catch("unknown"),
  confidence: z.number().catch(0),
});

export type ReadAnswer =
  | { readonly ok: true; readonly summary: Omit<Summary, "model" | "promptVersion"> }
  /** What was wrong, for the model to mend and for the log: field names, never content. */
  | { readonly ok: false; readonly problem: string };

/** Reads a model's answer: fences and prose around the JSON are tolerated, a pair outside the taxonomy is not. */
export function readAnswer(text: string, taxonomy: Taxonomy): ReadAnswer {
  const json = parseObject(text);
  if (json === undefined) return { ok: false, problem: "the answer is not a JSON object" };
  const parsed = answer.safeParse(json);
  if (!parsed.success) {
    const fields = parsed.error.issues.map(
      ({ path, message }) => `${path.join(".") || "answer"}: ${message}`,
    );
    return { ok: false, problem: fields.join("; ") };
  }
  const pair = pairOf(parsed.data, taxonomy);
  if (!pair) return { ok: false, problem: "classification: not one of the given values" };
  const confidence = Math.min(1, Math.max(0, parsed.data.confidence));
  return {
    ok: true,
    summary: {
      description: cut(plainText(parsed.data.description), maxDescriptionChars),
      note: cut(lines(parsed.data.note).join("\n"), maxNoteChars),
      ...pair,
      actionItems: parsed.data.actionItems
        .map(({ text: item, owner, due }) => ({
          text: cut(plainText(item), maxItemChars),
          owner,
          due: isoDate(due),
        }))
        .filter((item) => item.text !== "")
        .slice(0, maxItems),
      sentiment: parsed.data.sentiment,
      resolved: parsed.data.resolved,
      confidence,
      review:
        confidence < 0.5 ? { needed: true, reasons: ["low_confidence"] } : { needed: false, reasons: [] },
    },
  };
}

function parseObject(text: string): unknown {
  const start = text.indexOf("{");
  const end = text.lastIndexOf("}");
  if (start < 0 || end < start) return undefined;
  try {
    return JSON.parse(text.slice(start, end + 1));
  } catch {
    return undefined;
  }
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

function fold(text: string): string {
  return text.normalize("NFC").trim().toLowerCase();
}

/** A real calendar date or null: a model's "next week" is not one. */
function isoDate(text: string | null | undefined): string | null {
  const match = /^(\d{4})-(\d{2})-(\d{2})$/.exec(text?.trim() ?? "");
  if (!match) return null;
  const date = new Date(`${match[0]}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(match[0]) ? match[0] : null;
}
