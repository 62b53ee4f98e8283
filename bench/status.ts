/**
 * `node bench/status.ts [contacts]`: a state file with so many contacts of ninety days, and how long the balance of
 * `/status` and the depths of a metrics scrape hold up the process: the median of ten times each.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { openReader } from "../src/ledger/reader.ts";
import { openLedger } from "../src/ledger/sqlite.ts";
import { statusOf } from "../src/ledger/status.ts";

const count = Number(process.argv[2] ?? 1_000_000);
const days = 90;
const directory = mkdtempSync(join(tmpdir(), "contactlogd-status-"));
const file = join(directory, "contactlogd.db");
await openLedger(file)[Symbol.asyncDispose]();
const since = Date.now() - days * 86_400_000;

const database = new DatabaseSync(file);
const begun = performance.now();
database.exec("PRAGMA synchronous=OFF; BEGIN");
const insert = database.prepare(
  `INSERT INTO contacts (key, conversation_id, medium, brand, stage, reason, source, heard_at, recorded_at, ended_at)
   VALUES (?1, ?1, 'voice', ?2, ?3, ?4, 'notification', ?5, ?5, ?5)`,
);
for (let n = 0; n < count; n++) {
  const [stage, reason] =
    n % 10 === 0 ? ["skipped", "no_account"] : n % 501 === 0 ? ["dead", "http_422"] : ["posted", null];
  insert.run(
    `c-${n}`,
    n % 3 === 0 ? "helder" : "noordlicht",
    stage as string,
    reason as string | null,
    since + Math.floor((n / count) * days * 86_400_000),
  );
}
database.exec("COMMIT");
database.close();
console.log(`${count} contacts written in ${((performance.now() - begun) / 1000).toFixed(1)} s`);

const reader = openReader(file);
function median(work: () => unknown): string {
  const times = Array.from({ length: 10 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return `${times.toSorted((a, b) => a - b)[5]?.toFixed(1)} ms`;
}
console.log(`status: ${median(() => statusOf(reader, since, undefined, null))}`);
console.log(`depths: ${median(() => reader.depths())}`);
console.log(`ended, by the counts: ${reader.balance(0)["*"]?.ended}`);
reader[Symbol.dispose]();
rmSync(directory, { recursive: true });
