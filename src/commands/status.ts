import Table from "cli-table3";
import { loadPlaces, type Places } from "../config/places.ts";
import type { Balance } from "../ledger/ledger.ts";
import { openReader } from "../ledger/reader.ts";
import { type Status, statusOf } from "../ledger/status.ts";
import type { Spent } from "../model.ts";
import { placeOf } from "../ops/place.ts";

const answerMs = 2_000;

/** `contactlogd status`: the balance, from the daemon where one runs, else from its state file. */
export async function status(flags: { config: string; state?: string; json: boolean }): Promise<void> {
  const places = loadPlaces(flags.config, flags);
  const found = (await askDaemon(places)) ?? readFile(places);
  process.stdout.write(flags.json ? `${JSON.stringify(found, null, 2)}\n` : table(found));
}

async function askDaemon({ http }: Places): Promise<Status | undefined> {
  try {
    const answer = await fetch(`http://${placeOf(http.host, http.port)}/status`, {
      signal: AbortSignal.timeout(answerMs),
    });
    return answer.ok ? ((await answer.json()) as Status) : undefined;
  } catch {
    return undefined;
  }
}

function readFile({ stateFile }: Places): Status {
  using reader = openReader(stateFile);
  return statusOf(
    reader,
    Number(reader.mark("started_at") ?? 0),
    "no daemon answers; this is its state file",
    null,
  );
}

function table(found: Status): string {
  const parts = [
    ["last hour", found.lastHour],
    ["last day", found.lastDay],
    [`since ${found.startedAt}`, found.sinceStart],
  ] as const;
  const text = parts.map(([title, balances]) => `${title}\n${balanceTable(balances)}\n`);
  return `${found.deaf === null ? "" : `! ${found.deaf}\n\n`}${spentLine(found.spending)}${text.join("\n")}`;
}

function spentLine(spending: Spent | null): string {
  if (!spending || spending.requests === 0) return "";
  const { cost, currency, dailyBudget, requests, inputTokens, cachedInputTokens, outputTokens } = spending;
  const budget =
    dailyBudget === null ? "" : ` of ${dailyBudget}${spending.budgetSpent ? ", spent: contacts wait" : ""}`;
  return `model today: ${currency} ${cost}${budget}; ${requests} requests, ${inputTokens} tokens in (${cachedInputTokens} cached), ${outputTokens} out\n\n`;
}

function balanceTable(balances: Record<string, Balance>): string {
  const table = new Table({
    head: ["brand", "ended", "= posted", "+ skipped", "+ waiting", "+ dead", "by sweep", "gaps open/filled"],
    style: { head: [], border: [] },
    colAligns: ["left", "right", "right", "left", "left", "left", "right", "right"],
  });
  for (const [brand, one] of Object.entries(balances)) {
    table.push([
      brand === "" ? "(none)" : brand === "*" ? "all" : brand,
      one.ended,
      one.posted,
      counts(one.skipped),
      counts(one.waiting),
      counts(one.dead),
      one.foundBySweep,
      `${one.gaps.open}/${one.gaps.filled}`,
    ]);
  }
  return table.toString();
}

function counts(byReason: Record<string, number>): string {
  const entries = Object.entries(byReason);
  if (entries.length === 0) return "0";
  const total = entries.reduce((sum, [, n]) => sum + n, 0);
  return [`${total}`, ...entries.map(([reason, n]) => `  ${n} ${reason}`)].join("\n");
}
