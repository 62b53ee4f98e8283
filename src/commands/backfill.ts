import progress from "cli-progress";
import { createPlatform } from "../app/platform.ts";
import type { Flags } from "../config/flags.ts";
import { loadConfig } from "../config.ts";
import { ConfigError, Fatal } from "../errors.ts";
import type { GapLedger, Ledger } from "../ledger/ledger.ts";
import { openLedger, openLedgerBeside } from "../ledger/sqlite.ts";
import { Redactor } from "../ops/redact.ts";
import { History } from "../sources/history.ts";
import { iso, sleep } from "../time.ts";

const pollMs = 250;

/**
 * `contactlogd backfill`: does by hand what a gap does. Where the daemon runs, it fills the gap; else this process
 * looks through history itself, and what it finds is worked on when the daemon runs again.
 */
export async function backfill(
  flags: Flags & { config: string; from: string; to: string },
  signal: AbortSignal,
): Promise<void> {
  const from = instant(flags.from, "--from");
  const to = instant(flags.to, "--to");
  if (from >= to) throw new ConfigError(["--from: must lie before --to"]);
  if (to > Date.now()) throw new ConfigError(["--to: must not lie in the future"]);
  const config = loadConfig(flags.config, flags);
  const alone = takeLedger(config.state.file);
  await using ledger = alone ?? openLedgerBeside(config.state.file);
  const id = await ledger.gaps.open({ reason: "manual", from, to });
  process.stdout.write(
    `looking for ends from ${iso(from)} to ${iso(to)}${alone ? "" : " (the daemon does it)"}\n`,
  );

  await using resources = new AsyncDisposableStack();
  const stop = new AbortController();
  resources.defer(() => stop.abort());
  const failed = Promise.withResolvers<never>();
  if (alone) {
    const { api, queues } = createPlatform(config, new Redactor(config.secrets));
    resources.use(api);
    await queues.refresh(signal);
    const history = new History({
      api,
      timing: config.timing,
      gaps: only(ledger.gaps, id),
      listens: (queueId) => queues.listens(queueId),
      listed: queues.read,
      onEnded: (conversationId, key, source) => find(ledger, conversationId, key, source),
      reports: {
        gapFilled() {},
        swept() {},
        historyAway: (error) =>
          process.stderr.write(`contactlogd: ${error instanceof Error ? error.message : error}\n`),
      },
    });
    history.run(AbortSignal.any([signal, stop.signal])).catch(failed.reject);
  }
  const found = await Promise.race([follow(ledger.gaps, id, signal), failed.promise]);
  const fate = alone ? "; the daemon works on them when it runs" : "";
  process.stdout.write(`${found.seen} ended, ${found.found} of them new${found.found > 0 ? fate : ""}\n`);
}

async function follow(
  gaps: GapLedger,
  id: number,
  signal: AbortSignal,
): Promise<{ seen: number; found: number }> {
  const bar = new progress.SingleBar(
    { format: "{bar} {value}/{total} parts of history | {seen} ended, {found} new", hideCursor: true },
    progress.Presets.shades_classic,
  );
  const show = process.stdout.isTTY;
  if (show) bar.start(1, 0, { seen: 0, found: 0 });
  let seen = 0;
  for (;;) {
    const gap = await gaps.get(id);
    if (!gap) throw new Fatal("gap", "backfill: the gap is gone from the state file");
    seen = Math.max(seen, gap.seen);
    if (show) {
      bar.setTotal(Math.max(1, gap.slices));
      bar.update(gap.slicesDone, { seen, found: gap.found });
    }
    if (gap.state !== "open") {
      if (show) bar.stop();
      return { seen, found: gap.found };
    }
    await sleep(pollMs, signal);
  }
}

/** Undefined where the daemon holds the file. */
function takeLedger(file: string): Ledger | undefined {
  try {
    return openLedger(file);
  } catch (error) {
    if (error instanceof Fatal && error.reason === "state_locked") return undefined;
    throw error;
  }
}

/** Fills this gap alone: the others are the daemon's. */
function only(gaps: GapLedger, id: number): GapLedger {
  const mine = async () => {
    const gap = await gaps.get(id);
    return gap?.state === "open" ? gap : undefined;
  };
  return {
    ...gaps,
    async due(now) {
      const gap = await mine();
      return gap && (gap.dueAt ?? 0) <= now ? gap : undefined;
    },
    nextDueAt: async () => (await mine())?.dueAt ?? Number.MAX_SAFE_INTEGER,
  };
}

async function find(ledger: Ledger, conversationId: string, key: string, source: string): Promise<boolean> {
  if (await ledger.knows(conversationId, key)) return false;
  const now = Date.now();
  await ledger.record({ conversationId, source, heardAt: now }, now);
  return true;
}

function instant(text: string, flag: string): number {
  const time = Date.parse(text);
  if (Number.isNaN(time)) throw new ConfigError([`${flag} ${text}: not a date such as 2026-11-20T08:00:00Z`]);
  return time;
}
