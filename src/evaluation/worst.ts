import { referencesOf } from "./dialogue.ts";
import type { EvalSet, SetReport } from "./measures.ts";
import { logText, transcriptText } from "./result.ts";
import type { Row } from "./rows.ts";

/** A log that went wrong, with all a person needs to see how: this quotes the dialogue. */
export interface WorstCase {
  readonly id: string;
  readonly why: readonly string[];
  readonly dialogue: string;
  readonly log: string;
  readonly labels: string;
  /** What a judge model says of it. */
  readonly judged: string | undefined;
  readonly people: readonly string[];
}

const shown = 10;
const longest = 6_000;

/** What can be wrong with a log, how much it weighs, and the words for it. */
const faults: readonly ((row: Row) => { readonly weight: number; readonly why: string } | undefined)[] = [
  ({ categoryRight, confidence }) =>
    categoryRight === 0
      ? {
          weight: 1 + (confidence ?? 0),
          why: `another category, at confidence ${(confidence ?? 0).toFixed(2)}`,
        }
      : undefined,
  ({ categoryRight, pairRight }) =>
    categoryRight === 1 && pairRight === 0 ? { weight: 0.5, why: "another subcategory" } : undefined,
  ({ claimsMade }) =>
    claimsMade !== null && claimsMade > 0
      ? { weight: 2 * claimsMade, why: `${claimsMade} claims it must not make` }
      : undefined,
  ({ findings }) =>
    findings !== null && findings > 0
      ? { weight: Math.min(3, findings), why: `${findings} claims the dialogue does not carry` }
      : undefined,
  ({ ownFirst }) =>
    ownFirst === 0 ? { weight: 1, why: "more like another dialogue than its own" } : undefined,
  ({ languageRight }) =>
    languageRight === 0 ? { weight: 1, why: "another language than asked for" } : undefined,
  ({ factsTold }) =>
    factsTold !== null && factsTold < 0.5
      ? { weight: 1 - factsTold, why: `tells ${Math.round(factsTold * 100)} % of the facts it must` }
      : undefined,
  ({ faithful }) =>
    faithful !== null && faithful <= 3
      ? { weight: 4 - faithful, why: `judged ${faithful} of 5 faithful` }
      : undefined,
];

/** The worst logs of a set, the worst first; those nothing is wrong with are none of them. */
export function worstOf(set: EvalSet, report: SetReport): WorstCase[] {
  return report.rows
    .map((row, index) => ({ index, found: faults.flatMap((fault) => fault(row) ?? []) }))
    .filter(({ index, found }) => found.length > 0 && set.cases[index]?.result.ok)
    .map((one) => ({ ...one, weight: one.found.reduce((sum, { weight }) => sum + weight, 0) }))
    .sort((a, b) => b.weight - a.weight)
    .slice(0, shown)
    .flatMap(({ index, found }) =>
      caseAt(
        set,
        index,
        found.map(({ why }) => why),
      ),
    );
}

function caseAt(set: EvalSet, index: number, why: readonly string[]): WorstCase[] {
  const one = set.cases[index];
  if (!one?.result.ok) return [];
  const { record, result, language, rating } = one;
  const { summary } = result;
  const label = record.category ? `${record.category} › ${record.subcategory ?? ""}` : "no label";
  return [
    {
      id: record.id,
      why,
      dialogue: shorten(transcriptText(result)),
      log: shorten(logText(summary)),
      labels: `${summary.category} › ${summary.subcategory}; in the data: ${label}`,
      judged: rating?.comment,
      people: referencesOf(record, language).map(shorten),
    },
  ];
}

function shorten(text: string): string {
  return text.length <= longest
    ? text
    : `${text.slice(0, longest).toWellFormed()}\n[… ${text.length - longest} more characters]`;
}
