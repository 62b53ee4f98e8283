import { rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { LedgerReader } from "../../src/ledger/ledger.ts";
import { openReader } from "../../src/ledger/reader.ts";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { scratch } from "../scratch.ts";

const minuteMs = 60_000;
const hourMs = 3_600_000;
/** A round hour. */
const someTime = Math.floor(1_700_000_000_000 / hourMs) * hourMs;

let directory: string;
let file: string;

beforeEach(async () => {
  directory = scratch("counts");
  file = join(directory, "contactlogd.db");
  await openLedger(file)[Symbol.asyncDispose]();
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

/** Around the edges of minutes and hours, and anywhere. */
const instant = fc
  .tuple(fc.constantFrom(minuteMs, hourMs), fc.integer({ min: 0, max: 4 }), fc.integer({ min: -2, max: 2 }))
  .map(([span, times, off]) => someTime + span * times + off)
  .chain((edge) => fc.constantFrom(edge, edge + 17_345));
const row = fc.record({
  brand: fc.constantFrom("helder", "noordlicht", null),
  stage: fc.constantFrom("recorded", "written", "posted", "skipped", "dead"),
  reason: fc.constantFrom("no_account", "http_422", "case_link", null),
  source: fc.constantFrom("notification", "sweep"),
  at: instant,
});

type Ended = Record<number, Record<string, number>>;

/** How many ended by hour and brand, as the rows say. */
function hoursOf(rows: readonly { readonly at: number; readonly brand: string | null }[]): Ended {
  const hours: Ended = {};
  for (const { at, brand } of rows) {
    const hour = Math.floor(at / hourMs) * hourMs;
    hours[hour] ??= {};
    for (const name of ["*", brand ?? ""]) hours[hour][name] = (hours[hour][name] ?? 0) + 1;
  }
  return hours;
}

function endedByHour(reader: LedgerReader, since: number): Ended {
  return Object.fromEntries(
    [...reader.hours(since)].map(([hour, brands]) => [
      hour,
      Object.fromEntries(
        Object.entries(brands).map(([brand, { ended, posted, skipped, waiting, dead }]) => {
          const sum = [skipped, waiting, dead].flatMap((one) => Object.values(one));
          expect(sum.reduce((all, n) => all + n, posted)).toBe(ended);
          return [brand, ended];
        }),
      ),
    ]),
  );
}

test("I9 from any instant on, the counts that are kept are those of the rows, whatever was changed or removed", () => {
  const write = new DatabaseSync(file);
  using reader = openReader(file);
  const insert = write.prepare(
    `INSERT INTO contacts (key, conversation_id, medium, brand, stage, reason, source, heard_at, recorded_at, ended_at)
     VALUES (?, ?, 'voice', ?, ?, ?, ?, 0, ?, 0)`,
  );
  const change = write.prepare(
    "UPDATE contacts SET brand = ?, stage = ?, reason = ?, source = ?, recorded_at = ? WHERE key = ?",
  );
  const rows = fc.array(row, { minLength: 1, maxLength: 12 });
  const changes = fc.array(fc.tuple(fc.nat({ max: 11 }), fc.option(row)), { maxLength: 8 });
  fc.assert(
    fc.property(rows, changes, fc.array(instant, { minLength: 1 }), (made, changed, asked) => {
      write.exec("DELETE FROM contacts");
      expect(write.prepare("SELECT count(*) AS n FROM counts").get()).toEqual({ n: 0 });
      const left = new Map(made.map((one, index) => [`c${index}`, one]));
      for (const [key, { brand, stage, reason, source, at }] of left)
        insert.run(key, key, brand, stage, reason, source, at);
      for (const [index, to] of changed) {
        const key = `c${index}`;
        if (!left.has(key)) continue;
        if (to === null) {
          write.prepare("DELETE FROM contacts WHERE key = ?").run(key);
          left.delete(key);
        } else {
          change.run(to.brand, to.stage, to.reason, to.source, to.at, key);
          left.set(key, to);
        }
      }
      for (const since of asked) {
        const later = [...left.values()].filter(({ at }) => at >= since);
        const balance = reader.balance(since);
        for (const brand of ["*", "helder", "noordlicht", ""]) {
          const own = later.filter((one) => brand === "*" || (one.brand ?? "") === brand);
          expect(balance[brand]?.ended ?? 0).toBe(own.length);
          expect(balance[brand]?.posted ?? 0).toBe(own.filter(({ stage }) => stage === "posted").length);
          expect(balance[brand]?.foundBySweep ?? 0).toBe(own.filter((one) => one.source === "sweep").length);
          const dead = own.filter(({ stage, reason }) => stage === "dead" && reason === "http_422").length;
          expect(balance[brand]?.dead.http_422 ?? 0).toBe(dead);
        }
        expect(endedByHour(reader, since)).toEqual(hoursOf(later));
      }
      expect(reader.depths().posted).toBe([...left.values()].filter((one) => one.stage === "posted").length);
    }),
  );
  write.close();
});
