import { loadPlaces } from "../config/places.ts";
import type { ContactState, LedgerReader } from "../ledger/ledger.ts";
import { openReader } from "../ledger/reader.ts";
import { hashId, idKeyMark, readHash } from "../ops/ids.ts";
import { visibleLines } from "../ops/shown.ts";
import { iso } from "../time.ts";
import { nextStep } from "./next-step.ts";
import { inSpan, spanOf } from "./spans-of-time.ts";

/**
 * `contactlogd explain`: what happened to a conversation and why, step by step; the daemon may run or not.
 * @param named its id, or the hash of it that stands in the log
 */
export function explain(named: string, flags: { config: string; state?: string; json: boolean }): void {
  const { stateFile } = loadPlaces(flags.config, flags);
  using reader = openReader(stateFile);
  const conversationId = unhashed(named, reader) ?? named;
  const told = reader.explain(conversationId);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify({ conversationId, ...told }, null, 2)}\n`);
    return;
  }
  const lines = [`conversation ${conversationId}`];
  if (told.steps.length === 0) {
    lines.push(
      "  unheard of: no event and no look into history has told of it, or it was forgotten.",
      "  Was it in a queue that genesys.queues includes? Has it ended? See: contactlogd backfill --from --to",
    );
  }
  let before = told.steps[0]?.at ?? 0;
  for (const { at, key, step, detail } of told.steps) {
    const session =
      key === undefined || key === conversationId ? "" : `  [${key.slice(conversationId.length + 1)}]`;
    lines.push(
      `  ${iso(at)}  ${`+${spanOf(at - before)}`.padStart(12)}  ${step.padEnd(9)} ${detail ?? ""}${session}`,
    );
    before = at;
  }
  if (told.noticeDueAt !== undefined) lines.push(`  to be looked at ${whenOf(told.noticeDueAt)}`);
  for (const contact of told.contacts) {
    const next = nextStep(contact);
    lines.push(sentenceOf(contact), ...(next === undefined ? [] : [`    ${sign(contact)} ${next}`]));
  }
  process.stdout.write(`${visibleLines(lines.join("\n"))}\n`);
}

/** The conversation whose hash this is. */
export function unhashed(named: string, reader: LedgerReader): string | undefined {
  const hash = readHash(named);
  const key = reader.mark(idKeyMark);
  if (hash === undefined || key === undefined) return undefined;
  for (const id of reader.conversationIds()) if (hashId(key, id) === hash) return id;
  return undefined;
}

function sentenceOf({ key, medium, brand, stage, deliveries, cases, held, ...state }: ContactState): string {
  const who = `  contact ${key} (${medium}${brand === undefined ? "" : `, brand ${brand}`})`;
  const each = [
    ...deliveries.map((one) => `    to ${one.destination}: ${one.stage}${waitOf(one)}`),
    ...held.map(heldSentence),
    ...(cases.length > 0
      ? [`    belongs to ${cases.length > 1 ? "cases" : "case"} ${cases.join(", ")}`]
      : []),
  ];
  switch (stage) {
    case "posted":
      // Which backends is only worth a line where there are cases.
      return [
        `${who}: its contact log is in the backend`,
        ...(held.length + cases.length > 0 ? each : []),
      ].join("\n");
    case "skipped":
      return `${who}: skipped, ${state.reason}`;
    case "dead":
      if (deliveries.length + held.length === 0) return `${who}: a dead letter${waitOf(state)}`;
      return [`${who}: a dead letter`, ...each].join("\n");
    case "written": {
      const why = state.reason === undefined ? "" : `, ${state.reason}`;
      return [`${who}: waits, written${why}`, ...each].join("\n");
    }
    case "recorded":
      return `${who}: waits, recorded${waitOf(state)}`;
  }
}

/** Somebody is to do something, or here is why. */
function sign({ stage }: ContactState): string {
  return stage === "skipped" ? "why:" : "what now:";
}

function whenOf(at: number): string {
  return `${iso(at)} (${inSpan(at, Date.now())})`;
}

function heldSentence({ destination, until, dead }: ContactState["held"][number]): string {
  return dead
    ? `    to ${destination}: dead, no_case_link (no link to a case came until ${iso(until)})`
    : `    to ${destination}: held for its cases until ${iso(until)}`;
}

function waitOf({
  reason,
  message,
  dueAt,
  attempts,
}: Pick<ContactState, "reason" | "message" | "dueAt" | "attempts">): string {
  return [
    reason === undefined ? "" : `, ${reason}`,
    message === undefined ? "" : ` (${message})`,
    attempts > 0 ? `, ${attempts === 1 ? "1 try" : `${attempts} tries`} failed` : "",
    dueAt === undefined ? "" : `, next try ${whenOf(dueAt)}`,
  ].join("");
}
