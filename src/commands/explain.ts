import { loadPlaces } from "../config.ts";
import type { ContactState } from "../ledger/ledger.ts";
import { openReader } from "../ledger/reader.ts";
import { iso } from "../time.ts";

/** `contactlogd explain`: what happened to a conversation and why, step by step; the daemon may run or not. */
export function explain(
  conversationId: string,
  flags: { config: string; state?: string; json: boolean },
): void {
  const { stateFile } = loadPlaces(flags.config, flags);
  using reader = openReader(stateFile);
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
      `  ${iso(at)}  ${`+${at - before} ms`.padStart(12)}  ${step.padEnd(9)} ${detail ?? ""}${session}`,
    );
    before = at;
  }
  if (told.noticeDueAt !== undefined) lines.push(`  to be looked at ${iso(told.noticeDueAt)}`);
  lines.push(...told.contacts.map(sentenceOf));
  process.stdout.write(`${lines.join("\n")}\n`);
}

function sentenceOf({ key, medium, brand, stage, deliveries, ...state }: ContactState): string {
  const who = `  contact ${key} (${medium}${brand === undefined ? "" : `, brand ${brand}`})`;
  switch (stage) {
    case "posted":
      return `${who}: its contact log is in the backend`;
    case "skipped":
      return `${who}: skipped, ${state.reason}`;
    case "dead":
    case "written":
      if (deliveries.length > 0) {
        const each = deliveries.map((one) => `    to ${one.destination}: ${one.stage}${waitOf(one)}`);
        return [`${who}: ${stage === "dead" ? "a dead letter" : "waits, written"}`, ...each].join("\n");
      }
      return `${who}: a dead letter${waitOf(state)}`;
    case "recorded":
      return `${who}: waits, recorded${waitOf(state)}`;
  }
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
    attempts > 0 ? `, ${attempts} tries failed` : "",
    dueAt === undefined ? "" : `, next try ${iso(dueAt)}`,
  ].join("");
}
