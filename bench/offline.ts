/**
 * How often the offline summarizer picks the right category, beside what costs nothing: chance and the commonest label.
 * `node bench/offline.ts`. The labelled dialogues lie outside the project (`../shared/data`) and stay there.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import type { Dialogue, Summary, Taxonomy, Turn } from "../src/model.ts";
import { createOfflineSummarizer } from "../src/summarizers/offline.ts";

interface RawTurn {
  readonly speaker: string;
  readonly text: string;
  readonly [form: string]: unknown;
}
interface RawRecord {
  readonly channel: string;
  readonly language: string;
  readonly category: string | null;
  readonly subcategory: string | null;
  readonly gold?: { readonly multiTask?: boolean };
  readonly turns: readonly RawTurn[];
}
interface Case {
  readonly record: RawRecord;
  readonly summary: Summary;
}
interface Row {
  readonly set: string;
  readonly level: string;
  readonly right: number;
  readonly n: number;
  readonly chance: number;
  readonly majority: number;
  readonly floor?: string;
}

const folder = new URL("../../shared/data/", import.meta.url);
const summarizer = createOfflineSummarizer();
const print = (line = "") => process.stdout.write(`${line}\n`);

function readJson<T>(name: string): T {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8")) as T;
}

function readRecords(name: string): RawRecord[] {
  return readFileSync(new URL(name, folder), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as RawRecord);
}

/** Joined by speaker, as the media hand dialogues over. */
function toDialogue(record: RawRecord, form: string): Dialogue {
  const turns: Turn[] = [];
  record.turns.forEach(({ speaker, ...texts }, index) => {
    const said = texts[form];
    const text = typeof said === "string" ? said : texts.text;
    const last = turns.at(-1);
    const side = speaker === "customer" ? "customer" : "agent";
    if (last?.speaker === side) turns[turns.length - 1] = { ...last, text: `${last.text} ${text}` };
    else turns.push({ speaker: side, userId: undefined, at: index, text });
  });
  return { medium: record.channel === "voice" ? "voice" : "message", language: record.language, turns };
}

async function run(records: readonly RawRecord[], taxonomy: Taxonomy, form: string): Promise<Case[]> {
  const { signal } = new AbortController();
  return Promise.all(
    records.map(async (record) => ({
      record,
      summary: await summarizer.summarize(
        { dialogue: toDialogue(record, form), language: record.language, taxonomy, prompt: "" },
        signal,
      ),
    })),
  );
}

function taxonomyOf(categories: Readonly<Record<string, readonly string[]>>): Taxonomy {
  return Object.entries(categories).map(([category, subcategories]) => ({ category, subcategories }));
}

function score(
  set: string,
  level: "category" | "pair",
  cases: readonly Case[],
  labels: number,
  floor?: string,
): Row {
  const name = (of: { category: string | null; subcategory: string | null }) =>
    level === "category" ? `${of.category}` : `${of.category} / ${of.subcategory}`;
  const counts = new Map<string, number>();
  for (const { record } of cases) counts.set(name(record), (counts.get(name(record)) ?? 0) + 1);
  const n = cases.length;
  const right = cases.filter(({ record, summary }) => name(record) === name(summary)).length;
  return { set, level, right, n, chance: 1 / labels, majority: Math.max(...counts.values()) / n, floor };
}

/** Wilson's 95 % interval: honest at nine calls as well as at five hundred chats. */
function interval(right: number, n: number): string {
  const z = 1.96;
  const middle = (right + (z * z) / 2) / (n + z * z);
  const half = (z / (n + z * z)) * Math.sqrt((right * (n - right)) / n + (z * z) / 4);
  return `${percent(Math.max(0, middle - half))}–${percent(Math.min(1, middle + half))}`;
}

function percent(share: number): string {
  return `${(share * 100).toFixed(0)} %`;
}

