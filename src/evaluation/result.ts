import { createHash } from "node:crypto";
import type { Dialogue, Summary, Turn } from "../model.ts";
import type { Written } from "../summarizers/writer.ts";
import type { Form } from "./record.ts";
import type { Manner, Rating } from "./write.ts";

/** What was asked for, which is what tells one result from another. */
export interface Asked {
  readonly id: string;
  readonly form: Form;
  readonly dialogue: Dialogue;
  readonly manner: Manner;
  /** Whatever else decides what is written: model, prompt version, options. */
  readonly writer: unknown;
}

interface Common {
  readonly key: string;
  readonly id: string;
  readonly form: Form;
  readonly latencyMs: number;
}

/** One writing as it is kept: the log, the dialogue it was written from (redacted), and what there is to count. */
export interface WrittenResult
  extends Common,
    Pick<
      Written,
      "summary" | "redactions" | "suspects" | "findings" | "signals" | "rawConfidence" | "drafted" | "usage"
    > {
  readonly ok: true;
  readonly turns: readonly Pick<Turn, "speaker" | "text">[];
}

export interface FailedResult extends Common {
  readonly ok: false;
  readonly reason: string;
  /** The endpoint's trouble and not the log's: a later run asks again. */
  readonly passing: boolean;
}

export type Result = WrittenResult | FailedResult;

/** A judge's opinion of a result, under the result's key and the judge's own. */
export interface Judgement {
  readonly key: string;
  readonly rating: Rating;
}

/** Id, form and a hash of everything that was asked: another model, prompt, taxonomy or text is another key. */
export function keyOf({ id, form, dialogue, manner, writer }: Asked): string {
  const asked = JSON.stringify([writer, manner.language, manner.taxonomy, dialogue.medium, dialogue.turns]);
  return `${id} ${form} ${createHash("sha256").update(asked).digest("hex").slice(0, 16)}`;
}

/** All a log says, as one text. */
export function logText({ description, note, actionItems }: Summary): string {
  return [description, ...note.map((one) => one.text), ...actionItems.map((one) => one.text)].join("\n");
}

/** The whole log as a judge reads it. */
export function judgedText({
  description,
  note,
  category,
  subcategory,
  actionItems,
  ...rest
}: Summary): string {
  const items = actionItems.map(
    ({ text, owner, due }) => `- ${owner}${due === null ? "" : `, by ${due}`}: ${text}`,
  );
  return [
    `Description: ${description}`,
    "Note:",
    ...note.map(({ text }) => text),
    `Category: ${category} › ${subcategory}`,
    "Action items:",
    ...(items.length > 0 ? items : ["none"]),
    `Sentiment: ${rest.sentiment}`,
    `Resolved: ${rest.resolved}`,
  ].join("\n");
}

/** A dialogue as one text, without who says what. */
export function spokenText({ turns }: Pick<WrittenResult, "turns">): string {
  return turns.map(({ text }) => text).join("\n");
}

/** The dialogue as a person reads it: a numbered line a turn. */
export function transcriptText({ turns }: Pick<WrittenResult, "turns">): string {
  return turns.map(({ speaker, text }, index) => `[${index + 1}] ${speaker}: ${text}`).join("\n");
}

/** The cheap baseline: the customer's first turn and the agent's last one, word for word. */
export function firstAndLast({ turns }: Pick<WrittenResult, "turns">): string {
  const first = turns.find(({ speaker }) => speaker === "customer") ?? turns[0];
  const last = turns.findLast(({ speaker }) => speaker === "agent") ?? turns.at(-1);
  return first === last ? (first?.text ?? "") : `${first?.text ?? ""}\n${last?.text ?? ""}`;
}
