import { loadPlaces, type Places } from "../config/places.ts";
import { ConfigError } from "../errors.ts";
import type { Balance, HourBalance } from "../ledger/ledger.ts";
import { openReader } from "../ledger/reader.ts";
import { type HourStatus, mostHours, type Status, statusOf } from "../ledger/status.ts";
import type { Spent } from "../model.ts";
import { placeOf } from "../ops/place.ts";
import { spanOf } from "./spans-of-time.ts";
import { tableOf } from "./table.ts";

const answerMs = 2_000;

export interface StatusFlags {
  readonly config: string;
  readonly state?: string;
  readonly json: boolean;
  /** So many hours back are told one by one. */
  readonly hours?: number;
}

/** `contactlogd status`: the balance, from the daemon where one runs, else from its state file. */
export async function status(flags: StatusFlags): Promise<void> {
  if (flags.hours !== undefined && flags.hours > mostHours)
    throw new ConfigError([`--hours: must be a whole number from 1 to ${mostHours}`]);
  const places = loadPlaces(flags.config, flags);
  const found = (await askDaemon(places, flags.hours)) ?? readFile(places, flags.hours);
  process.stdout.write(flags.json ? `${JSON.stringify(found, null, 2)}\n` : table(found));
}

async function askDaemon({ http }: Places, hours?: number): Promise<Status | undefined> {
  try {
    const query = hours === undefined ? "" : `?hours=${hours}`;
    const answer = await fetch(`http://${placeOf(http.host, http.port)}/status${query}`, {
      signal: AbortSignal.timeout(answerMs),
    });
    return answer.ok ? ((await answer.json()) as Status) : undefined;
  } catch {
    return undefined;
  }
}

function readFile({ stateFile }: Places, hours?: number): Status {
  using reader = openReader(stateFile);
  return statusOf(
    reader,
    Number(reader.mark("started_at") ?? 0),
    "no daemon answers; this is its state file",
    null,
    hours,
  );
}

function table(found: Status): string {
  const parts = [
    ["last hour", found.lastHour],
    ["last day", found.lastDay],
    [`since ${found.startedAt}`, found.sinceStart],
  ] as const;
  const text = parts.map(([title, balances]) => `${title}\n${balanceTable(balances)}\n`);
  const hours = found.hours === undefined ? [] : [`by the hour (UTC)\n${hourTable(found.hours)}\n`];
  return `${attention(found).join("\n")}\n\n${spentLine(found.spending)}${[...text, ...hours].join("\n")}`;
}

/** What somebody is to look at, each with what to do about it; one line that says so where that is nothing. Pure. */
export function attention({ at, deaf, deadLetters, gapOpenSince, spending }: Status): string[] {
  // An older daemon does not tell of the last two.
  const lines = [
    deaf && `! ${deaf}`,
    deadLetters > 0 &&
      `! ${deadLetters} dead ${deadLetters === 1 ? "letter waits" : "letters wait"} for a person: contactlogd dead list`,
    spending?.budgetSpent && "! the model's budget is spent: raise llm.dailyBudget, or wait for midnight UTC",
    gapOpenSince &&
      `! a gap is open for ${spanOf(Date.parse(at) - Date.parse(gapOpenSince))}: ends may not have been heard; history is looked through by itself`,
  ].filter((line) => typeof line === "string");
  return lines.length > 0 ? lines : ["✔ every end is heard, and nothing waits for a person"];
}

function spentLine(spending: Spent | null): string {
  if (!spending || spending.requests === 0) return "";
  const { cost, currency, dailyBudget, requests, inputTokens, cachedInputTokens, outputTokens } = spending;
  const budget =
    dailyBudget === null ? "" : ` of ${dailyBudget}${spending.budgetSpent ? ", spent: contacts wait" : ""}`;
  return `model today: ${currency} ${cost}${budget}; ${requests} requests, ${inputTokens} tokens in (${cachedInputTokens} cached), ${outputTokens} out\n\n`;
}

function balanceTable(balances: Record<string, Balance>): string {
  const rows = Object.entries(balances).map(([brand, one]) => [
    nameOf(brand),
    one.ended,
    one.posted,
    counts(one.skipped),
    counts(one.waiting),
    counts(one.dead),
    one.foundBySweep,
    `${one.gaps.open}/${one.gaps.filled}`,
  ]);
  return tableOf(rows, {
    head: ["brand", "ended", "= posted", "+ skipped", "+ waiting", "+ dead", "by sweep", "gaps open/filled"],
    aligns: ["left", "right", "right", "left", "left", "left", "right", "right"],
  });
}

function hourTable(hours: readonly HourStatus[]): string {
  const rows = hours.flatMap(({ from, brands }) => {
    const told = Object.entries(brands);
    if (told.length === 0) return [[minuteOf(from), nameOf("*"), 0, 0, 0, 0, 0]];
    return told.map(([brand, one]) => [minuteOf(from), nameOf(brand), ...totals(one)]);
  });
  return tableOf(rows, {
    head: ["from", "brand", "ended", "= posted", "+ skipped", "+ waiting", "+ dead"],
    aligns: ["left", "left", "right", "right", "right", "right", "right"],
    compact: true,
  });
}

function minuteOf(from: string): string {
  return from.slice(0, 16).replace("T", " ");
}

function nameOf(brand: string): string {
  return brand === "" ? "(none)" : brand === "*" ? "all" : brand;
}

function totals({ ended, posted, skipped, waiting, dead }: HourBalance): number[] {
  return [ended, posted, ...[skipped, waiting, dead].map(totalOf)];
}

function totalOf(byReason: Record<string, number>): number {
  return Object.values(byReason).reduce((sum, n) => sum + n, 0);
}

function counts(byReason: Record<string, number>): string {
  const entries = Object.entries(byReason);
  if (entries.length === 0) return "0";
  return [`${totalOf(byReason)}`, ...entries.map(([reason, n]) => `  ${n} ${reason}`)].join("\n");
}
