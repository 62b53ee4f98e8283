import { Fatal } from "../errors.ts";
import { sleep } from "../time.ts";
import type { Ledger } from "./ledger.ts";

const everyMs = 600_000;
/** Between two slices, where there is more. */
const pauseMs = 500;
const slice = 500;

/** How long what is done with stays, in milliseconds. */
export interface Retention {
  /** Bare keys of settled contacts. */
  readonly settledMs: number;
  /** Words of a shadow run that met no counterpart. */
  readonly shadowMs: number;
  /** Posted contact logs; undefined where none is kept. */
  readonly logsMs?: number | undefined;
}

/**
 * Removes what settled long ago, and words that met no counterpart, in slices that nobody notices, until the signal
 * aborts. Throws Fatal; what else goes wrong is tried again.
 */
export async function retire(ledger: Ledger, retention: Retention, signal: AbortSignal): Promise<void> {
  for (let more = false; !signal.aborted; ) {
    await sleep(more ? pauseMs : everyMs, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      more = await retireSlice(ledger, retention);
    } catch (error) {
      if (error instanceof Fatal) throw error;
      more = false;
    }
  }
}

/** @returns whether there is more */
async function retireSlice(ledger: Ledger, { settledMs, shadowMs, logsMs }: Retention): Promise<boolean> {
  const expiring = await ledger.shadows.expire(Date.now() - shadowMs, slice);
  // With nothing to be kept any more, what was kept goes.
  const forgetting = await ledger.kept.expire(Date.now() - (logsMs ?? 0), slice);
  return (await ledger.retire(Date.now() - settledMs, slice)) || expiring || forgetting;
}
