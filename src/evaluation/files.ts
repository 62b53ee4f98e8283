import { readFileSync } from "node:fs";
import { basename } from "node:path";
import { ConfigError, causeOf } from "../errors.ts";
import type { Taxonomy } from "../model.ts";
import { type EvalRecord, type Form, forms, readRecords } from "./record.ts";
import { foreignLabels, parseTaxonomy, taxonomyOf } from "./taxonomy.ts";

/** A data file as it was read. */
export interface DataFile {
  readonly name: string;
  readonly records: readonly EvalRecord[];
  readonly taxonomy: Taxonomy;
}

export interface DataFlags {
  /** JSONL files of labelled dialogues. */
  readonly data: readonly string[];
  /** None, one for all, or one for each data file in its order; `labels` stands for the labels in the data. */
  readonly taxonomy: readonly string[];
  /** Of the records of each file, the first ones. */
  readonly limit?: number | undefined;
}

/** @throws ConfigError where a name is none of `forms` */
export function formsOf(names: readonly string[]): Form[] {
  const unknown = names.find((name) => !(forms as readonly string[]).includes(name));
  if (unknown !== undefined) throw new ConfigError([`--form ${unknown}: is none of ${forms.join(", ")}`]);
  return names.length === 0 ? ["text"] : ([...new Set(names)] as Form[]);
}

/**
 * Reads the data files and the taxonomy of each.
 * @param ofBrand taken where none is named; without it, the labels in the data
 * @throws ConfigError where a file cannot be read or does not fit
 */
export async function readFiles(
  { data, taxonomy, limit }: DataFlags,
  ofBrand: Taxonomy | undefined,
): Promise<{ files: DataFile[]; problems: string[] }> {
  if (data.length === 0) throw new ConfigError(["--data: is required"]);
  if (taxonomy.length > 1 && taxonomy.length !== data.length)
    throw new ConfigError(["--taxonomy: give one for all, or one for each --data in the same order"]);
  const names = data.map((file) => basename(file).replace(/\.[^.]*$/, ""));
  const repeated = names.find((name, index) => names.indexOf(name) !== index);
  if (repeated !== undefined) throw new ConfigError([`--data: two files are called ${repeated}`]);
  const files: DataFile[] = [];
  const problems: string[] = [];
  for (const [index, file] of data.entries()) {
    const read = await readRecords(file, limit);
    const chosen = taxonomy.length > 1 ? taxonomy[index] : taxonomy[0];
    const labels = chosen === undefined ? ofBrand : chosen === "labels" ? undefined : taxonomyIn(chosen);
    files.push({ name: names[index] ?? file, ...read, taxonomy: labels ?? taxonomyOf(read.records, file) });
    problems.push(...read.problems, ...(labels ? foreignLabels(labels, read.records, file) : []));
  }
  return { files, problems };
}

function taxonomyIn(file: string): Taxonomy {
  return parseTaxonomy(readText("--taxonomy", file), file);
}

/** @param flag that named the file; @throws ConfigError where it cannot be read */
export function readText(flag: string, file: string): string {
  try {
    return readFileSync(file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new ConfigError([`${flag} ${file}: cannot be read (${causeOf(error)})`]);
  }
}
