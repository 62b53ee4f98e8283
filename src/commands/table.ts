import { stripVTControlCharacters } from "node:util";
import Table from "cli-table3";
import { columnsOf } from "../config/environment.ts";

type Cell = string | number;

export interface TableOptions {
  readonly head: readonly string[];
  readonly aligns?: readonly ("left" | "right")[];
  /** No line between the rows. */
  readonly compact?: boolean;
  /** Characters a line may have; as many as the terminal shows where left out, else any number. */
  readonly width?: number | undefined;
}

/** Rows under their heads; where they are wider than what they are read on, a row after the other with its heads beside it. */
export function tableOf(rows: readonly (readonly Cell[])[], options: TableOptions): string {
  const { head, aligns = [], compact = false, width = columnsOf() } = options;
  const table = new Table({
    head: [...head],
    style: { head: [], border: [], compact },
    colAligns: [...aligns],
  });
  table.push(...rows.map((row) => [...row]));
  const drawn = table.toString();
  const [first = ""] = drawn.split("\n", 1);
  if (width === undefined || stripVTControlCharacters(first).length <= width) return drawn;
  return rows.map((row) => listed(head, row)).join("\n\n");
}

function listed(head: readonly string[], row: readonly Cell[]): string {
  return row.map((cell, index) => `${head[index]}: ${cell}`).join("\n");
}
