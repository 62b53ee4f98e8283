import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { openLedger } from "../../src/ledger/sqlite.ts";
import { Dice } from "./dice.ts";
import type { CaseOptions, Figures } from "./figures.ts";

const run = promisify(execFile);
const here = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const sectorBytes = 512;
const stateName = "contactlogd.db";
const acknowledgementsName = "acknowledged";
/** Contacts the recorded process works on, a cut. */
const contactsPerCut = 0.5;

interface Change {
  readonly op: "w" | "t" | "s" | "u" | "r";
  readonly name: string;
  readonly offset: number;
  readonly data: Buffer;
}

/**
 * The power goes at a random moment: what was synced is there, of what was not each write is there, gone or torn at
 * 512 bytes. The file has to open whole, and no change that was acknowledged may be missing.
 */
export async function powercut({ size, seed, say }: CaseOptions): Promise<Figures> {
  const directory = mkdtempSync(join(tmpdir(), "contactlogd-powercut-"));
  try {
    const shim = join(directory, "shim.so");
    try {
      await run("cc", ["-shared", "-fPIC", "-O1", "-o", shim, here("powercut-shim.c"), "-ldl", "-lpthread"]);
    } catch {
      return { line: "powercut: skipped, there is no C compiler (cc) here", passed: true };
    }
    const contacts = Math.max(40, Math.round(size * contactsPerCut));
    const changes = await record(directory, shim, contacts);
    return cutAll(join(directory, "cut"), changes, { size, seed, say });
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

async function record(directory: string, shim: string, contacts: number): Promise<Change[]> {
  const state = join(directory, "state");
  const log = join(directory, "changes");
  mkdirSync(state);
  const args = [join(state, stateName), join(state, acknowledgementsName), String(contacts)];
  const env = { PATH: process.env.PATH, LD_PRELOAD: shim, FAULTS_WATCH: state, FAULTS_LOG: log };
  await run(process.execPath, [here("powercut-work.ts"), ...args], { env });
  return readChanges(readFileSync(log));
}

function readChanges(log: Buffer): Change[] {
  const changes: Change[] = [];
  for (let at = 0; at + 14 <= log.length; ) {
    const op = String.fromCharCode(log[at] ?? 0) as Change["op"];
    const nameLength = log[at + 1] ?? 0;
    const offset = Number(log.readBigUInt64LE(at + 2));
    const length = log.readUInt32LE(at + 10);
    const name = log.toString("utf8", at + 14, at + 14 + nameLength);
    at += 14 + nameLength;
    changes.push({ op, name, offset, data: log.subarray(at, at + length) });
    at += length;
  }
  return changes;
}

function cutAll(directory: string, changes: readonly Change[], { size, seed, say }: CaseOptions): Figures {
  const dice = new Dice(seed);
  // In order, so that the files grow with the cuts.
  const moments = Array.from({ length: size }, () => dice.between(1, changes.length)).toSorted(
    (a, b) => a - b,
  );
  const disk = new Disk();
  const acknowledged = new Map<string, string>();
  const failures: string[] = [];
  let at = 0;
  let promises = 0;
  for (const moment of moments) {
    for (; at < moment; at++) {
      const change = changes[at] as Change;
      if (change.name === acknowledgementsName) noteAcknowledged(change, acknowledged);
      else disk.take(change);
    }
    promises += acknowledged.size;
    disk.writeAfterCut(directory, dice);
    const wrong = inspect(join(directory, stateName), acknowledged);
    if (wrong) failures.push(`cut after ${moment} of ${changes.length} changes: ${wrong}`);
  }
  for (const failure of failures.slice(0, 8)) say(`  ${failure}`);
  const line = `powercut: ${size} cuts, ${changes.length} recorded changes, ${promises} acknowledgements checked, ${failures.length} failed`;
  return { line, passed: failures.length === 0 && acknowledged.size > 0 };
}

function noteAcknowledged({ data }: Change, acknowledged: Map<string, string>): void {
  const [what = "", id = ""] = data.toString().trim().split(" ");
  if (what !== "opened" && what !== "closed") acknowledged.set(id, what);
}

/** Files as the disk surely has them, and what is still on its way to each. */
class Disk {
  readonly #files = new Map<string, { readonly content: Content; pending: Change[] }>();

  take(change: Change): void {
    const file = this.#file(change.name);
    switch (change.op) {
      case "w":
      case "t":
        file.pending.push(change);
        return;
      case "s":
        for (const one of file.pending) file.content.apply(one);
        file.pending = [];
        return;
      case "u":
        this.#files.delete(change.name);
        return;
      case "r":
        this.#files.set(change.data.toString(), file);
        this.#files.delete(change.name);
    }
  }

  writeAfterCut(directory: string, dice: Dice): void {
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { recursive: true });
    for (const [name, { content, pending }] of this.#files) {
      // A drive may lose all of its cache, nothing, or any part of it in any order.
      const kept = dice.pick([0, 0.3, 0.7, 1]);
      const torn = dice.chance(0.5);
      const after = pending.length > 0 ? content.copy() : content;
      for (const change of pending) {
        for (const part of torn ? sectorsOf(change) : [change]) {
          if (dice.chance(kept)) after.apply(part);
        }
      }
      writeFileSync(join(directory, name), after.bytes, { mode: 0o600 });
    }
  }

  #file(name: string) {
    const known = this.#files.get(name) ?? { content: new Content(Buffer.alloc(0)), pending: [] };
    this.#files.set(name, known);
    return known;
  }
}

