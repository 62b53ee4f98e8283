import { copyFileSync, rmSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import { applicationId, migrations } from "../../src/ledger/migrations.ts";

/** The tables each schema has, in the order in which their rows can be written. */
const tablesOf: readonly (readonly string[])[] = [
  [],
  ["notices", "contacts", "deliveries", "steps", "gaps", "marks"],
  ["notices", "contacts", "deliveries", "steps", "gaps", "marks", "shadows"],
  [
    ...["notices", "contacts", "deliveries", "steps", "gaps", "marks", "shadows"],
    ...["case_links", "held", "logs", "requests"],
  ],
];

/** Makes a state file that nobody has open one of an older schema, with the rows it has a place for. */
export function toSchema(file: string, version: 1 | 2 | 3): void {
  const old = `${file}.old`;
  const database = new DatabaseSync(old);
  const steps = migrations.slice(0, version).join("\n");
  database.exec(`${steps} PRAGMA user_version=${version}; PRAGMA application_id=${applicationId};`);
  database.prepare("ATTACH ? AS new").run(file);
  for (const table of tablesOf[version] ?? []) {
    const known = database.prepare(`SELECT name FROM pragma_table_info('${table}', 'main')`).all();
    const columns = known.map(({ name }) => name).join(", ");
    database.exec(`INSERT INTO main.${table} (${columns}) SELECT ${columns} FROM new.${table}`);
  }
  database.close();
  for (const suffix of ["", "-wal", "-shm"]) rmSync(`${file}${suffix}`, { force: true });
  copyFileSync(old, file);
  rmSync(old);
}
