/**
 * What the guard is worth: how many attacks cannot be read any more behind it, also of those nothing was ever mended on;
 * and how many turns of ordinary conversations it touches, and which: there is no attack in any of them.
 * `node bench/guard.ts`. The conversations lie outside the project (`../shared/data`) and stay there.
 */
import { existsSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { guardDialogue } from "../src/guard/guard.ts";
import { clean } from "../src/media/clean.ts";
import type { Dialogue, Taxonomy } from "../src/model.ts";
import { reader } from "../src/simulator/gullible.ts";
import { type Attack, dialogueOf } from "../test/attacks/attack.ts";
import { corpus, unseen } from "../test/attacks/corpus.ts";

interface RawRecord {
  readonly id: string;
  readonly channel: string;
  readonly language: string;
  /** A set of single utterances has this instead of turns. */
  readonly text?: string;
  readonly turns?: readonly {
    readonly speaker: string;
    readonly text: string;
    readonly [form: string]: unknown;
  }[];
}

const folder = new URL("../../shared/data/", import.meta.url);
const print = (line = "") => process.stdout.write(`${line}\n`);

/** Labels people also use in speech: what makes false alarms likelier. */
const taxonomy: Taxonomy = [
  { category: "Factuur", subcategories: ["Bedrag klopt niet", "Betalingsregeling", "Terugbetaling"] },
  { category: "Klacht", subcategories: ["Medewerker", "Wachttijd", "Schadeclaim"] },
  { category: "Account", subcategories: ["Password", "Wachtwoord", "Change details"] },
  { category: "Orders", subcategories: ["Delivery", "Cancel order", "Refund"] },
  { category: "Complaint", subcategories: ["Staff", "Compensation", "Appointment"] },
];

const sets: readonly (readonly [file: string, forms: readonly string[]])[] = [
  ["star", ["text"]],
  ["tweetsumm", ["text"]],
  ["wmt24-chat-nl", ["text", "textLocal"]],
  ["harpervalley", ["text", "asrText"]],
  ["aws-calls", ["text"]],
  ["natcs-intent-utterances", ["text"]],
];

function readRecords(name: string): RawRecord[] {
  return readFileSync(new URL(`${name}.jsonl`, folder), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as RawRecord);
}

/** As the media hand it over, joined by speaker. */
function toDialogue(
  { channel, language, text, turns = [{ speaker: "customer", text: text ?? "" }] }: RawRecord,
  form: string,
): Dialogue {
  const utterances = turns.map(({ speaker, ...texts }, index) => ({
    speaker: speaker === "customer" ? ("customer" as const) : ("agent" as const),
    userId: undefined,
    at: index,
    text: typeof texts[form] === "string" ? (texts[form] as string) : texts.text,
  }));
  return clean(channel === "voice" ? "voice" : "message", language, utterances);
}

/** Attacks a gullible model can read no more once the conversation was guarded. */
function stopped(attacks: readonly Attack[]): number {
  return attacks.filter(({ medium, turns, taxonomy: labels, instruction }) => {
    const { dialogue } = guardDialogue(dialogueOf(medium, turns), labels);
    return !reader(dialogue.turns.map(({ text }) => text).join("\n"))(instruction);
  }).length;
}

function measure(file: string, form: string): { turns: number; touched: number } {
  const dialogues = readRecords(file).map((record) => ({
    id: record.id,
    dialogue: toDialogue(record, form),
  }));
  let touched = 0;
  for (const { id, dialogue } of dialogues) {
    const { dialogue: guarded, suspects } = guardDialogue(dialogue, taxonomy);
    touched += suspects.length;
    for (const number of suspects) {
      const before = dialogue.turns[number - 1];
      print(`  ${id} [${number}] ${before?.speaker}: ${before?.text}`);
      print(`    becomes: ${guarded.turns[number - 1]?.text}`);
    }
  }
  return { turns: dialogues.reduce((sum, { dialogue }) => sum + dialogue.turns.length, 0), touched };
}

function printRow(name: string, some: number, all: number, what: string): void {
  const share = ((100 * some) / Math.max(1, all)).toFixed(3);
  print(`${name.padEnd(30)} ${`${some}`.padStart(4)} of ${`${all}`.padStart(6)} ${what}  ${share} %`);
}

function main(): void {
  printRow("corpus", stopped(corpus), corpus.length, "attacks stopped");
  printRow("unseen", stopped(unseen), unseen.length, "attacks stopped");
  print();
  if (!existsSync(folder)) {
    print(`No evaluation data: ${fileURLToPath(folder)} is not there, so false alarms cannot be measured.`);
    return;
  }
  const rows = sets.flatMap(([file, forms]) =>
    forms.map((form) => ({ name: `${file} ${form}`, ...measure(file, form) })),
  );
  const sum = (of: "turns" | "touched") => rows.reduce((all, row) => all + row[of], 0);
  print();
  for (const { name, touched, turns } of rows) printRow(name, touched, turns, "turns touched");
  printRow("all", sum("touched"), sum("turns"), "turns touched");
}

main();
