import { z } from "zod";
import { Transient } from "../errors.ts";

/**
 * What is read of the platform's answers and events, and nothing more. Official models mark fields as required that
 * are missing in practice, and new enum members appear unannounced: only ids are demanded, a field that is null,
 * absent or of another kind than expected counts as not told.
 */

/** Half a character, which JSON can carry and no URL, is none. */
export const wellFormed = z.string().transform((value) => value.toWellFormed());
export const text = wellFormed.optional().catch(undefined);
export const instant = z
  .string()
  .transform((value, context) => {
    // Without a zone it is the platform's own, UTC: `Date.parse` would take this machine's.
    const time = Date.parse(/[T ][\d:.]+$/.test(value) ? `${value}Z` : value);
    if (Number.isNaN(time)) context.addIssue("not a date");
    return time;
  })
  .optional()
  .catch(undefined);
export const list = <T extends z.ZodType>(item: T) =>
  z
    .array(z.unknown())
    .catch([])
    .transform((items) => items.flatMap((value) => item.safeParse(value).data ?? []) as z.output<T>[]);

export const attributes = z
  .record(z.string(), z.unknown())
  .catch({})
  .transform((values) => {
    const strings: Record<string, string> = Object.create(null);
    for (const [name, value] of Object.entries(values)) {
      if (["string", "number", "boolean"].includes(typeof value))
        strings[name] = String(value).toWellFormed();
    }
    return strings;
  });

export const reference = z.object({ id: text }).optional().catch(undefined);

/** Throws Transient (`unexpected_payload`) naming the fields that do not fit, never their values. */
export function parse<T extends z.ZodType>(schema: T, value: unknown, what: string): z.output<T> {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const fields = result.error.issues.map(({ path }) => path.join(".") || "the whole answer");
  throw new Transient(
    "unexpected_payload",
    `${what}: not of the expected shape (${[...new Set(fields)].join(", ")})`,
  );
}
