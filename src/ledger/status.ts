import type { Spent } from "../model.ts";
import { iso } from "../time.ts";
import type { Balance, LedgerReader } from "./ledger.ts";

const hourMs = 3_600_000;

/** `GET /status` and `contactlogd status --json`: the balance `ended = posted + skipped + waiting + dead`, by brand. */
export interface Status {
  readonly at: string;
  /** The start of the daemon; of the state file's first row where no daemon runs. */
  readonly startedAt: string;
  /** Why nothing can be heard now, where that is so. */
  readonly deaf: string | null;
  /** What the model has used and cost today; null where no daemon has said. */
  readonly spending: Spent | null;
  readonly lastHour: Record<string, Balance>;
  readonly lastDay: Record<string, Balance>;
  readonly sinceStart: Record<string, Balance>;
}

/** By brand; `""` holds contacts of no brand, `"*"` all of them. */
export function statusOf(
  reader: LedgerReader,
  startedAt: number,
  deaf: string | undefined,
  spending: Spent | null,
): Status {
  const now = Date.now();
  return {
    at: iso(now),
    startedAt: iso(startedAt),
    deaf: deaf ?? null,
    spending,
    lastHour: reader.balance(now - hourMs),
    lastDay: reader.balance(now - 24 * hourMs),
    sinceStart: reader.balance(startedAt),
  };
}
