import type { Dialogue, Turn } from "../model.ts";
import { plainText } from "../text.ts";
import type { EvalRecord, Form } from "./record.ts";

/** The data know no day; turns are dated from this one, so that a relative date always means the same. */
const day = Date.UTC(2026, 0, 12, 9);
const turnMs = 10_000;

/**
 * The dialogue of a record as the media hand dialogues over: plain text, customer and agent only, joined by speaker.
 * A turn without the form asked for is read as spoken.
 * @returns undefined where no turn has that form, or nothing is left to read
 */
export function dialogueOf(record: EvalRecord, form: Form): Dialogue | undefined {
  if (!record.turns.some((turn) => typeof turn[form] === "string")) return undefined;
  const turns: Turn[] = [];
  for (const [index, turn] of record.turns.entries()) {
    const speaker = turn.speaker === "customer" ? "customer" : turn.speaker === "agent" ? "agent" : undefined;
    const text = plainText(turn[form] ?? turn.text);
    if (speaker === undefined || text === "") continue;
    const last = turns.at(-1);
    if (last?.speaker === speaker) turns[turns.length - 1] = { ...last, text: `${last.text} ${text}` };
    else turns.push({ speaker, userId: undefined, at: day + (turn.startMs ?? index * turnMs), text });
  }
  if (turns.length === 0) return undefined;
  return {
    medium: record.channel === "voice" ? "voice" : "message",
    language: languageOfForm(record, form),
    turns,
  };
}

/** BCP 47 language a form is in, as far as the data say. */
export function languageOfForm(record: EvalRecord, form: Form): string {
  return form === "textEn" ? "en" : record.language;
}

/** Summaries people wrote of it, in the language asked for where the data name one for each language. */
export function referencesOf(
  { gold, referenceSummary, language: spoken }: EvalRecord,
  language: string,
): readonly string[] {
  if (gold.summaries.length > 0) return gold.summaries;
  const named = language.startsWith("nl") ? gold.summaryNl : gold.summaryEn;
  if (typeof named === "string") return [named];
  const hasBoth = typeof gold.summaryNl === "string" || typeof gold.summaryEn === "string";
  const fits = !hasBoth && spoken.slice(0, 2) === language.slice(0, 2);
  return fits && typeof referenceSummary === "string" ? [referenceSummary] : [];
}
