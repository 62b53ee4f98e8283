import progress from "cli-progress";
import { loadPlaces } from "../config/places.ts";
import { ConfigError, Fatal } from "../errors.ts";
import { setAside } from "../ledger/generation.ts";
import type { DeadFilter, DeadRow } from "../ledger/ledger.ts";
import { openLedgerBeside } from "../ledger/sqlite.ts";
import { hashKey, idKeyMark, readHash } from "../ops/ids.ts";
import { visibleLines } from "../ops/shown.ts";
import { iso } from "../time.ts";
import { tableOf } from "./table.ts";

export interface DeadFlags {
  readonly config: string;
  readonly state?: string;
  /** Of the conversation, or the contact's key; or the hash of either, as the log shows it. */
  readonly id?: string | undefined;
  readonly brand?: string;
  readonly reason?: string;
  readonly since?: string;
  readonly until?: string;
  readonly all?: boolean;
  readonly json?: boolean;
}

/** `contactlogd dead list`: which contacts a person must look at. */
export async function list(flags: DeadFlags): Promise<void> {
  await using desk = open(flags);
  const rows = desk.find(flags);
  if (flags.json) {
    process.stdout.write(`${JSON.stringify(rows, null, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    process.stdout.write("no dead letters\n");
    return;
  }
  const table = tableOf(
    rows.map(({ diedAt, brand, key, destination, reason, attempts }) => [
      iso(diedAt),
      brand ?? "",
      key,
      destination ?? "",
      reason,
      attempts,
    ]),
    { head: ["since", "brand", "key", "to", "reason", "tries"] },
  );
  process.stdout.write(`${visibleLines(table)}\n${rows.length} dead letters\n`);
}

/** `contactlogd dead show`: one with its cause. */
export async function show(id: string, flags: DeadFlags): Promise<void> {
  await using desk = open(flags);
  const rows = desk.find({ ...flags, id });
  if (rows.length === 0) throw new Fatal("dead", `dead: no dead letter ${id}`);
  for (const row of rows) {
    const lines = [
      `key          ${row.key}`,
      `conversation ${row.conversationId}`,
      `brand        ${row.brand ?? "none"}`,
      `destination  ${row.destination ?? "none yet"}`,
      `died         ${iso(row.diedAt)}, ${stageOf(row)}, after ${row.attempts} failed tries`,
      `reason       ${row.reason}`,
      `             ${row.message ?? ""}`,
    ];
    process.stdout.write(`${visibleLines(lines.join("\n"))}\n\n`);
  }
}

/** `contactlogd dead replay`: sends them back to where they died; the daemon goes on from there. */
export async function replay(flags: DeadFlags): Promise<void> {
  const count = await forEach(flags, (desk, row) => desk.replay(row), "replayed");
  process.stdout.write(`${count} replayed; the daemon takes them up within moments, or when it runs again\n`);
}

/** `contactlogd dead drop`: gives them up, and erases what they held. */
export async function drop(flags: DeadFlags): Promise<void> {
  const count = await forEach(flags, (desk, row) => desk.drop(row), "dropped");
  process.stdout.write(`${count} dropped\n`);
}

/** `contactlogd forget`: erases what is kept of an account or a conversation. */
export async function forget(flags: {
  config: string;
  state?: string;
  account?: string;
  conversation?: string;
}): Promise<void> {
  const { account, conversation } = flags;
  if ((account === undefined) === (conversation === undefined)) {
    throw new ConfigError(["forget: give either --account or --conversation"]);
  }
  await using desk = open(flags);
  const target = account === undefined ? { conversationId: conversation as string } : { accountId: account };
  const count = await desk.ledger.desk.forget(target);
  process.stdout.write(
    `${count} contacts forgotten; their bare keys stay, so that none is written again. What a backend has already, it has.\n`,
  );
  for (const copy of setAside(desk.file)) {
    process.stderr.write(`contactlogd: ${copy} was set aside and is left as it is; remove it when you can\n`);
  }
}

async function forEach(
  flags: DeadFlags,
  act: (desk: ReturnType<typeof open>["ledger"]["desk"], row: DeadRow) => Promise<boolean>,
  verb: string,
): Promise<number> {
  const named = [flags.id, flags.brand, flags.reason, flags.since, flags.until].some(
    (one) => one !== undefined,
  );
  if (!named && flags.all !== true) {
    throw new ConfigError(["dead: say which (--id, --brand, --reason, --since, --until), or --all"]);
  }
  await using desk = open(flags);
  const rows = desk.find(flags);
  const bar = new progress.SingleBar(
    { format: `{bar} {value}/{total} ${verb}`, hideCursor: true },
    progress.Presets.shades_classic,
  );
  const shows = process.stdout.isTTY && rows.length > 1;
  if (shows) bar.start(rows.length, 0);
  let count = 0;
  for (const row of rows) {
    if (await act(desk.ledger.desk, row)) count++;
    if (shows) bar.increment();
  }
  if (shows) bar.stop();
  return count;
}

/** The state file, beside the daemon or without it. */
function open(flags: { config: string; state?: string }) {
  const { stateFile } = loadPlaces(flags.config, flags);
  const ledger = openLedgerBeside(stateFile);
  return {
    ledger,
    file: stateFile,
    find(one: DeadFlags): readonly DeadRow[] {
      const key = ledger.reader.mark(idKeyMark);
      const { id } = one;
      if (id === undefined || key === undefined || readHash(id) === undefined)
        return ledger.desk.dead(filterOf(one));
      return ledger.desk
        .dead(filterOf({ ...one, id: undefined }))
        .filter((row) => [row.key, row.conversationId].some((name) => hashKey(key, name) === id));
    },
    [Symbol.asyncDispose]: () => ledger[Symbol.asyncDispose](),
  };
}

function filterOf({ id, brand, reason, since, until }: DeadFlags): DeadFilter {
  return { id, brand, reason, since: instant(since, "--since"), until: instant(until, "--until") };
}

function instant(text: string | undefined, flag: string): number | undefined {
  if (text === undefined) return undefined;
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ConfigError([`${flag} ${text}: not a date such as 2026-11-20T08:00:00Z`]);
  return time;
}

function stageOf({ at }: DeadRow): string {
  switch (at) {
    case "noticed":
      return "before the platform could be asked about it";
    case "recorded":
      return "before its contact log was written";
    case "held":
      return "while its contact log was held for the case it belongs to";
    default:
      return "with its contact log written";
  }
}
