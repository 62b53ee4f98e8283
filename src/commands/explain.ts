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

function sentenceOf({ key, medium, brand, stage, reason, message, dueAt, attempts }: ContactState): string {
  const who = `  contact ${key} (${medium}${brand === undefined ? "" : `, brand ${brand}`})`;
  switch (stage) {
    case "posted":
      return `${who}: its contact log is in the backend`;
    case "skipped":
      return `${who}: skipped, ${reason}`;
    case "dead":
      return `${who}: a dead letter, ${reason}${message === undefined ? "" : ` (${message})`}`;
    case "recorded":
    case "written":
    case "posting": {
      const next = dueAt === undefined ? "" : `, next try ${iso(dueAt)}`;
      return `${who}: waits, ${stage}${reason === undefined ? "" : `, ${reason}`}${attempts > 0 ? `, ${attempts} tries failed` : ""}${next}`;
    }
  }
}
