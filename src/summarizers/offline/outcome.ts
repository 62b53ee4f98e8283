import type { Draft } from "../../model.ts";
import { type Extract, isDone } from "./extract.ts";
import { isQuestion, type Passage } from "./passages.ts";
import { countOf, rules } from "./rules.ts";

/** How the customer sounded, by counting; thanks alone is manners, not mood. */
export function sentimentOf(passages: readonly Passage[]): Draft["sentiment"] {
  let positive = 0;
  let negative = 0;
  for (const { speaker, whole } of passages) {
    if (speaker !== "customer") continue;
    negative += countOf(rules.negative, whole);
    positive += countOf(rules.positive, whole.replace(/\b(?:niet|not|geen)(?: \S+)? \S+/g, " "));
  }
  if (positive >= 1 && negative >= 1) return positive >= 3 * negative ? "positive" : "mixed";
  if (negative >= 2) return "negative";
  return positive >= 2 ? "positive" : "neutral";
}

/** Whether the matter is settled, from what was done, what is still to come and how the customer left. */
export function resolvedOf(passages: readonly Passage[], extract: Extract): Draft["resolved"] {
  const last = passages.slice(Math.floor(passages.length * 0.6));
  const customerLast = last.filter((passage) => passage.speaker === "customer");
  const solved = customerLast.some((passage) => !isQuestion(passage) && rules.solved.test(passage.whole));
  const unsolved = last
    .slice(-6)
    .some((passage) => !isQuestion(passage) && rules.unsolved.test(passage.whole));
  const content = customerLast.slice(-4).some((passage) => rules.positive.test(passage.whole));
  const open = extract.agreed.some((passage) => !rules.confirmation.test(passage.folded));
  const acted = extract.done.length > 0 || extract.agreed.some(isDone);
  if (unsolved) return acted || solved ? "unknown" : "no";
  if (open) return acted ? "partly" : "unknown";
  if (acted) return solved || content ? "yes" : "unknown";
  return solved && content ? "yes" : "unknown";
}
