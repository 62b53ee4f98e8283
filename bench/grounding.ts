/**
 * What the grounding check finds and what it wrongly takes offence at. `node bench/grounding.ts` prints:
 * planted errors in generated answers (two sets of forms: the check was mended on both, on the second after one
 * blind look, so forms it has never met do worse than either), false alarms on
 * summaries people wrote, detection of errors people marked, and the time a long chat takes.
 */
import { existsSync, readFileSync } from "node:fs";
import { checkDraft } from "../src/grounding/check.ts";
import type { Finding, FindingKind } from "../src/grounding/claims.ts";
import type { Dialogue, Turn } from "../src/model.ts";
import { type Answer, answer, type Draft } from "../test/grounding/answers.ts";

interface Count {
  readonly n: number;
  readonly hits: number;
}
interface RawTurn {
  readonly speaker: string;
  readonly text: string;
  readonly textLocal?: string;
  readonly textEn?: string;
}
interface RawRecord {
  readonly referenceSummary: string;
  readonly gold?: {
    readonly summaries?: readonly string[];
    readonly summaryEn?: string;
    readonly summaryNl?: string;
  };
  readonly sentences?: readonly {
    readonly sentence: string;
    readonly errors: readonly { readonly cls: string }[];
  }[];
  readonly turns: readonly RawTurn[];
}

const data = new URL("../../shared/data/", import.meta.url);
const answersPerHalf = Number(process.argv[2] ?? 1000);
const someDay = Date.UTC(2026, 0, 15, 12);
const print = (line = "") => process.stdout.write(`${line}\n`);

const expected: Readonly<Record<string, readonly FindingKind[]>> = {
  amount: ["unsupported_amount"],
  date: ["unsupported_date"],
  time: ["unsupported_time"],
  term: ["unsupported_number", "unsupported_date"],
  number: ["unsupported_number"],
  digits: ["unsupported_number", "unsupported_reference"],
  reference: ["unsupported_reference", "unsupported_number"],
  email: ["unsupported_email"],
  promise: ["unsupported_promise"],
};

function percent({ hits, n }: Count): string {
  return n === 0 ? "–" : `${((100 * hits) / n).toFixed(2)} %`;
}

function tally(counts: Map<string, Count>, name: string, hit: boolean): void {
  const { n, hits } = counts.get(name) ?? { n: 0, hits: 0 };
  counts.set(name, { n: n + 1, hits: hits + (hit ? 1 : 0) });
}

function printCounts(title: string, counts: ReadonlyMap<string, Count>): void {
  print(title);
  for (const [name, count] of [...counts].sort(([a], [b]) => (a < b ? -1 : 1)))
    print(
      `  ${name.padEnd(34)} ${`${count.hits}`.padStart(6)} of ${`${count.n}`.padStart(6)}  ${percent(count)}`,
    );
  print();
}

function claimsOf({ note, actionItems }: Draft): number {
  return 1 + note.length + actionItems.length;
}

/** The honest answer, then each of its plants alone: caught where a finding of the planted kind stands on that sentence. */
function measureAnswer(one: Answer, caught: Map<string, Count>, alarms: Map<string, Count>): void {
  const findings = checkDraft(one.honest, one.dialogue, { day: one.day });
  const wrong = new Set(findings.map(({ field, index }) => `${field} ${index}`));
  const group = `${one.language} ${one.medium}`;
  for (let index = 0; index < claimsOf(one.honest); index += 1)
    for (const name of ["all", group]) tally(alarms, `${name}, sentences`, index < wrong.size);
  tally(alarms, "all, answers", wrong.size > 0);
  for (const { kind, field, index, draft } of one.plants) {
    const found = checkDraft(draft, one.dialogue, { day: one.day });
    const hit = found.some(
      (finding) =>
        finding.field === field && finding.index === index && expected[kind]?.includes(finding.kind),
    );
    for (const name of ["all", kind, `${group}, all`]) tally(caught, name, hit);
  }
}

function measurePlants(half: "tuned" | "held"): void {
  const caught = new Map<string, Count>();
  const alarms = new Map<string, Count>();
  for (let seed = 0; seed < answersPerHalf; seed += 1)
    measureAnswer(answer(seed + 10_000, half), caught, alarms);
  const name = half === "tuned" ? "first set of forms" : "second set of forms";
  printCounts(`Planted and caught, ${answersPerHalf} answers, ${name}`, caught);
  printCounts(`False alarms on the same answers unplanted, ${name}`, alarms);
}

