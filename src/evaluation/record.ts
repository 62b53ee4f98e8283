import { createReadStream } from "node:fs";
import { createInterface } from "node:readline";
import { z } from "zod";
import { ConfigError, causeOf } from "../errors.ts";

/** Which text of a turn is read: as spoken, as a machine heard it, or as it was translated. */
export const forms = ["text", "asrText", "textLocal", "textEn"] as const;
export type Form = (typeof forms)[number];

const text = z.string();
const list = z.array(text).default([]);

const turn = z.object({
  speaker: z.string().min(1),
  text,
  asrText: text.nullish(),
  textLocal: text.nullish(),
  textEn: text.nullish(),
  startMs: z.number().min(0).nullish(),
});

const gold = z.object({
  summaries: list,
  summaryNl: text.nullish(),
  summaryEn: text.nullish(),
  mustMention: list,
  mustNotClaim: list,
  /** Language of the two lists above. */
  factsLanguage: z.enum(["nl", "en"]).default("en"),
  multiTask: z.boolean().default(false),
});

const recordSchema = z.object({
  id: z.string().min(1),
  channel: z.enum(["voice", "chat"]),
  language: z.string().min(2),
  category: z.string().min(1).nullish(),
  subcategory: z.string().min(1).nullish(),
  referenceSummary: text.nullish(),
  gold: gold.nullish().transform((value) => value ?? gold.parse({})),
  turns: z.array(turn).min(1),
});

/** A labelled dialogue; what the file holds beyond this is left aside. */
export type EvalRecord = z.output<typeof recordSchema>;

export interface Records {
  readonly records: readonly EvalRecord[];
  /** One sentence a line that could not be used: file, line and field. */
  readonly problems: readonly string[];
}

/**
 * Reads one line.
 * @param place file and line, for the sentence
 * @returns the record, or a sentence that says what is wrong; it names fields and quotes no transcript
 */
export function parseRecord(line: string, place: string): EvalRecord | string {
  let json: unknown;
  try {
    json = JSON.parse(line);
  } catch {
    return `${place}: is not JSON`;
  }
  const parsed = recordSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues
    .slice(0, 5)
    .map((issue) => `${issue.path.join(".") || "record"}: ${issue.message}`);
  return `${place}: ${issues.join("; ")}`;
}

/**
 * Reads a JSONL file line by line.
 * @param limit stop after this many records
 * @throws ConfigError where the file cannot be read, or holds lines and none of them is a record
 */
export async function readRecords(file: string, limit = Number.POSITIVE_INFINITY): Promise<Records> {
  const records: EvalRecord[] = [];
  const problems: string[] = [];
  const seen = new Set<string>();
  let number = 0;
  try {
    for await (const line of createInterface({
      input: createReadStream(file),
      crlfDelay: Number.POSITIVE_INFINITY,
    })) {
      number += 1;
      if (line.trim() === "") continue;
      if (records.length >= limit) break;
      const read = parseRecord(line.replace(/^\uFEFF/, ""), `${file}, line ${number}`);
      if (typeof read === "string") problems.push(read);
      else if (seen.has(read.id))
        problems.push(`${file}, line ${number}: id: is the id of an earlier line too`);
      else {
        seen.add(read.id);
        records.push(read);
      }
    }
  } catch (error) {
    throw new ConfigError([`--data ${file}: cannot be read (${causeOf(error)})`]);
  }
  if (records.length === 0)
    throw new ConfigError([`--data ${file}: holds no usable record`, ...problems.slice(0, 10)]);
  return { records, problems };
}
