import { sentencesOf } from "../language/sentences.ts";
import type { Claiming } from "./check.ts";
import type { Finding, FindingKind } from "./claims.ts";

const notSaid: Readonly<Record<FindingKind, (text: string) => string>> = {
  unsupported_amount: (text) => `the amount "${text}" was not said in the conversation`,
  unsupported_date: (text) => `the date "${text}" was not said in the conversation`,
  unsupported_time: (text) => `the time "${text}" was not said in the conversation`,
  unsupported_number: (text) => `the number "${text}" was not said in the conversation`,
  unsupported_email: (text) => `the e-mail address "${text}" was not said in the conversation`,
  unsupported_iban: (text) => `the account number "${text}" was not said in the conversation`,
  unsupported_reference: (text) => `the reference "${text}" was not said in the conversation`,
  unsupported_name: (text) => `the name "${text}" does not occur in the conversation`,
  unsupported_promise: (text) => `no agent promised or granted this in the conversation: "${text}"`,
  missing_evidence: () => "it names no turns of the conversation that it rests on",
};

/** A sentence for whoever has to mend the draft; counted from 1. */
export function describe({ kind, field, index, text }: Finding): string {
  const place = {
    description: "description",
    note: `note, sentence ${index + 1}`,
    actionItems: `action item ${index + 1}`,
  }[field];
  return `${place}: ${notSaid[kind](text)}`;
}

/**
 * The draft without what does not hold. A description that loses all is "": the caller decides what stands there. A
 * sentence that only names the wrong turns claims nothing that was not said, and stays.
 */
export function cutUnsupported<D extends Claiming>(draft: D, findings: readonly Finding[]): D {
  const inField = (field: Finding["field"]) =>
    findings.filter((finding) => finding.field === field && finding.kind !== "missing_evidence");
  const kept = (field: Finding["field"]) => (_: unknown, index: number) =>
    !inField(field).some((finding) => finding.index === index);
  return {
    ...draft,
    description: withoutClauses(
      draft.description,
      inField("description").map(({ text }) => text),
    ),
    note: draft.note.filter(kept("note")),
    actionItems: draft.actionItems.filter(kept("actionItems")),
  };
}

/** Sentences first; of one that does not hold, the clauses before the first that does not. */
function withoutClauses(description: string, unsupported: readonly string[]): string {
  if (unsupported.length === 0) return description;
  const sentences = sentencesOf(description);
  // What spans two sentences cannot be cut out of one.
  if (!unsupported.every((text) => sentences.some((sentence) => sentence.includes(text)))) return "";
  return sentences
    .map((sentence) => {
      const at = Math.min(...unsupported.map((text) => sentence.indexOf(text)).filter((index) => index >= 0));
      return Number.isFinite(at) ? leading(sentence, at) : sentence;
    })
    .filter((sentence) => sentence !== "")
    .join(" ");
}

function leading(sentence: string, at: number): string {
  const breaks = [...sentence.slice(0, at).matchAll(/[,;:]\s|\s(?=(?:en|and|maar|but|waarna)\s)/g)];
  const end = breaks.at(-1)?.index ?? 0;
  const clause = sentence.slice(0, end).trim();
  return clause.split(/\s+/).length >= 3 ? `${clause}.` : "";
}
