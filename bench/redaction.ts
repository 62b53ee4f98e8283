/**
 * What redaction finds, what it misses and what it touches for nothing.
 * `node bench/redaction.ts [--misses]`; `--misses` also prints what was missed or wrongly found in the tuned halves.
 * The labelled chats and summaries lie outside the project (`../shared/data`) and stay there; without them the
 * generated calls alone are measured.
 *
 * Recall: of the marked spans, those of which 90 % of the letters and digits are gone, whatever kind they were taken
 * for; "named" are those touched by their own kind. Precision: of the spans found, those that overlap a marked one of
 * any kind. The forms held out were written before they were run, and no finder of a checkable kind was changed for what
 * they showed.
 */
import { findInTurns, redactText } from "../src/redaction/redact.ts";
import { dataFolder, hasChats, labelledChats, records, renamed } from "../test/redaction/chats.ts";
import { checkable, everyKind, type Marked, type Score, scoreOf, toTurn } from "../test/redaction/score.ts";
import { spokenCalls } from "../test/redaction/spoken.ts";

const print = (line = "") => process.stdout.write(`${line}\n`);
const showMisses = process.argv.includes("--misses");

function measure(title: string, set: readonly Marked[], held: boolean): void {
  const { kinds, checkable: together, clean, misses } = scoreOf(set);
  print();
  print(title);
  print("  kind               n   recall    named    found  precision");
  for (const [kind, score] of kinds) if (score.marked + score.found > 0) print(row(kind, score));
  print(row("checkable kinds", together));
  const share = (count: number) => `${percent(count, clean.turns, 2)} (${count})`;
  print(
    `  of ${clean.turns} clean turns touched: ${share(clean.checkable)} by checkable kinds, ${share(clean.any)} by any`,
  );
  if (showMisses && !held) for (const miss of misses) print(`    ${miss}`);
}

function row(name: string, { marked, hit, named, found, right }: Score): string {
  const cells = [
    `${marked}`,
    percent(hit, marked),
    percent(named, marked),
    `${found}`,
    percent(right, found),
  ];
  return `  ${name.padEnd(16)}${cells.map((cell, index) => cell.padStart(index === 0 ? 4 : 9)).join("")}`;
}

function percent(part: number, whole: number, digits = 1): string {
  return whole === 0 ? "–" : `${((100 * part) / whole).toFixed(digits)} %`;
}

/** Prose as a model writes it: what is touched in summaries by people. */
function measureProse(file: string): void {
  const texts = records<{ referenceSummary: unknown }>(file).flatMap(({ referenceSummary }) =>
    textsOf(referenceSummary),
  );
  const touched = texts
    .map((text) => redactText(text, everyKind))
    .filter(({ counts }) => Object.keys(counts).length > 0);
  const hard = touched.filter(({ counts }) => checkable.some((kind) => counts[kind] !== undefined));
  print(
    `  ${file.padEnd(24)} ${texts.length} summaries; touched by checkable kinds ${hard.length}, by any ${touched.length}`,
  );
  if (showMisses) for (const { text } of touched) print(`    ${text}`);
}

/** The strings anywhere in a value. */
function textsOf(value: unknown): string[] {
  if (typeof value === "string") return [value];
  return typeof value === "object" && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function measureSpeed(title: string, set: readonly Marked[]): void {
  const dialogues = set.map(({ turns }) => turns.map(toTurn));
  const turns = dialogues.reduce((total, own) => total + own.length, 0);
  const rounds = Math.ceil(10_000 / turns);
  for (const dialogue of dialogues) findInTurns(dialogue, everyKind);
  const from = performance.now();
  for (let round = 0; round < rounds; round++)
    for (const dialogue of dialogues) findInTurns(dialogue, everyKind);
  const ms = (performance.now() - from) / ((turns * rounds) / 1000);
  print(`  ${title.padEnd(24)} ${ms.toFixed(0)} ms per 1,000 turns, one pass`);
}

function main(): void {
  const held = spokenCalls(400, 12, "held");
  measure("Generated calls, phrase forms that were tuned on", spokenCalls(400, 11, "tuned"), false);
  measure("Generated calls, phrase forms held out", held, true);
  if (!hasChats) {
    print(`No labelled chats: ${dataFolder.pathname} is not there.`);
    return;
  }
  const [seen, unseen] = [labelledChats(0), labelledChats(1)];
  measure("pii-nl-chat, half that was tuned on", seen, false);
  measure("pii-nl-chat, half held out", unseen, true);
  measure(
    "pii-nl-chat, both, every name replaced by an uncommon one",
    [...seen, ...unseen].map(renamed),
    true,
  );
  print();
  print("Summaries written by people");
  for (const file of ["wmt24-nl-gold24.jsonl", "tweetsumm.jsonl"]) measureProse(file);
  print();
  print("Speed");
  measureSpeed("generated calls", held);
  measureSpeed("pii-nl-chat", [...seen, ...unseen]);
}

main();
