import { fold, foldAlike } from "../language/words.ts";
import { carries } from "./carried.ts";
import { type Commitments, contentOf, type Made, plainly, subjectsOf } from "./commitments.ts";
import { type Deed, deedsIn } from "./deeds.ts";
import { type Fact, factsIn } from "./facts.ts";
import * as cues from "./promise-cues.ts";
import type { Said } from "./said.ts";

/** A part of a sentence that says the company will do, or has granted, something. */
export interface Promised {
  readonly text: string;
  readonly folded: string;
  readonly deeds: readonly Deed[];
}

/** The promises a sentence of a summary reports; what a customer asks, says or wants is none. */
export function promisesIn(sentence: string): Promised[] {
  let actor: "customer" | "company" | undefined;
  let reported = false;
  return clausesOf(sentence).flatMap((text) => {
    const folded = plainly(foldAlike(text));
    const subject = subjectOf(folded);
    if (subject !== undefined) {
      actor = subject;
      const follows = reported && subject === "customer" && cues.pronoun.test(folded);
      reported = subject === "customer" && (follows || cues.reports.test(folded)) && !isGivenFirst(folded);
    }
    const deeds = deedsIn(folded);
    const promised = !reported && !isDenied(folded) && isPromise(folded, deeds, actor);
    return promised ? [{ text, folded, deeds }] : [];
  });
}

/** An action item of the company is a promise whatever its words. */
export function asPromise(text: string): Promised[] {
  const folded = plainly(foldAlike(text));
  return isDenied(folded) ? [] : [{ text, folded, deeds: deedsIn(folded) }];
}

function clausesOf(sentence: string): string[] {
  const folded = foldAlike(sentence);
  const clauses: string[] = [];
  let start = 0;
  for (const { 0: found, index } of folded.matchAll(cues.clauseBreak)) {
    clauses.push(sentence.slice(start, index));
    start = index + found.length;
  }
  return [...clauses, sentence.slice(start)].map((clause) => clause.trim()).filter((clause) => clause !== "");
}

function subjectOf(folded: string): "customer" | "company" | undefined {
  const customer = folded.search(cues.subjects.customer);
  const company = folded.search(cues.subjects.company);
  if (customer < 0 && company < 0) return undefined;
  return company < 0 || (customer >= 0 && customer < company) ? "customer" : "company";
}

/** "Klant krijgt € 50 terug, zoals gevraagd": the gift goes before the asking. */
function isGivenFirst(folded: string): boolean {
  const given = folded.search(cues.receives);
  const asked = folded.search(cues.reports);
  return given >= 0 && given < asked;
}

function isDenied(folded: string): boolean {
  return cues.negation.test(folded) || cues.uncertain.test(folded);
}

function isPromise(
  folded: string,
  deeds: readonly Deed[],
  actor: "customer" | "company" | undefined,
): boolean {
  if (cues.grants.test(folded)) return true;
  const weighty = deeds.some(({ weight }) => weight !== undefined);
  // "Opzeggen kan per maand", "opzeggen kost € 50": a contract's terms are no deed.
  const isTerm = actor !== "company" && (cues.possible.test(folded) || cues.charges.test(folded));
  if (isTerm && deeds.every(({ weight }) => weight === undefined || weight === "contract")) return false;
  if (actor === "customer")
    return cues.receives.test(folded) && isGift(folded, deeds) && !cues.mere.test(folded);
  const pays = cues.money.test(folded) && !cues.charges.test(folded);
  if (cues.future.test(folded)) return deeds.length > 0 || pays;
  const isDoing = actor === "company" && deeds.some(({ handsOn }) => handsOn);
  return (weighty || isDoing || (deeds.length > 0 && cues.soon.test(folded))) && !cues.mere.test(folded);
}

function isGift(folded: string, deeds: readonly Deed[]): boolean {
  return cues.money.test(folded) || deeds.some(({ weight }) => weight === "money" || weight === "goods");
}

/**
 * Whether a sentence is no report at all but quotes a customer about themselves, or a question: nobody is promised
 * anything by that. What they say they are to get is taken for a claim all the same.
 */
export function isQuoted(sentence: string, { asked }: Commitments): boolean {
  if (/\?["')\u201d]*$/.test(sentence)) return true;
  const folded = fold(sentence.replace(cues.label, "")).replace(/[.!\u2026]+$/, "");
  const isWish = cues.wishes.test(folded) && !cues.furtherClause.test(folded);
  const isGain = cues.gains.test(folded) && !isWish;
  if (isGain || cues.grants.test(folded)) return false;
  const ofUs = cues.firstPersons.test(folded) && deedsIn(folded).every(({ weight }) => weight === undefined);
  return (cues.firstPerson.test(folded) || ofUs) && asked.some((text) => text.includes(folded));
}

/** Whether an agent made a promise, refused nothing of it, and every figure in it was an agent's or affirmed by one. */
export function isKept(promised: Promised, said: Said, commitments: Commitments): boolean {
  const { made, carry } = commitments;
  const weights = new Set<string>(promised.deeds.flatMap(({ weight }) => weight ?? []));
  const isPaid = cues.money.test(promised.folded) && made.some((one) => one.weights.has("money"));
  const carried =
    weights.size > 0
      ? [...weights].every((weight) => made.some((one) => one.weights.has(weight)))
      : isPaid || made.some((one) => isAlike(promised, one));
  if (!carried || isRefused(promised, weights, commitments)) return false;
  const figures = factsIn(promised.text, said.day).filter((fact) => isFigure(fact) && carries(said, fact));
  return figures.every((fact) => carry(said, fact));
}

/** "We pay for the ceiling, not for the floor": what it is about was named in a refusal of the like, and nowhere else. */
function isRefused(
  { folded }: Promised,
  weights: ReadonlySet<string>,
  { made, refused }: Commitments,
): boolean {
  const alike = ({ weights: theirs }: Made) => [...theirs].some((weight) => weights.has(weight));
  const granting = made.filter(alike);
  const refusing = refused.filter(alike);
  if (refusing.length === 0) return false;
  return [...subjectsOf(folded)].some(
    (word) => refusing.some(({ named }) => named.has(word)) && !granting.some(({ named }) => named.has(word)),
  );
}

/** The same deed, or the same words where the deed is none we know. */
function isAlike({ folded, deeds }: Promised, made: Made): boolean {
  if (deeds.some(({ name, distinct }) => distinct && !made.deeds.has(name))) return false;
  if (deeds.some(({ name }) => made.deeds.has(name))) return true;
  const said = [...made.stems];
  const shared = [...contentOf(folded)].filter((word) =>
    said.some(
      (other) => word === other || (other.length >= 5 && (word.endsWith(other) || other.endsWith(word))),
    ),
  );
  return shared.length >= (deeds.length > 0 ? 2 : 1);
}

function isFigure({ kind }: Fact): boolean {
  return kind === "amount" || kind === "date" || kind === "time" || kind === "duration" || kind === "number";
}
