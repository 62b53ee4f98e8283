import type { SetReport } from "./measures.ts";
import type { Form } from "./record.ts";
import type { Row } from "./rows.ts";
import { type Estimate, estimate } from "./statistics.ts";

/** Whether the forms of one dialogue were taken for the same thing. */
export interface FormAgreement {
  readonly name: string;
  readonly forms: readonly [Form, Form];
  readonly sameCategory: Estimate | null;
  readonly samePair: Estimate | null;
  readonly sameOutcome: Estimate | null;
}

/** Every two forms of every data file, over the records written in both. */
export function agreementsOf(sets: readonly SetReport[]): FormAgreement[] {
  return sets.flatMap((first, index) =>
    sets
      .slice(index + 1)
      .filter((second) => second.name === first.name)
      .map((second) => agreement(first, second)),
  );
}

function agreement(first: SetReport, second: SetReport): FormAgreement {
  const other = new Map(second.rows.map((row) => [row.id, row]));
  const both = first.rows.flatMap((row) => {
    const twin = other.get(row.id);
    return twin && row.category !== null && twin.category !== null ? [[row, twin] as const] : [];
  });
  const same = (...names: (keyof Row)[]) =>
    estimate(both.map(([row, twin]) => Number(names.every((name) => row[name] === twin[name]))));
  return {
    name: first.name,
    forms: [first.form, second.form],
    sameCategory: same("category"),
    samePair: same("category", "subcategory"),
    sameOutcome: same("resolved"),
  };
}
