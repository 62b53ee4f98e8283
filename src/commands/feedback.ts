import { readFileSync, statSync } from "node:fs";
import { loadPlaces } from "../config/places.ts";
import { loadTaxonomies } from "../config/taxonomies.ts";
import { ConfigError, causeOf, Fatal } from "../errors.ts";
import { openReader } from "../ledger/reader.ts";
import type { FinalLog } from "../ledger/shadow.ts";
import { openLedgerBeside } from "../ledger/sqlite.ts";
import { createCompare } from "../pipeline/comparison.ts";
import { type Counts, maxItems, readFinals, takeFinals } from "../pipeline/feedback.ts";
import { type Distances, type Nearness, type Report, reportOf, type Share } from "../pipeline/nearness.ts";
import { shadowMark } from "../pipeline/tools.ts";
import { tableOf } from "./table.ts";

const maxFileBytes = 256 * 2 ** 20;
const maxLineChars = 65_536;
const shownLines = 100;

export interface FeedbackFlags {
  readonly config: string;
  readonly state?: string;
  /** Final logs, one JSON object a line; `-` for standard input. */
  readonly file?: string;
  readonly json: boolean;
  readonly brand?: string;
  readonly since?: string;
}

/** `contactlogd feedback`: takes what the agents wrote from a file, or reports how near our logs come to it. */
export async function feedback(flags: FeedbackFlags): Promise<void> {
  if (flags.file === undefined) report(flags);
  else await takeFile(flags, flags.file);
}

/** Beside the daemon or without it; a bad line is named, and the others are taken. */
async function takeFile(flags: FeedbackFlags, file: string): Promise<void> {
  if (flags.brand !== undefined || flags.since !== undefined) {
    throw new ConfigError(["feedback: --brand and --since choose what is reported, not what is taken"]);
  }
  const taxonomies = loadTaxonomies(flags.config);
  const { finals, problems } = readLines(readText(file));
  const { stateFile } = loadPlaces(flags.config, flags);
  await using ledger = openLedgerBeside(stateFile);
  const compare = createCompare((brand) => taxonomies.get(brand));
  const awaited = (await ledger.marks.get(shadowMark)) === "true";
  let counts: Counts = { matched: 0, waiting: 0, unknown: 0 };
  for (let from = 0; from < finals.length; from += maxItems) {
    const slice = finals.slice(from, from + maxItems);
    counts = sum(counts, await takeFinals(slice, { shadows: ledger.shadows, compare, awaited }));
  }
  for (const problem of problems.slice(0, shownLines)) process.stderr.write(`${problem}\n`);
  process.stdout.write(
    flags.json
      ? `${JSON.stringify({ ...counts, wrong: problems.length })}\n`
      : `${counts.matched} matched, ${counts.waiting} waiting, ${counts.unknown} unknown\n`,
  );
  if (problems.length > 0) throw new Fatal("feedback", `feedback: ${problems.length} lines were not taken`);
}

function sum(a: Counts, b: Counts): Counts {
  return { matched: a.matched + b.matched, waiting: a.waiting + b.waiting, unknown: a.unknown + b.unknown };
}

function readLines(text: string): { finals: FinalLog[]; problems: string[] } {
  const finals: FinalLog[] = [];
  const problems: string[] = [];
  for (const [index, line] of text.split("\n").entries()) {
    if (line.trim() === "") continue;
    const read = readLine(line);
    if (typeof read === "string") problems.push(`line ${index + 1}: ${read}`);
    else finals.push(read);
  }
  return { finals, problems };
}

/** @returns the log, or what is wrong with it */
function readLine(line: string): FinalLog | string {
  if (line.length > maxLineChars) return `is longer than ${maxLineChars} characters`;
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return "is not JSON";
  }
  if (Array.isArray(value)) return "is not one object";
  const read = readFinals(value);
  return "problems" in read ? read.problems.join("; ") : (read[0] as FinalLog);
}

function readText(file: string): string {
  try {
    if (file !== "-" && statSync(file).size > maxFileBytes)
      throw new Error(`larger than ${maxFileBytes} bytes`);
    return readFileSync(file === "-" ? 0 : file, "utf8").replace(/^\uFEFF/, "");
  } catch (error) {
    throw new ConfigError([`--file ${file}: cannot be read (${causeOf(error)})`]);
  }
}

function report(flags: FeedbackFlags): void {
  const { stateFile } = loadPlaces(flags.config, flags);
  const since = instant(flags.since);
  using reader = openReader(stateFile);
  const found = reportOf(reader.shadows({ brand: flags.brand, since }));
  process.stdout.write(flags.json ? `${JSON.stringify(found, null, 2)}\n` : page(found));
}

function instant(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ConfigError([`--since ${text}: not a date such as 2026-11-20T08:00:00Z`]);
  return time;
}

function page({ compared, waiting, expired, all, groups, disagreements }: Report): string {
  const head = `${compared} compared; waiting: ${waiting.logs} for what the agent wrote, ${waiting.finals} for our log; ${expired} expired\n`;
  if (compared === 0) return head;
  const rows = [...groups, { brand: "all", medium: "", ...all }];
  const table = tableOf(
    rows.map(({ brand, medium, ...one }) => [brand, medium, ...cells(one)]),
    { head: ["brand", "medium", "n", "description", "note", "action items", "category", "pair"] },
  );
  const lines = disagreements.map(({ ours, theirs, count }) => `  ${count}  ${ours} → ${theirs}`);
  return [
    head,
    "how far the agent's words are from ours, 0 to 1: median (p90); the same category and pair: share (95 %)\n",
    `${table}\n`,
    ...(lines.length > 0 ? [`classified otherwise by the agent, ours → theirs\n${lines.join("\n")}\n`] : []),
  ].join("");
}

function cells({ compared, description, note, actionItems, category, pair }: Nearness): (string | number)[] {
  return [
    compared,
    ...[description, note, actionItems].map(distanceCell),
    ...[category, pair].map(shareCell),
  ];
}

function distanceCell({ n, median, p90 }: Distances): string {
  return median === null || p90 === null ? "–" : `${median.toFixed(2)} (${p90.toFixed(2)}), n ${n}`;
}

function shareCell({ n, value, low, high }: Share): string {
  const percent = (share: number) => `${Math.round(share * 100)} %`;
  if (value === null || low === null || high === null) return "–";
  return `${percent(value)} (${percent(low)} to ${percent(high)}), n ${n}`;
}
