import { dayOf } from "../language/calendar.ts";
import { sentencesOf } from "../language/sentences.ts";
import type { ActionItem, Dialogue, Draft, NoteSentence } from "../model.ts";
import { carries } from "./carried.ts";
import type { Finding, FindingKind } from "./claims.ts";
import { type Commitments, commitmentsOf } from "./commitments.ts";
import { type Fact, factsIn } from "./facts.ts";
import { unknownNames } from "./names.ts";
import { asPromise, isKept, isQuoted, promisesIn } from "./promises.ts";
import { readDialogue, type Said } from "./said.ts";

/** What of a draft makes claims. */
export type Claiming = Pick<Draft, "description" | "note" | "actionItems">;

export interface CheckOptions {
  /** Epoch ms of the conversation's start: "morgen" and dates without a year are reckoned from its day. */
  readonly day: number;
  /** A note's sentence without turn numbers is a finding too; off for endpoints that answer without them. */
  readonly requireEvidence?: boolean;
}

type Raw = Pick<Finding, "kind" | "text">;

const kindOf: Readonly<Record<Fact["kind"], FindingKind>> = {
  amount: "unsupported_amount",
  date: "unsupported_date",
  time: "unsupported_time",
  duration: "unsupported_number",
  number: "unsupported_number",
  email: "unsupported_email",
  iban: "unsupported_iban",
  reference: "unsupported_reference",
};

/** What a draft says that its dialogue does not carry, in the order of the draft. Pure. */
export function checkDraft(draft: Claiming, dialogue: Dialogue, options: CheckOptions): Finding[] {
  const said = readDialogue(dialogue, dayOf(options.day));
  const commitments = commitmentsOf(dialogue);
  const at = (field: Finding["field"], index: number, found: readonly Raw[]): Finding[] =>
    found.map((raw) => ({ ...raw, field, index }));
  return [
    ...at("description", 0, inSentence(draft.description, said, commitments)),
    ...draft.note.flatMap((sentence, index) =>
      at("note", index, [
        ...inSentence(sentence.text, said, commitments),
        ...inEvidence(sentence, dialogue.turns.length, options.requireEvidence ?? false),
      ]),
    ),
    ...draft.actionItems.flatMap((item, index) => at("actionItems", index, inItem(item, said, commitments))),
  ];
}

function inSentence(text: string, said: Said, commitments: Commitments): Raw[] {
  const sentences = sentencesOf(text);
  const reported = sentences.filter((sentence) => !isQuoted(sentence, commitments));
  // Read together where nothing is quoted: "they" in one sentence is somebody of the one before.
  const promises = promisesIn(reported.length === sentences.length ? text : reported.join(" "));
  const broken = promises.filter((promised) => !isKept(promised, said, commitments));
  return [...inText(text, said), ...broken.map((promised) => promiseOf(promised.text))];
}

function inItem({ text, owner, due }: ActionItem, said: Said, commitments: Commitments): Raw[] {
  const promises = owner === "customer" ? [] : asPromise(text);
  const broken = promises.filter((promised) => !isKept(promised, said, commitments));
  const dates = due === null ? [] : factsIn(due, said.day).filter((fact) => !isDue(fact, said));
  return [
    ...inText(text, said),
    ...dates.map((fact): Raw => ({ kind: kindOf[fact.kind], text: due ?? "" })),
    ...broken.map((promised) => promiseOf(promised.text)),
  ];
}

function inText(text: string, said: Said): Raw[] {
  const facts = factsIn(text, said.day).filter((fact) => !carries(said, fact));
  return [
    ...facts.map((fact) => ({ kind: kindOf[fact.kind], text: text.slice(fact.start, fact.end) })),
    ...unknownNames(text, said).map((name): Raw => ({ kind: "unsupported_name", text: name.text })),
  ];
}

/** A day has to be given: any day of the week or month that was said will do, and the last of a term. */
function isDue(fact: Fact, said: Said): boolean {
  if (fact.kind !== "date") return carries(said, fact);
  const ends = said.durations.flatMap(({ ends: days }) => days);
  return carries(said, { ...fact, precision: "month" }) || fact.days.some((day) => ends.includes(day));
}

function promiseOf(text: string): Raw {
  return { kind: "unsupported_promise", text };
}

function inEvidence({ text, turns }: NoteSentence, count: number, required: boolean): Raw[] {
  const outside = turns.some((turn) => !Number.isInteger(turn) || turn < 1 || turn > count);
  return outside || (required && turns.length === 0) ? [{ kind: "missing_evidence", text }] : [];
}
