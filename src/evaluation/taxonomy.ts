import { z } from "zod";
import { ConfigError } from "../errors.ts";
import type { Taxonomy } from "../model.ts";
import type { EvalRecord } from "./record.ts";

const label = z.string().trim().min(1);
const labels = z.array(label).min(1);
const entry = z.object({ category: label, subcategories: labels });

/** The three ways a taxonomy is written down: as the configuration has it, as a map, or one category alone. */
const taxonomySchema = z.union([
  z.array(entry).min(1),
  z
    .object({ categories: z.record(label, labels) })
    .transform(({ categories }) =>
      Object.entries(categories).map(([category, subcategories]) => ({ category, subcategories })),
    ),
  entry.transform((one) => [one]),
]);

/** @throws ConfigError where the JSON is none of the three forms */
export function parseTaxonomy(text: string, file: string): Taxonomy {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ConfigError([`--taxonomy ${file}: is not JSON`]);
  }
  const parsed = taxonomySchema.safeParse(json);
  if (parsed.success && parsed.data.length > 0) return parsed.data;
  throw new ConfigError([
    `--taxonomy ${file}: must be {"categories": {"category": ["subcategory", …]}}, {"category", "subcategories"}, or a list of the latter`,
  ]);
}

/**
 * The labels that occur in the data; a category without subcategories is its own.
 * @throws ConfigError where no record has a category
 */
export function taxonomyOf(records: readonly EvalRecord[], file: string): Taxonomy {
  const found = new Map<string, Set<string>>();
  for (const { category, subcategory } of records) {
    if (typeof category !== "string") continue;
    const known = found.get(category) ?? new Set();
    found.set(category, typeof subcategory === "string" ? known.add(subcategory) : known);
  }
  if (found.size === 0)
    throw new ConfigError([`--data ${file}: has no labels; name a list with --taxonomy FILE`]);
  return [...found].map(([category, subcategories]) => ({
    category,
    subcategories: subcategories.size > 0 ? [...subcategories] : [category],
  }));
}

/**
 * Holds the labels in the data against a taxonomy.
 * @returns a sentence where some of them are not in it: those can never be right
 * @throws ConfigError where none of them is, since then it is another taxonomy
 */
export function foreignLabels(taxonomy: Taxonomy, records: readonly EvalRecord[], file: string): string[] {
  const known = new Set(taxonomy.map(({ category }) => category));
  const used = new Set(records.flatMap(({ category }) => (typeof category === "string" ? [category] : [])));
  const foreign = [...used].filter((category) => !known.has(category));
  if (foreign.length === 0) return [];
  if (foreign.length === used.size) {
    throw new ConfigError([
      `${file}: none of its categories is in the taxonomy; name its own with --taxonomy FILE, or --taxonomy labels`,
    ]);
  }
  return [
    `${file}: ${foreign.length} of its ${used.size} categories are not in the taxonomy (${foreign[0]} …)`,
  ];
}