function printTable(rows: readonly Row[]): void {
  const cells = rows.map((row) => [
    row.set,
    row.level,
    `${row.n}`,
    percent(row.right / row.n),
    interval(row.right, row.n),
    percent(row.chance),
    percent(row.majority),
    row.floor ?? "–",
  ]);
  const table = [["set", "level", "n", "offline", "95 %", "chance", "commonest", "floor named"], ...cells];
  const widths =
    table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  for (const row of table)
    print(
      row
        .map((cell, column) => cell.padEnd(widths[column] ?? 0))
        .join("  ")
        .trimEnd(),
    );
}

function printDoubt(cases: readonly Case[]): void {
  print("Confidence, on the single-task STAR chats: how often the pair is right");
  for (const [from, to] of [
    [0, 0.3],
    [0.3, 0.45],
    [0.45, 0.6],
    [0.6, 1],
  ] as const) {
    const within = cases.filter(({ summary }) => summary.confidence >= from && summary.confidence < to);
    const right = within.filter(({ record, summary }) => record.subcategory === summary.subcategory).length;
    if (within.length > 0)
      print(
        `  ${from.toFixed(2)}–${to.toFixed(2)}  n ${`${within.length}`.padStart(3)}  ${percent(right / within.length)}`,
      );
  }
}

function flagged(cases: readonly Case[]): string {
  return percent(cases.filter(({ summary }) => summary.review.needed).length / Math.max(1, cases.length));
}

async function main(): Promise<void> {
  if (!existsSync(folder)) {
    print(`No evaluation data: ${fileURLToPath(folder)} is not there, so there is nothing to measure.`);
    return;
  }
  const rows: Row[] = [];
  const starTaxonomy = taxonomyOf(
    readJson<{ categories: Record<string, string[]> }>("star-taxonomy.json").categories,
  );
  const star = await run(readRecords("star.jsonl"), starTaxonomy, "text");
  const single = star.filter(({ record }) => record.category !== null);
  rows.push(
    score("star", "category", single, starTaxonomy.length, ".77 zero-shot label similarity, .99 trained"),
  );
  rows.push(score("star", "pair", single, starTaxonomy.flatMap((entry) => entry.subcategories).length));

  const wmtTaxonomy = taxonomyOf(
    readJson<{ categories: Record<string, string[]> }>("wmt24-nl-taxonomy.json").categories,
  );
  for (const [form, name] of [
    ["text", "wmt24 as spoken"],
    ["textLocal", "wmt24 all Dutch"],
    ["textEn", "wmt24 all English"],
  ] as const) {
    const cases = await run(readRecords("wmt24-nl-gold24.jsonl"), wmtTaxonomy, form);
    rows.push(score(name, "category", cases, wmtTaxonomy.length, "none; the labels are English"));
    rows.push(score(name, "pair", cases, wmtTaxonomy.flatMap((entry) => entry.subcategories).length));
  }

  const harper = readJson<{ category: string; subcategories: string[] }>("harpervalley-taxonomy.json");
  for (const form of ["text", "asrText"]) {
    const cases = await run(readRecords("harpervalley.jsonl"), [harper], form);
    rows.push(score(`harpervalley ${form}`, "pair", cases, harper.subcategories.length));
  }

  const tweets = readRecords("tweetsumm.jsonl").filter((record) => record.category !== null);
  const tweetTaxonomy = taxonomyOf({ complaint: ["complaint"], question: ["question"] });
  rows.push(
    score(
      "tweetsumm",
      "category",
      await run(tweets, tweetTaxonomy, "text"),
      2,
      "none; the labels name no subject, what matches nothing falls to the first",
    ),
  );

  printTable(rows);
  print();
  printDoubt(single);
  const several = star.filter(({ record }) => record.gold?.multiTask);
  print(
    `Marked for review: ${flagged(single)} of the single-task chats, ${flagged(several)} of the ${several.length} with several tasks`,
  );
}

await main();
