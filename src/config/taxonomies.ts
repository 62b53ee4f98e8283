import { dirname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import type { Taxonomy } from "../model.ts";
import { processEnvironment } from "./environment.ts";
import { reportRepeats } from "./fields.ts";
import { readJson } from "./files.ts";
import { describeIssue } from "./problems.ts";
import { References } from "./references.ts";
import { inWords } from "./sentences.ts";

/** Categories and the subcategories of each, none of them twice. */
export const taxonomy = z
  .array(
    z.strictObject({
      category: z.string().trim().min(1),
      subcategories: z.array(z.string().trim().min(1)).min(1),
    }),
  )
  .min(1)
  .superRefine((categories, context) => {
    reportRepeats(
      categories.map(({ category }) => category),
      "category",
      context,
      [],
      folded,
    );
    for (const [index, { subcategories }] of categories.entries()) {
      reportRepeats(subcategories, "subcategory", context, [index, "subcategories"], folded);
    }
  });

/** Names that differ in case, in spaces or in how an accent is composed are one to whoever reads them, and to a model. */
function folded(name: string): string {
  return name.normalize("NFKC").toLowerCase().replace(/\s+/g, " ").trim();
}

const taxonomies = z.object({ brands: z.array(z.object({ id: z.string(), taxonomy })) });

/**
 * Each brand's taxonomy, by its id: no secret is needed, none is read.
 * @throws ConfigError where the file cannot be read or these sections are wrong
 */
export function loadTaxonomies(
  file: string,
  environment: NodeJS.ProcessEnv = processEnvironment(),
): ReadonlyMap<string, Taxonomy> {
  const path = resolve(file);
  const references = new References(dirname(path), environment);
  const parsed = taxonomies.safeParse(readJson(path), { error: inWords });
  if (!parsed.success) throw new ConfigError(parsed.error.issues.flatMap(describeIssue));
  const { brands } = references.interpolate(parsed.data, []) as z.output<typeof taxonomies>;
  if (references.problems.length > 0) throw new ConfigError(references.problems);
  return new Map(brands.map((one) => [one.id, one.taxonomy]));
}
