import { z } from "zod";
import type { Compare, FinalLog, ShadowLedger, Taken } from "../ledger/shadow.ts";

/** Items of one request. */
export const maxItems = 100;
const shownProblems = 20;

const text = (max: number) =>
  z
    .string()
    .max(max)
    .nullish()
    .transform((value) => value ?? undefined);
const name = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .nullish()
  .transform((value) => value ?? undefined);
const actionItem = z.union([
  z.string().max(4_000),
  z.object({ text: z.string().max(4_000) }).transform((item) => item.text),
]);

/** What an agent wrote in the end. More keys than these may be there, such as a whole contact log has. */
const finalSchema = z
  .object({
    key: name,
    conversationId: name,
    description: text(4_000),
    note: text(40_000),
    category: name,
    subcategory: name,
    actionItems: z
      .array(actionItem)
      .max(100)
      .nullish()
      .transform((items) => items ?? undefined),
  })
  .refine(({ key, conversationId }) => (key ?? conversationId) !== undefined, {
    error: "needs key or conversationId",
  })
  .refine(
    ({ key: _, conversationId: __, ...words }) => Object.values(words).some((one) => one !== undefined),
    { error: "holds nothing to compare" },
  )
  .transform(({ key, conversationId, ...words }): FinalLog => ({ key, conversationId, words }));

const bodySchema = z.array(finalSchema).min(1).max(maxItems);

export interface Feedback {
  readonly shadows: ShadowLedger;
  readonly compare: Compare;
  /** A log that is not there yet may still come. */
  readonly awaited: boolean;
}

export type Counts = Readonly<Record<Taken, number>>;

/**
 * One final log, or up to `maxItems`.
 * @returns the logs, or what is wrong with the value: paths and rules, nothing of its content
 */
export function readFinals(value: unknown): readonly FinalLog[] | { readonly problems: readonly string[] } {
  const single = !Array.isArray(value);
  const parsed = bodySchema.safeParse(single ? [value] : value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, shownProblems);
  return {
    problems: issues.map(({ path, message }) => {
      const at = (single ? path.slice(1) : path).join(".");
      return at === "" ? message : `${at}: ${message}`;
    }),
  };
}

/** Takes all of them in one turn, so that they share one commit. @returns how many had which end */
export async function takeFinals(
  finals: readonly FinalLog[],
  { shadows, compare, awaited }: Feedback,
): Promise<Counts> {
  const taken = await Promise.all(finals.map((final) => shadows.take(final, compare, awaited)));
  const count = (kind: Taken) => taken.filter((one) => one === kind).length;
  return { matched: count("matched"), waiting: count("waiting"), unknown: count("unknown") };
}
