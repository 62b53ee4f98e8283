import { existsSync, readdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import { Fatal } from "../errors.ts";

/**
 * Which file this is and how often it was opened for writing: kept in the file and, the same, in a marker beside it.
 * SQLite takes an emptied file for a new one and an old copy for the truth; the marker does not.
 */
export interface Generation {
  readonly id: string;
  readonly starts: number;
}

export const generationMark = "generation";

export function markerOf(file: string): string {
  return `${file}.generation`;
}

/** Undefined where there is none, or none that can be read: then the file speaks for itself. */
export function readMarker(file: string): Generation | undefined {
  try {
    return parseGeneration(readFileSync(markerOf(file), "utf8"));
  } catch {
    return undefined;
  }
}

/** Whole or not at all: a torn marker would be no marker. */
export function writeMarker(file: string, generation: Generation): void {
  const marker = markerOf(file);
  writeFileSync(`${marker}.new`, `${JSON.stringify(generation)}\n`, { mode: 0o600, flush: true });
  renameSync(`${marker}.new`, marker);
}

export function parseGeneration(text: string | undefined): Generation | undefined {
  if (text === undefined) return undefined;
  const { id, starts } = JSON.parse(text) as { id?: unknown; starts?: unknown };
  return typeof id === "string" && typeof starts === "number" ? { id, starts } : undefined;
}

/**
 * Compares what the file says of itself with its marker.
 * @throws Fatal where it was emptied, is another one, or is an older copy: starting from it would forget what was posted
 */
export function checkGeneration(
  file: string,
  inFile: Generation | undefined,
  marker: Generation | undefined,
): void {
  if (marker === undefined) return;
  const consent =
    `put the right one back, or remove ${markerOf(file)} to go on with this one: ` +
    "what ended meanwhile is then looked for in history, and at destinations that can be asked";
  if (inFile === undefined)
    throw new Fatal("state_lost", `state.file: ${file} was emptied or removed; ${consent}`);
  if (inFile.id !== marker.id) {
    throw new Fatal("state_foreign", `state.file: ${file} is not the file this daemon used last; ${consent}`);
  }
  if (inFile.starts < marker.starts) {
    throw new Fatal(
      "state_older",
      `state.file: ${file} is an older copy of the file this daemon used last; ${consent}`,
    );
  }
}

/** Sets a damaged file aside under a new name. @returns the name */
export function quarantine(file: string): string {
  const aside = `${file}.corrupt-${new Date().toISOString().replace(/[:.]/g, "-")}`;
  for (const suffix of ["", "-wal", "-shm"]) {
    if (existsSync(file + suffix)) renameSync(file + suffix, aside + suffix);
  }
  return aside;
}

/** Copies of the file that were set aside, damaged or rescued: paths, oldest first of each kind. */
export function setAside(file: string): string[] {
  const copies = [".corrupt-", ".rescued-"].map((kind) => `${basename(file)}${kind}`);
  return readdirSync(dirname(file))
    .filter((name) => copies.some((start) => name.startsWith(start)))
    .sort()
    .map((name) => join(dirname(file), name));
}

/** There is nothing in it. */
export function isEmpty(file: string): boolean {
  return !existsSync(file) || statSync(file).size === 0;
}
