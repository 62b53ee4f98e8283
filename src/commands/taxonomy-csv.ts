import { readFileSync, statSync } from "node:fs";
import { ConfigError, causeOf } from "../errors.ts";
import type { Taxonomy } from "../model.ts";

const maxBytes = 2 ** 20;
const heading = /^(?:hoofd|main )?(?:categor(?:y|ies|ie|ieën|ieen)|rubriek|category name|categorie ?naam)$/i;
const subheading = /^sub/i;
const separators = [";", ",", "\t"] as const;
/** No contact centre tells so many apart, and no model could. */
const mostRows = 2_000;

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** @throws ConfigError where it cannot be read, or holds no taxonomy */
export function readTaxonomyFile(file: string): Taxonomy {
  let bytes: Buffer;
  try {
    if (statSync(file).size > maxBytes) throw new Error(`larger than ${maxBytes} bytes`);
    bytes = readFileSync(file);
  } catch (error) {
    throw new ConfigError([`${file}: cannot be read (${causeOf(error)})`]);
  }
  const csv = textOf(bytes);
  if (csv.includes("\0")) throw new ConfigError([`${file}: is no text; save the table as CSV`]);
  return readTaxonomy(csv, file);
}

/** A spreadsheet's "CSV" is Windows-1252 unless one asks for UTF-8, its "Unicode text" UTF-16. */
function textOf(bytes: Buffer): string {
  const [first, second] = bytes;
  if (first === 0xff && second === 0xfe) return new TextDecoder("utf-16le").decode(bytes);
  if (first === 0xfe && second === 0xff) return new TextDecoder("utf-16be").decode(bytes);
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return new TextDecoder("windows-1252").decode(bytes);
  }
}

/**
 * A taxonomy from a table of two columns, category and subcategory, as spreadsheets write it: separated by semicolons,
 * commas or tabs, with or without a heading, quoted where need be. A heading says which columns they are, else they are
 * the first two. An empty category is the one above; one that differs from another in case alone is that one.
 * @throws ConfigError with the line of each mistake
 */
export function readTaxonomy(csv: string, file: string): Taxonomy {
  // `sep=;` is for the spreadsheet alone.
  const rows = rowsOf(csv.replace(/^\uFEFF/, "").replace(/^sep=.(?=\r|\n)/i, ""));
  const columns = columnsOf(rows[0]?.cells ?? []);
  const body = columns.named ? rows.slice(1) : rows;
  if (body.length === 0) throw new ConfigError([`${file}: holds no category`]);
  if (body.length > mostRows) throw new ConfigError([`${file}: holds more than ${mostRows} rows`]);
  const problems: string[] = [];
  const found = new Map<string, { category: string; subcategories: Map<string, string> }>();
  let above = "";
  for (const { line, cells } of body) {
    above = cells[columns.category] || above;
    const subcategory = cells[columns.subcategory] ?? "";
    if (above === "") problems.push(`${file}: line ${line} has no category`);
    else if (subcategory === "") problems.push(`${file}: line ${line} has no subcategory`);
    else {
      const { subcategories } = entryOf(found, above.toLowerCase(), () => ({
        category: above,
        subcategories: new Map(),
      }));
      entryOf(subcategories, subcategory.toLowerCase(), () => subcategory);
    }
  }
  if (problems.length > 0) throw new ConfigError(problems.slice(0, 20));
  return [...found.values()].map(({ category, subcategories }) => ({
    category,
    subcategories: [...subcategories.values()],
  }));
}

function entryOf<T>(map: Map<string, T>, key: string, make: () => T): T {
  const entry = map.get(key) ?? make();
  map.set(key, entry);
  return entry;
}

/** Where category and subcategory stand, and whether the row is a heading that says so. */
function columnsOf(cells: readonly string[]): { named: boolean; category: number; subcategory: number } {
  const category = cells.findIndex((cell) => heading.test(cell));
  if (category < 0) return { named: false, category: 0, subcategory: 1 };
  const subcategory = cells.findIndex((cell) => subheading.test(cell));
  return { named: true, category, subcategory: subcategory < 0 ? category + 1 : subcategory };
}

function rowsOf(csv: string): Row[] {
  const separator = separatorOf(csv);
  const rows: { line: number; cells: string[] }[] = [];
  let line = 1;
  let row = { line, cells: [""] };
  // A quoted cell, a separator, a line break, or whatever else there is.
  const tokens = csv.matchAll(/"((?:[^"]|"")*)"|\r\n?|\n|[;,\t]|[^";,\t\r\n]+|"/g);
  for (const [token, quoted] of tokens) {
    if (/^[\r\n]/.test(token)) {
      rows.push(row);
      row = { line: ++line, cells: [""] };
    } else if (token === separator) {
      row.cells.push("");
    } else {
      row.cells.push((row.cells.pop() ?? "") + (quoted?.replaceAll('""', '"') ?? token));
      line += token.split("\n").length - 1;
    }
  }
  rows.push(row);
  return rows
    .map((one) => ({ line: one.line, cells: one.cells.map((cell) => cell.replace(/\s+/g, " ").trim()) }))
    .filter(({ cells }) => cells.some((cell) => cell !== ""));
}

/** Whichever stands in most lines; where none does there is one column. */
function separatorOf(csv: string): string {
  const lines = csv.replace(/"(?:[^"]|"")*"/g, "").split(/\r\n?|\n/);
  const counts = separators.map((one) => lines.filter((line) => line.includes(one)).length);
  return separators[counts.indexOf(Math.max(...counts))] ?? ";";
}