/** A file's bytes, changed in place. */
class Content {
  #buffer: Buffer;
  #length: number;

  constructor(bytes: Buffer) {
    this.#buffer = bytes;
    this.#length = bytes.length;
  }

  get bytes(): Buffer {
    return this.#buffer.subarray(0, this.#length);
  }

  copy(): Content {
    return new Content(Buffer.from(this.bytes));
  }

  apply({ op, offset, data }: Change): void {
    const length = op === "t" ? offset : Math.max(this.#length, offset + data.length);
    if (length > this.#buffer.length) {
      const larger = Buffer.alloc(2 * length);
      this.bytes.copy(larger);
      this.#buffer = larger;
    }
    if (op === "t") this.#buffer.fill(0, Math.min(offset, this.#length), this.#length);
    else data.copy(this.#buffer, offset);
    this.#length = length;
  }
}

function sectorsOf(change: Change): Change[] {
  if (change.op !== "w") return [change];
  const parts: Change[] = [];
  for (let at = 0; at < change.data.length; ) {
    const untilEdge = sectorBytes - ((change.offset + at) % sectorBytes);
    const data = change.data.subarray(at, at + untilEdge);
    parts.push({ ...change, offset: change.offset + at, data });
    at += data.length;
  }
  return parts;
}

/** @returns what is wrong with the file, if anything */
function inspect(stateFile: string, acknowledged: ReadonlyMap<string, string>): string | undefined {
  try {
    const ledger = openLedger(stateFile);
    void ledger[Symbol.asyncDispose]();
  } catch (error) {
    return `it does not open: ${(error as Error).message}`;
  }
  const database = new DatabaseSync(stateFile, { readOnly: true });
  try {
    const check = database.prepare("PRAGMA integrity_check").get()?.integrity_check;
    if (check !== "ok") return `integrity_check: ${check}`;
    return missing(database, acknowledged) ?? halfDone(database);
  } catch (error) {
    return (error as Error).message;
  } finally {
    database.close();
  }
}

/** A stage, and those that come after it. */
const after: Readonly<Record<string, readonly string[]>> = {
  noticed: ["noticed", "recorded", "skipped", "written", "posting", "uncertain", "posted", "dead"],
  recorded: ["recorded", "skipped", "written", "posting", "uncertain", "posted", "dead"],
  written: ["written", "posting", "uncertain", "posted", "dead"],
  posting: ["posting", "uncertain", "posted", "dead"],
  uncertain: ["uncertain", "posted", "dead"],
  skipped: ["skipped"],
  posted: ["posted"],
  dead: ["dead"],
};

function missing(database: DatabaseSync, acknowledged: ReadonlyMap<string, string>): string | undefined {
  const rows = database
    .prepare(
      `SELECT conversation_id AS id, 'noticed' AS stage FROM notices UNION ALL
       SELECT c.key, ifnull(d.stage, c.stage) FROM contacts c LEFT JOIN deliveries d USING (key)`,
    )
    .all();
  const stages = new Map(rows.map(({ id, stage }) => [String(id), String(stage)]));
  for (const [id, stage] of acknowledged) {
    const now = stages.get(id);
    if (now === undefined) return `${id} was acknowledged as ${stage}, and is gone`;
    if (!after[stage]?.includes(now)) return `${id} was acknowledged as ${stage}, and is ${now}`;
  }
  return undefined;
}

/** Whatever one transaction writes is there together. */
const wholeness: Readonly<Record<string, string>> = {
  "a notice and its contact": "SELECT c.key AS id FROM contacts c JOIN notices n USING (conversation_id)",
  "a written contact without its delivery, or the other way round": `
    SELECT key AS id FROM contacts LEFT JOIN deliveries d USING (key)
    WHERE (contacts.stage IN ('written', 'posted')) <> (d.key IS NOT NULL) AND contacts.stage <> 'dead'`,
  "a posted delivery of a contact that is not": `
    SELECT key AS id FROM contacts JOIN deliveries d USING (key)
    WHERE (contacts.stage = 'posted') <> (d.stage = 'posted') OR (d.stage = 'posted') <> (d.body IS NULL)`,
  "a stage without its step": `
    SELECT key AS id FROM contacts c WHERE c.stage NOT IN ('posted', 'dead')
      AND NOT EXISTS (SELECT 1 FROM steps s WHERE s.key = c.key AND s.step = c.stage)
    UNION ALL SELECT key FROM deliveries d
      WHERE NOT EXISTS (SELECT 1 FROM steps s WHERE s.key = d.key AND s.step = d.stage)`,
  "a step without its stage": `
    SELECT key AS id FROM steps s JOIN deliveries d USING (key)
    WHERE s.step IN ('posted', 'dead') AND d.stage <> s.step`,
};

function halfDone(database: DatabaseSync): string | undefined {
  for (const [what, query] of Object.entries(wholeness)) {
    const row = database.prepare(query).get();
    if (row) return `half a transaction: ${what} (${row.id})`;
  }
  return undefined;
}
