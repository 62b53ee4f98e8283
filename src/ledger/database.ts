import { DatabaseSync } from "node:sqlite";
import { Fatal } from "../errors.ts";
import { ledgerError } from "./commits.ts";
import { applicationId, migrations } from "./migrations.ts";

/** Older SQLite can corrupt a WAL file that two connections check-point (sqlite.org, WAL-reset bug). */
const oldestSqlite = [3, 51, 3] as const;

/** A database of the newest schema. Throws Fatal where the file is not ours, else what SQLite throws. */
export function openAndPrepare(file: string): DatabaseSync {
  const database = new DatabaseSync(file, { timeout: 5_000 });
  try {
    prepareFile(database, file);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/** Creates or migrates. */
function prepareFile(database: DatabaseSync, file: string): void {
  const version = checkOwner(database, file);
  database.exec(
    "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA secure_delete=ON; PRAGMA temp_store=MEMORY;",
  );
  for (const [index, step] of migrations.entries()) {
    if (index < version) continue;
    database.exec(
      `BEGIN IMMEDIATE; ${step} PRAGMA user_version=${index + 1}; PRAGMA application_id=${applicationId}; COMMIT;`,
    );
  }
}

/** Throws Fatal (`state_corrupt`) and closes it: a page that is damaged shows itself here rather than in the middle of the night. */
export function requireSound(database: DatabaseSync): void {
  const [verdict] = Object.values(database.prepare("PRAGMA quick_check(1)").get() ?? {});
  if (verdict !== "ok") {
    database.close();
    throw new Fatal("state_corrupt", "state.file: it is damaged");
  }
}

/** Whether this says that the file is damaged. */
export function isDamage(error: unknown): boolean {
  const mapped = error instanceof Fatal ? error : ledgerError(error);
  return mapped instanceof Fatal && mapped.reason === "state_corrupt";
}

/** @returns the schema version. Throws Fatal where the file is somebody else's, or newer than we are. */
export function checkOwner(database: DatabaseSync, file: string): number {
  const id = pragma(database, "application_id");
  const version = pragma(database, "user_version");
  const tables = Number(database.prepare("SELECT count(*) AS n FROM sqlite_schema").get()?.n);
  if (id !== applicationId && !(id === 0 && version === 0 && tables === 0)) {
    throw new Fatal(
      "state_file",
      `state.file: ${file} is another program's database; name a file of our own`,
    );
  }
  if (version > migrations.length) {
    throw new Fatal(
      "state_file",
      `state.file: ${file} was written by a newer contactlogd (schema ${version}, this one knows ${migrations.length})`,
    );
  }
  return version;
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(Object.values(database.prepare(`PRAGMA ${name}`).get() ?? {})[0]);
}

/** Throws Fatal where this Node brings a SQLite that is too old. */
export function requireSqlite(): void {
  const version = process.versions.sqlite ?? "0";
  const parts = version.split(".").map(Number);
  const older = oldestSqlite.findIndex((wanted, index) => (parts[index] ?? 0) !== wanted);
  if (older >= 0 && (parts[older] ?? 0) < (oldestSqlite[older] as number)) {
    throw new Fatal(
      "sqlite",
      `this Node's SQLite ${version} can corrupt its file; ${oldestSqlite.join(".")} is needed`,
    );
  }
}
