import type { Config } from "../config.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Events } from "../ops/events.ts";
import { shadowMark } from "../pipeline/tools.ts";
import type { Watch } from "../sources/watch.ts";

/** What ended so long before a damaged state file was set aside may not have been posted. */
const rebuiltMs = 4 * 24 * 3_600_000;

/** What is noted of this run before anything is heard or worked on. */
export async function begin(
  ledger: Ledger,
  watch: Watch,
  { config, startedAt, events }: { config: Config; startedAt: number; events: Events },
): Promise<void> {
  await ledger.marks.set("started_at", String(startedAt));
  await ledger.marks.set(shadowMark, String(config.shadow));
  await watch.begin();
  if (ledger.quarantined === undefined) return;
  events.stateRebuilt(ledger.quarantined);
  await ledger.gaps.open({
    reason: "state_rebuilt",
    from: startedAt - rebuiltMs,
    to: startedAt,
  });
}

/** Waits for all parts; the first that fails halts the rest, and its error is the one thrown. */
export async function together(halt: AbortController, parts: readonly Promise<void>[]): Promise<void> {
  let first: unknown;
  await Promise.all(
    parts.map(async (part) => {
      try {
        await part;
      } catch (error) {
        first ??= error;
        halt.abort();
      }
    }),
  );
  if (first !== undefined) throw first;
}