function read(name: string): RawRecord[] {
  return readFileSync(new URL(name, data), "utf8")
    .split("\n")
    .filter((line) => line.trim() !== "")
    .map((line) => JSON.parse(line) as RawRecord);
}

function toDialogue(turns: readonly RawTurn[], form: "text" | "textLocal" | "textEn"): Dialogue {
  const said = turns.map(
    (turn, index): Turn => ({
      speaker: turn.speaker === "customer" ? "customer" : "agent",
      userId: undefined,
      at: someDay + index,
      text: turn[form] ?? turn.text,
    }),
  );
  return { medium: "message", language: undefined, turns: said };
}

function findingsOf(text: string, dialogue: Dialogue): Finding[] {
  const draft = { description: "", note: [{ text, turns: [] }], actionItems: [] };
  return checkDraft(draft, dialogue, { day: someDay });
}

/** Whatever is found in what a person wrote is taken for a false alarm, though people err too. */
function measureHuman(
  title: string,
  texts: readonly (readonly [text: string, dialogue: Dialogue])[],
  show: boolean,
): void {
  const alarms = new Map<string, Count>([["any", { n: 0, hits: 0 }]]);
  for (const [text, dialogue] of texts) {
    const findings = findingsOf(text, dialogue);
    tally(alarms, "any", findings.length > 0);
    for (const kind of new Set(findings.map((finding) => finding.kind))) tally(alarms, kind, true);
    if (show) for (const { kind, text: words } of findings) print(`${kind}\t${words}\t${text}`);
  }
  const n = texts.length;
  printCounts(
    `False alarms on ${title}`,
    new Map([...alarms].map(([kind, { hits }]) => [kind, { n, hits }])),
  );
}

function measureMarked(): void {
  const flagged = new Map<string, Count>();
  for (const { sentences = [], turns } of read("diasumfact-qmsum.jsonl")) {
    const dialogue = toDialogue(turns, "text");
    for (const { sentence, errors } of sentences) {
      const hit = findingsOf(sentence, dialogue).length > 0;
      if (errors.length === 0) tally(flagged, "clean", hit);
      for (const cls of new Set(errors.map((error) => error.cls))) tally(flagged, `marked ${cls}`, hit);
    }
  }
  printCounts("Sentences flagged on diasumfact-qmsum (lower case machine summaries of meetings)", flagged);
}

function measureData(show: boolean): void {
  const gold = read("wmt24-nl-gold24.jsonl");
  for (const form of ["text", "textLocal", "textEn"] as const)
    measureHuman(
      `wmt24-nl-gold24, ${form}, Dutch and English references`,
      gold.flatMap((record) => {
        const dialogue = toDialogue(record.turns, form);
        return [record.gold?.summaryEn, record.gold?.summaryNl].flatMap((text) =>
          text === undefined ? [] : [[text, dialogue] as const],
        );
      }),
      show,
    );
  measureHuman(
    "tweetsumm, summaries people wrote",
    read("tweetsumm.jsonl").flatMap((record) => {
      const dialogue = toDialogue(record.turns, "text");
      return (record.gold?.summaries ?? []).map((text) => [text, dialogue] as const);
    }),
    show,
  );
  measureMarked();
}

function measureSpeed(): void {
  const { dialogue, honest, day } = answer(1, "tuned");
  const turns = Array.from(
    { length: 5000 },
    (_, index) => dialogue.turns[index % dialogue.turns.length] as Turn,
  );
  const note = Array.from({ length: 20 }, (_, index) => honest.note[index % honest.note.length]).filter(
    (sentence) => sentence !== undefined,
  );
  const start = performance.now();
  checkDraft({ ...honest, note }, { ...dialogue, turns }, { day });
  print(`A chat of 5,000 messages with a note of 20 sentences: ${(performance.now() - start).toFixed(0)} ms`);
}

measurePlants("tuned");
if (!process.argv.includes("--tuned-only")) measurePlants("held");
if (existsSync(data)) measureData(process.argv.includes("--show"));
else print("No evaluation data beside the project: generated answers only.");
measureSpeed();
