import { chmodSync, closeSync, existsSync, mkdirSync, openSync } from "node:fs";
import { dirname } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { Fatal } from "../errors.ts";

/** Makes a directory of ours alone: step by step rather than `recursive`, which never returns below /proc and the like. */
export function makeDirectory(path: string): void {
  if (existsSync(path)) return;
  makeDirectory(dirname(path));
  mkdirSync(path, { mode: 0o700 });
}

/** Makes a file, unless it is there, that its owner alone may read and write. */
export function createPrivate(file: string): void {
  closeSync(openSync(file, "a", 0o600));
  chmodSync(file, 0o600);
}

/**
 * One writing process a state file. The lock is SQLite's own on a second, empty file: the kernel lets go of it when
 * the process dies, however it dies.
 */
export function takeLock(file: string): DatabaseSync {
  const lock = new DatabaseSync(`${file}.lock`, { timeout: 0 });
  try {
    lock.exec("PRAGMA journal_mode=MEMORY; PRAGMA locking_mode=EXCLUSIVE; BEGIN EXCLUSIVE;");
    return lock;
  } catch (error) {
    lock.close();
    if (((error as { errcode?: number }).errcode ?? 0) % 256 !== 5) throw error;
    throw new Fatal("state_locked", `state.file: ${file} is in use by another contactlogd`);
  }
}
