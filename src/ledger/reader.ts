import {
  type Balance,
  type ContactState,
  type DeliveryStage,
  type HourBalance,
  type LedgerReader,
  type RecentContact,
  type Stage,
  stages,
} from "./ledger.ts";
import { textOf } from "./rows.ts";
import { readShadows } from "./shadow.ts";
import { type Row, Store } from "./store.ts";

/** Every brand together. */
const all = "*";

/** Opens the file of a daemon, running or not, for reading. Throws Fatal. */
export function openReader(file: string): LedgerReader {
  const store = Store.openReadOnly(file);
  return createReader(store, () => store.close());
}

export function createReader(store: Store, close: () => void): LedgerReader {
  return {
    balance(since: number): Record<string, Balance> {
      const balances: Record<string, Balance> = { [all]: emptyBalance() };
      const rows = countsSince(store, since);
      for (const row of rows) {
        const brand = String(row.brand);
        balances[brand] ??= emptyBalance();
        for (const balance of [balances[brand], balances[all] as Balance]) add(balance, row);
      }
      const gaps = store.all(
        "SELECT state, count(*) AS n FROM gaps WHERE opened_at >= ? OR state = 'open' GROUP BY state",
        since,
      );
      const countOf = (state: string): number => Number(gaps.find((row) => row.state === state)?.n ?? 0);
      for (const balance of Object.values(balances)) {
        balance.gaps = { open: countOf("open"), filled: countOf("filled") };
      }
      return balances;
    },

    hours(since: number): ReadonlyMap<number, Record<string, HourBalance>> {
      const hours = new Map<number, Record<string, HourBalance>>();
      for (const row of countsSince(store, since, "hour")) {
        const [hour, brand] = [Number(row.hour), String(row.brand)];
        const balances = hours.get(hour) ?? {};
        hours.set(hour, balances);
        for (const name of [brand, all]) {
          balances[name] ??= emptyHour();
          add(balances[name], row);
        }
      }
      return hours;
    },

    depths(): Record<Stage | "noticed", number> {
      const depths = Object.fromEntries([...stages, "noticed"].map((stage) => [stage, 0])) as Record<
        Stage | "noticed",
        number
      >;
      for (const { stage, n } of countsSince(store, 0)) depths[stage as Stage] += Number(n);
      depths.noticed = Number(store.get("SELECT count(*) AS n FROM notices")?.n);
      return depths;
    },

    mark(name: string): string | undefined {
      return store.mark(name);
    },

    gapOpenSince(): number | undefined {
      const since = store.get("SELECT min(opened_at) AS since FROM gaps WHERE state = 'open'")?.since;
      return since === null || since === undefined ? undefined : Number(since);
    },

    *conversationIds(): Iterable<string> {
      const rows = store.each(
        `SELECT conversation_id FROM steps UNION SELECT conversation_id FROM contacts
         UNION SELECT conversation_id FROM notices`,
      );
      for (const row of rows) yield String(row.conversation_id);
    },

    recent(limit: number): RecentContact[] {
      return store
        .all(
          `SELECT *, ifnull(reason, (SELECT reason FROM deliveries
             WHERE deliveries.key = contacts.key AND stage <> 'posted' AND reason IS NOT NULL LIMIT 1)) AS why
           FROM contacts ORDER BY recorded_at DESC LIMIT ?`,
          limit,
        )
        .map((row) => ({
          key: String(row.key),
          conversationId: String(row.conversation_id),
          medium: String(row.medium),
          brand: textOf(row.brand),
          stage: row.stage as Stage,
          reason: textOf(row.why),
          endedAt: Number(row.ended_at),
          recordedAt: Number(row.recorded_at),
          settledAt: row.settled_at === null ? undefined : Number(row.settled_at),
        }));
    },

    unposted(conversationId: string) {
      return store
        .all(
          `SELECT d.key, d.destination, d.body FROM deliveries d JOIN contacts c USING (key)
           WHERE c.conversation_id = ?1 AND d.body IS NOT NULL
           UNION ALL SELECT key, destination, log FROM held WHERE conversation_id = ?1`,
          conversationId,
        )
        .map(({ key, destination, body }) => ({
          key: String(key),
          destination: String(destination),
          body: String(body),
        }));
    },

    explain(conversationId: string) {
      const steps = store
        .all("SELECT at, key, step, detail FROM steps WHERE conversation_id = ? ORDER BY id", conversationId)
        .map((row) => ({
          at: Number(row.at),
          key: textOf(row.key),
          step: String(row.step),
          detail: textOf(row.detail),
        }));
      const contacts = store
        .all("SELECT * FROM contacts WHERE conversation_id = ? ORDER BY recorded_at", conversationId)
        .map((row) => ({
          ...stateOf(row),
          key: String(row.key),
          medium: String(row.medium),
          brand: textOf(row.brand),
          stage: row.stage as Stage,
          endedAt: Number(row.ended_at),
          deliveries: store
            .all("SELECT * FROM deliveries WHERE key = ? ORDER BY destination", row.key ?? null)
            .map((one) => ({
              ...stateOf(one),
              destination: String(one.destination),
              stage: one.stage as DeliveryStage,
            })),
          ...casesOf(store, String(row.key), conversationId),
        }));
      const notice = store.get("SELECT due_at FROM notices WHERE conversation_id = ?", conversationId);
      return { steps, contacts, noticeDueAt: notice && Number(notice.due_at) };
    },

    shadows: (filter) => readShadows(store, filter),

    [Symbol.dispose]: close,
  };
}

