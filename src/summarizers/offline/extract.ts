import { stem } from "../../language/words.ts";
import type { ActionItem } from "../../model.ts";
import { dueOf } from "./dates.ts";
import { isIdle, isQuestion, type Passage } from "./passages.ts";
import { rules } from "./rules.ts";
import { clip } from "./text.ts";

/** What of the conversation goes into the log, each in the order it was said. */
export interface Extract {
  /** The sentence that says best why the customer is here. */
  readonly reason: Passage | undefined;
  readonly customer: readonly Passage[];
  readonly done: readonly Passage[];
  readonly agreed: readonly Passage[];
  /** What the agent asked the customer to do afterwards. */
  readonly asked: readonly Passage[];
  /** The most telling thing the agent said; wanted where nothing was done, agreed or asked. */
  readonly answer: Passage | undefined;
}

/** The customer's reason stands in their first turns; later ones are detail. */
const reasonTurns = 10;
const reasonSentences = 80;
const minReasonScore = 2.5;
const keep = { customer: 3, done: 4, agreed: 5, asked: 2 };
const maxActionItems = 6;
const maxActionText = 200;

export function extract(passages: readonly Passage[], evidence: ReadonlyMap<string, number>): Extract {
  const spoken = passages.filter((passage) => !isIdle(passage));
  const agent = spoken.filter((passage) => passage.speaker === "agent");
  const agreed = best(agent, promiseScore, keep.agreed);
  const asked = best(without(agent, agreed), askScore, keep.asked);
  const done = best(without(agent, agreed, asked), doneScore, keep.done);
  const score = (passage: Passage) => reasonScore(passage, evidence);
  const early = openingOf(spoken.filter((passage) => passage.speaker === "customer"));
  const customer = best(early, (passage) => Math.max(0, score(passage) - minReasonScore), keep.customer);
  const fallback = customer.length > 0 ? customer : best(early, score, 1);
  return {
    reason: top(fallback, score),
    customer: fallback,
    done,
    agreed,
    asked,
    answer: top(without(agent, agreed, asked, done), (passage) => answerScore(passage, evidence)),
  };
}

function openingOf(customer: readonly Passage[]): Passage[] {
  const turns = (customer.at(-1)?.turn ?? 0) + 1;
  const last = Math.min(reasonTurns, Math.max(3, Math.ceil(turns * 0.6)));
  return customer.filter((passage) => passage.turn < last).slice(0, reasonSentences);
}

export function actionItemsOf({ agreed, asked }: Extract): ActionItem[] {
  const promised = agreed.map((passage) =>
    item(passage, rules.ownPromise.test(passage.folded) ? "agent" : "company"),
  );
  const requested = asked.map((passage) => item(passage, "customer"));
  return [...promised, ...requested].filter(({ text }) => text !== "").slice(0, maxActionItems);
}

function item(passage: Passage, owner: ActionItem["owner"]): ActionItem {
  return { text: clip(passage.text, maxActionText), owner, due: dueOf(passage.folded, passage.at) };
}

function reasonScore(passage: Passage, evidence: ReadonlyMap<string, number>): number {
  const { folded, words, turn } = passage;
  let score = 2 / (1 + turn / 2);
  if (rules.reason.test(folded)) score += 3;
  if (rules.problem.test(folded)) score += 2;
  if (isQuestion(passage) || rules.question.test(words[0] ?? "")) score += 0.5;
  if (/\d/.test(folded)) score += 0.5;
  score += Math.min(2, subject(passage, evidence));
  if (words.length < 5) score -= 2;
  if (rules.identity.test(folded)) score -= 3;
  return Math.max(0, score);
}

function doneScore(passage: Passage): number {
  if (!isDone(passage)) return 0;
  return 1 + (/\d/.test(passage.folded) ? 0.5 : 0) + (/^(?:ik|i|we|wij)\b/.test(passage.folded) ? 0.5 : 0);
}

export function isDone(passage: Passage): boolean {
  return !isQuestion(passage) && rules.done.test(passage.folded) && !rules.notDone.test(passage.folded);
}

/** A commitment about later. What the agent is about to look up, or did already without a word of later, is none. */
function promiseScore(passage: Passage): number {
  const { folded } = passage;
  if (isQuestion(passage) || !rules.promise.test(folded)) return 0;
  const firm = rules.firmTerm.test(folded);
  if (rules.notPromise.test(folded) && !firm) return 0;
  const term = firm || rules.looseTerm.test(folded);
  if (isDone(passage) && !term) return 0;
  return 1 + (firm ? 1 : 0) + (term ? 0.5 : 0) + (/\d/.test(folded) ? 0.5 : 0) + passage.index / 1e6;
}

function askScore({ folded, index }: Passage): number {
  if (!rules.ask.test(folded) || rules.notAsk.test(folded)) return 0;
  return 1 + (rules.firmTerm.test(folded) ? 0.5 : 0) + index / 1e6;
}

function answerScore(passage: Passage, evidence: ReadonlyMap<string, number>): number {
  if (isQuestion(passage) || rules.identity.test(passage.folded)) return 0;
  const length = Math.min(passage.words.length, 20) / 20;
  return (
    length +
    (/\d/.test(passage.folded) ? 0.5 : 0) +
    Math.min(1, subject(passage, evidence)) +
    passage.index / 1e6
  );
}

function subject({ words }: Passage, evidence: ReadonlyMap<string, number>): number {
  let sum = 0;
  for (const word of new Set(words)) sum += evidence.get(stem(word)) ?? 0;
  return sum;
}

/** The `max` highest scores above nothing, said once each, back in the order they were said. */
function best(passages: readonly Passage[], score: (passage: Passage) => number, max: number): Passage[] {
  const seen = new Set<string>();
  return passages
    .map((passage) => ({ passage, score: score(passage) }))
    .filter((scored) => scored.score > 0)
    .sort((a, b) => b.score - a.score || a.passage.index - b.passage.index)
    .filter(({ passage }) => !seen.has(passage.folded) && seen.add(passage.folded))
    .slice(0, max)
    .map(({ passage }) => passage)
    .sort((a, b) => a.index - b.index);
}

function top(passages: readonly Passage[], score: (passage: Passage) => number): Passage | undefined {
  return best(passages, score, 1)[0];
}

function without(passages: readonly Passage[], ...taken: readonly (readonly Passage[])[]): Passage[] {
  const gone = new Set(taken.flat());
  return passages.filter((passage) => !gone.has(passage));
}
