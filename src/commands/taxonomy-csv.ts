import { readFileSync, statSync } from "node:fs";
import { ConfigError, causeOf } from "../errors.ts";
import type { Taxonomy } from "../model.ts";

const maxBytes = 2 ** 20;
const heading = /^(?:hoofd|main )?(?:categor(?:y|ies|ie|ieën|ieen)|rubriek|category name|categorie ?naam)$/i;
const separators = [";", ",", "\t"] as const;
/** No contact centre tells so many apart, and no model could. */
const mostRows = 2_000;

interface Row {
  readonly line: number;
  readonly cells: readonly string[];
}

/** @throws ConfigError where it cannot be read, or holds no taxonomy */
export function readTaxonomyFile(file: string): Taxonomy {
  let csv: string;
  try {
    if (statSync(file).size > maxBytes) throw new Error(`larger than ${maxBytes} bytes`);
    csv = readFileSync(file, "utf8");
  } catch (error) {
    throw new ConfigError([`${file}: cannot be read (${causeOf(error)})`]);
  }
  return readTaxonomy(csv, file);
}

/**
 * A taxonomy from a table of two columns, category and subcategory, as spreadsheets write it: separated by semicolons,
 * commas or tabs, with or without a heading, quoted where need be. An empty category is the one above.
 * @throws ConfigError with the line of each mistake
 */
export function readTaxonomy(csv: string, file: string): Taxonomy {
  const rows = rowsOf(csv.replace(/^\uFEFF/, ""));
  const body = heading.test(rows[0]?.cells[0] ?? "") ? rows.slice(1) : rows;
  if (body.length === 0) throw new ConfigError([`${file}: holds no category`]);
  if (body.length > mostRows) throw new ConfigError([`${file}: holds more than ${mostRows} rows`]);
  const problems: string[] = [];
  const found = new Map<string, Set<string>>();
  let above = "";
  for (const { line, cells } of body) {
    const [category = "", subcategory = ""] = cells;
    above = category || above;
    if (above === "") problems.push(`${file}: line ${line} has no category`);
    else if (subcategory === "") problems.push(`${file}: line ${line} has no subcategory`);
    else found.set(above, (found.get(above) ?? new Set()).add(subcategory));
  }
  if (problems.length > 0) throw new ConfigError(problems.slice(0, 20));
  return [...found].map(([category, subcategories]) => ({ category, subcategories: [...subcategories] }));
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
