import { readFileSync, statSync } from "node:fs";
import { z } from "zod";
import { ConfigError, causeOf } from "../errors.ts";
import { parseTranscript } from "../genesys/words.ts";
import { clean } from "../media/clean.ts";
import type { ContactLog, Dialogue } from "../model.ts";
import { judgeDialogue } from "../pipeline/judge.ts";
import { renderLog, toldOf } from "../pipeline/render.ts";
import { bareContact } from "../sources/analysed.ts";
import type { Written } from "../summarizers/writer.ts";
import { createWriting, type WritingFlags } from "./writing.ts";

const maxFileBytes = 64 * 2 ** 20;
/** Turns without a time are this far apart. */
const turnMs = 10_000;
/** Times that have a date. */
const time = z.number().min(0).max(8e15);

export interface SummarizeFlags extends WritingFlags {
  /** A dialogue, or `-` for standard input. */
  readonly file: string;
  readonly json: boolean;
}

const turnSchema = z.object({
  speaker: z.enum(["customer", "agent"]),
  text: z.string(),
  userId: z.string().optional(),
  at: z.union([time, z.iso.datetime({ offset: true }).transform((text) => Date.parse(text))]).optional(),
  startMs: z.number().min(0).max(1e12).optional(),
});
const dialogueSchema = z.object({
  id: z.string().optional(),
  medium: z.enum(["voice", "message"]).optional(),
  channel: z.enum(["voice", "chat"]).optional(),
  language: z.string().optional(),
  names: z.array(z.string()).default([]),
  turns: z.array(turnSchema).min(1),
});

interface Given {
  readonly id: string;
  readonly dialogue: Dialogue;
  readonly names: readonly string[];
}

/** `contactlogd summarize`: what would be posted for one dialogue, beside what each sentence rests on. Posts nothing. */
export async function summarize(flags: SummarizeFlags, signal: AbortSignal): Promise<void> {
  const writing = await createWriting(flags);
  const given = readDialogue(flags.file);
  const refusal = judgeDialogue(given.dialogue);
  if (refusal) {
    throw new ConfigError([`${flags.file}: would be skipped (${refusal}): both sides have to say something`]);
  }
  const { meter, bill } = writing.spending.meter(writing.brand);
  const { dialogue, names } = given;
  const written = await writing.writer.write({ dialogue, names, manner: writing.manner, meter }, signal);
  const log = renderLog(
    openContact(given, writing.brand),
    writing.manner.language,
    dialogue,
    written,
    Date.now(),
  );
  if (flags.json) {
    const { summary: _, dialogue: read, ...rest } = written;
    const posts = Object.fromEntries([...writing.render(log)].map(([id, body]) => [id, JSON.parse(body)]));
    const told = { log, posts, read: read.turns, ...rest, ...bill() };
    process.stdout.write(`${JSON.stringify(told, null, 2)}\n`);
    return;
  }
  process.stdout.write(`${page(log, written, writing.render(log))}\n${toldOf(written, bill())}\n`);
}

function readDialogue(file: string): Given {
  const json = readJson(file);
  if (typeof json === "object" && json !== null && "transcripts" in json) return fromTranscript(json, file);
  const parsed = dialogueSchema.safeParse(json);
  if (!parsed.success) {
    throw new ConfigError([
      ...parsed.error.issues
        .slice(0, 10)
        .map(({ path, message }) => `${file}: ${path.join(".") || "it"}: ${message}`),
      `${file}: must be {"turns": [{"speaker": "customer" | "agent", "text": "…"}, …]} or a Genesys transcript file`,
    ]);
  }
  const { id = "dialogue", medium, channel, language, names, turns } = parsed.data;
  const start = Date.now();
  const utterances = turns.map(({ speaker, userId, at, startMs, text }, index) => ({
    speaker,
    userId,
    at: at ?? start + (startMs ?? index * turnMs),
    text,
  }));
  return {
    id,
    names,
    dialogue: clean(medium ?? (channel === "voice" ? "voice" : "message"), language, utterances),
  };
}

/** A Speech & Text Analytics file as the platform hands it out. */
function fromTranscript(json: object, file: string): Given {
  try {
    const { language, confidence, phrases } = parseTranscript(json);
    const utterances = phrases.map(({ text, at, external }) => ({
      speaker: external ? ("customer" as const) : ("agent" as const),
      userId: undefined,
      at: at ?? 0,
      text,
    }));
    const id = (json as { conversationId?: unknown }).conversationId;
    return {
      id: typeof id === "string" ? id : "dialogue",
      names: [],
      dialogue: clean("voice", language, utterances, confidence),
    };
  } catch (error) {
    throw new ConfigError([`${file}: ${causeOf(error)}`]);
  }
}

function readJson(file: string): unknown {
  let text: string;
  try {
    if (file !== "-" && statSync(file).size > maxFileBytes)
      throw new Error(`larger than ${maxFileBytes} bytes`);
    text = readFileSync(file === "-" ? 0 : file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new ConfigError([`--file ${file}: cannot be read (${causeOf(error)})`]);
  }
  try {
    return JSON.parse(text);
  } catch {
    throw new ConfigError([`--file ${file}: is not JSON`]);
  }
}

function openContact({ id, dialogue }: Given, brand: string) {
  const startedAt = dialogue.turns[0]?.at ?? 0;
  const endedAt = dialogue.turns.at(-1)?.at ?? startedAt;
  const contact = bareContact(id, dialogue.medium, { startedAt, endedAt });
  return { contact, brand, accountId: "(account)", source: "file", heardAt: endedAt };
}

/** The log for people: under each sentence the turns it rests on. */
function page(
  log: ContactLog,
  { summary, dialogue, findings }: Written,
  posts: ReadonlyMap<string, string>,
): string {
  const quote = (number: number): string => {
    const turn = dialogue.turns[number - 1];
    return turn === undefined
      ? `    [${number}] (no such turn)`
      : `    [${number}] ${turn.speaker}: ${turn.text}`;
  };
  const lines = [
    `description     ${log.description}`,
    `classification  ${log.category} › ${log.subcategory}`,
    `resolved        ${log.resolved}, sentiment ${log.sentiment}`,
    `confidence      ${log.confidence}${log.review.needed ? `, to be reviewed: ${log.review.reasons.join(", ")}` : ""}`,
    "note",
    ...summary.note.flatMap(({ text, turns }) => [`  ${text}`, ...turns.map(quote)]),
    ...(log.actionItems.length > 0 ? ["action items"] : []),
    ...log.actionItems.map(
      ({ text, owner, due }) => `  ${owner}${due === null ? "" : `, by ${due}`}: ${text}`,
    ),
    ...(findings.length > 0 ? ["what the conversation does not carry"] : []),
    ...findings.map(({ kind, field, text }) => `  ${field}: ${kind} “${text}”`),
  ];
  const bodies = [...posts].flatMap(([id, body]) => [`would be posted to ${id}`, `  ${body}`]);
  return [...lines, ...bodies].join("\n");
}