const minuteMs = 60_000;
const hourMs = 3_600_000;

/**
 * How many contacts of each kind were recorded at an instant or later, in all or by the hour: rows of the first minute, counts of minutes up
 * to the next hour, and counts of hours, so that it costs the same however many contacts there are.
 */
function countsSince(store: Store, since: number, by?: "hour"): Row[] {
  // A file that no daemon of this version has opened yet has no counts.
  const counts = store.get("SELECT 1 FROM sqlite_schema WHERE name = 'counts'") !== undefined;
  const minutes = counts ? Math.ceil(since / minuteMs) * minuteMs : Number.MAX_SAFE_INTEGER;
  const hours = Math.ceil(since / hourMs) * hourMs;
  const first = `SELECT ifnull(brand, '') AS brand, stage, ifnull(reason, '') AS reason,
      source = 'sweep' AS swept, 1 AS n, recorded_at / ${hourMs} * ${hourMs} AS hour
    FROM contacts WHERE recorded_at >= ?1 AND recorded_at < ?2`;
  const kept = `SELECT brand, stage, reason, swept, n, from_at / ${hourMs} * ${hourMs} FROM counts`;
  const later = `${kept} WHERE span = ${minuteMs} AND from_at >= ?2 AND from_at < ?3
    UNION ALL ${kept} WHERE span = ${hourMs} AND from_at >= ?3`;
  const kinds = counts ? `${first} UNION ALL ${later}` : first;
  const columns = by === undefined ? "brand, stage, reason" : "hour, brand, stage, reason";
  return store.all(
    `SELECT ${columns}, sum(n) AS n, sum(n * swept) AS swept FROM (${kinds}) GROUP BY ${columns} ORDER BY ${columns}`,
    since,
    minutes,
    ...(counts ? [hours] : []),
  );
}

function emptyBalance(): Balance {
  return { ...emptyHour(), gaps: { open: 0, filled: 0 } };
}

function emptyHour(): HourBalance {
  return { ended: 0, posted: 0, skipped: {}, waiting: {}, dead: {}, foundBySweep: 0 };
}

function add(balance: HourBalance, row: Row): void {
  const n = Number(row.n);
  const reason = String(row.reason);
  balance.ended += n;
  balance.foundBySweep += Number(row.swept);
  switch (row.stage as Stage) {
    case "posted":
      balance.posted += n;
      break;
    case "skipped":
    case "dead": {
      const counts = balance[row.stage as "skipped" | "dead"];
      counts[reason] = (counts[reason] ?? 0) + n;
      break;
    }
    case "recorded":
    case "written": {
      const why = reason === "case_link" ? reason : String(row.stage);
      balance.waiting[why] = (balance.waiting[why] ?? 0) + n;
      break;
    }
  }
}

/** A file from before there were cases has none. */
function casesOf(store: Store, key: string, conversationId: string): Pick<ContactState, "cases" | "held"> {
  if (!store.get("SELECT 1 FROM sqlite_schema WHERE name = 'held'")) return { cases: [], held: [] };
  const cases = store.all(
    "SELECT DISTINCT case_id FROM case_links WHERE contact_id IN (?, ?) ORDER BY 1",
    key,
    conversationId,
  );
  const held = store.all(
    "SELECT destination, until_at, died_at FROM held WHERE key = ? ORDER BY destination",
    key,
  );
  return {
    cases: cases.map((row) => String(row.case_id)),
    held: held.map((row) => ({
      destination: String(row.destination),
      until: Number(row.until_at),
      dead: row.died_at !== null,
    })),
  };
}

function stateOf(row: Row): Pick<ContactState, "reason" | "message" | "dueAt" | "attempts"> {
  return {
    reason: textOf(row.reason),
    message: textOf(row.message),
    dueAt: row.due_at === null ? undefined : Number(row.due_at),
    attempts: Number(row.attempts),
  };
}
