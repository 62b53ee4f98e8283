import { z } from "zod";

export const hourMs = 3_600_000;
export const dayMs = 24 * hourMs;

/** Names, * for any run of characters. */
export const globs = z.array(z.string().trim().min(1)).min(1);

/** A time in milliseconds, of 90 days at most. */
export const ms = (defaultMs: number, what: string) =>
  z
    .int()
    .min(1)
    .max(90 * dayMs)
    .default(defaultMs)
    .describe(what);

export const httpUrl = z
  .url({ protocol: /^https?$/, error: "must be an http or https URL" })
  .refine((url) => !/\/\/[^/]*@/.test(url), { error: "must not hold a user or password" });

/**
 * Tells of each name that is there more than once.
 * @param what the names are of, in the problem's sentence
 * @param fold names that become the same are the same
 */
export function reportRepeats(
  names: readonly string[],
  what: string,
  context: z.core.$RefinementCtx,
  path: (string | number)[] = [],
  fold: (name: string) => string = (name) => name,
): void {
  const byFold = Map.groupBy(new Set(names), fold);
  const said = names.map(fold);
  for (const [name, written] of byFold) {
    if (said.indexOf(name) === said.lastIndexOf(name)) continue;
    const [first = "", ...others] = written;
    const also = others.length === 0 ? "" : `, also as ${others.map((one) => `"${one}"`).join(", ")}`;
    context.addIssue({
      code: "custom",
      path,
      message: `the ${what} "${first}" is there twice${also}`,
      input: name,
    });
  }
}
