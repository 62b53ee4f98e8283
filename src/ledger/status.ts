import type { Spent } from "../model.ts";
import { iso } from "../time.ts";
import type { Balance, HourBalance, LedgerReader } from "./ledger.ts";

const hourMs = 3_600_000;
/** A week. */
export const mostHours = 168;

/** `GET /status` and `contactlogd status --json`: the balance `ended = posted + skipped + waiting + dead`, by brand. */
export interface Status {
  readonly at: string;
  /** The start of the daemon; of the state file's first row where no daemon runs. */
  readonly startedAt: string;
  /** Why nothing can be heard now, where that is so. */
  readonly deaf: string | null;
  /** What the model has used and cost today; null where no daemon has said. */
  readonly spending: Spent | null;
  /** Contacts that wait for a person, however old. */
  readonly deadLetters: number;
  /** When the oldest gap was opened that is not looked through in history yet; null where none is. */
  readonly gapOpenSince: string | null;
  readonly lastHour: Record<string, Balance>;
  readonly lastDay: Record<string, Balance>;
  readonly sinceStart: Record<string, Balance>;
  /** Only where it was asked for. */
  readonly hours?: readonly HourStatus[];
}

/** What was recorded within an hour of the clock (UTC), by brand as above; of the first, since so many hours ago. */
export interface HourStatus {
  readonly from: string;
  readonly brands: Record<string, HourBalance>;
}

/**
 * By brand; `""` holds contacts of no brand, `"*"` all of them.
 * @param hours so many hours back are told one by one: one more than that, as the first and the last are parts of one
 */
export function statusOf(
  reader: LedgerReader,
  startedAt: number,
  deaf: string | undefined,
  spending: Spent | null,
  hours?: number,
): Status {
  const now = Date.now();
  const gapOpenSince = reader.gapOpenSince();
  return {
    at: iso(now),
    startedAt: iso(startedAt),
    deaf: deaf ?? null,
    spending,
    deadLetters: reader.depths().dead,
    gapOpenSince: gapOpenSince === undefined ? null : iso(gapOpenSince),
    lastHour: reader.balance(now - hourMs),
    lastDay: reader.balance(now - 24 * hourMs),
    sinceStart: reader.balance(startedAt),
    ...(hours === undefined ? {} : { hours: hoursOf(reader, now, hours) }),
  };
}

function hoursOf(reader: LedgerReader, now: number, hours: number): HourStatus[] {
  const since = now - hours * hourMs;
  const found = reader.hours(since);
  const first = Math.floor(since / hourMs) * hourMs;
  // A clock that was set back has recorded something later than now.
  const last = Math.max(now, ...found.keys());
  const count = Math.floor((last - first) / hourMs) + 1;
  return Array.from({ length: count }, (_none, index) => first + index * hourMs).map((hour) => ({
    from: iso(Math.max(hour, since)),
    brands: found.get(hour) ?? {},
  }));
}

/** `?hours=` as somebody asks for it; undefined where it is left out, null where it is no number of hours there is. */
export function readHours(text: unknown): number | undefined | null {
  if (text === undefined) return undefined;
  const hours = typeof text === "string" && /^\d{1,3}$/.test(text) ? Number(text) : 0;
  return hours >= 1 && hours <= mostHours ? hours : null;
}
