import { DatabaseSync } from "node:sqlite";
import type { Sink } from "./sink.ts";

/** What a case has to show; the bar is that nothing is lost and nothing doubled. */
export interface Figures {
  /** The last line: every figure, in words. */
  readonly line: string;
  readonly passed: boolean;
}

export type Say = (line: string) => void;

export interface CaseOptions {
  /** Conversations; power cuts, black holes and mutations in the cases of these. */
  readonly size: number;
  readonly seed: number;
  readonly say: Say;
}

/** What should become of a conversation. */
export type Expected = "log" | "none";

export interface Reckoning {
  readonly conversations: number;
  readonly lost: readonly string[];
  readonly doubled: readonly string[];
  readonly dead: Readonly<Record<string, number>>;
  /** Same key, other bytes: a body that was rendered anew. */
  readonly rewritten: number;
  /** A contact log for a conversation that was to get none. */
  readonly unwanted: readonly string[];
}

interface Row {
  readonly conversation: string;
  readonly stage: string;
  readonly reason: string | null;
  readonly open: number;
}

/**
 * Every conversation that ended against what destinations took and what the state file says. Lost is what neither
 * arrived nor became a dead letter, or was skipped though it should not, or still waits; doubled are two accepted
 * posts with different keys, or with the same key at the destination that could be asked.
 */
export function reckon(expected: ReadonlyMap<string, Expected>, sink: Sink, stateFile: string): Reckoning {
  const rows = rowsOf(stateFile);
  const lost: string[] = [];
  const doubled: string[] = [];
  const unwanted: string[] = [];
  for (const [id, fate] of expected) {
    const accepted = sink.acceptedOf(id);
    const row = rows.get(id);
    if (accepted.length > 1) doubled.push(id);
    if (fate === "none" && accepted.length > 0) unwanted.push(id);
    const settled =
      row !== undefined &&
      row.open === 0 &&
      (fate === "none" || row.stage === "dead" || row.stage === "posted");
    if (!settled || (row.stage === "posted" && accepted.length === 0)) {
      lost.push(
        `${id} (${row ? `${row.stage} ${row.reason ?? ""} ${row.open > 0 ? "open" : ""}` : "unheard of"})`,
      );
    }
  }
  const dead: Record<string, number> = {};
  for (const { stage, reason } of rows.values()) {
    if (stage === "dead") dead[reason ?? "?"] = (dead[reason ?? "?"] ?? 0) + 1;
  }
  return { conversations: expected.size, lost, doubled, dead, rewritten: sink.rewritten, unwanted };
}

function rowsOf(stateFile: string): Map<string, Row> {
  const database = new DatabaseSync(stateFile, { readOnly: true });
  try {
    const rows = database
      .prepare(
        `SELECT conversation_id AS conversation, stage, reason,
           (due_at IS NOT NULL) + (SELECT count(*) FROM deliveries d WHERE d.key = contacts.key AND due_at IS NOT NULL)
             + (SELECT count(*) FROM notices n WHERE n.conversation_id = contacts.conversation_id) AS open
         FROM contacts ORDER BY stage = 'dead' DESC`,
      )
      .all() as unknown as Row[];
    return new Map(rows.map((row) => [row.conversation, row]));
  } finally {
    database.close();
  }
}

/** Whether nothing in the state file waits any more; read beside the running daemon. */
export function isDrained(stateFile: string, expected: ReadonlyMap<string, Expected>): boolean {
  try {
    const rows = rowsOf(stateFile);
    return [...expected.keys()].every((id) => rows.get(id)?.open === 0);
  } catch {
    return false;
  }
}

/** `kill: 5000 conversations, 214 kills, 0 lost, 0 doubled, 3 dead (http_422 3)` */
export function figuresOf(name: string, reckoning: Reckoning, more: readonly string[], say: Say): Figures {
  const { conversations, lost, doubled, dead, rewritten, unwanted } = reckoning;
  for (const [what, ids] of Object.entries({ lost, doubled, unwanted })) {
    for (const id of ids.slice(0, 10)) say(`  ${what}: ${id}`);
  }
  const parts = [
    `${conversations} conversations`,
    ...more,
    `${lost.length} lost`,
    `${doubled.length} doubled`,
    ...(rewritten > 0 ? [`${rewritten} rendered anew`] : []),
    ...(unwanted.length > 0 ? [`${unwanted.length} unwanted`] : []),
    inWords(dead),
  ];
  const passed = lost.length + doubled.length + rewritten + unwanted.length === 0;
  return { line: `${name}: ${parts.join(", ")}`, passed };
}

function inWords(dead: Readonly<Record<string, number>>): string {
  const reasons = Object.entries(dead).toSorted();
  const all = reasons.reduce((sum, [, count]) => sum + count, 0);
  return all === 0
    ? "0 dead"
    : `${all} dead (${reasons.map(([reason, count]) => `${reason} ${count}`).join(", ")})`;
}
