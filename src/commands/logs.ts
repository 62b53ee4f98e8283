import { spawn } from "node:child_process";
import { createReadStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { loadPlaces } from "../config/places.ts";
import { causeOf, Fatal } from "../errors.ts";
import { openReader } from "../ledger/reader.ts";
import { hashKey, idKeyMark, readHash } from "../ops/ids.ts";
import { type LineFilter, parseLine, passes, shownLine, visible } from "../ops/shown.ts";
import { followFile, linesOf } from "./follow.ts";

export interface LogsFlags {
  readonly follow: boolean;
  readonly brand?: string;
  readonly conversation?: string;
  /** A file of JSON lines, `-` for standard input; the journal where left out. */
  readonly file?: string;
  readonly unit: string;
  readonly config?: string;
  readonly state?: string;
}

/** With `--follow` so much of what was said before is shown too. */
const linesBefore = 100;

/** `contactlogd logs`: the daemon's log for people, from the journal, a file or standard input. Throws Fatal. */
export async function logs(flags: LogsFlags, stop: AbortSignal): Promise<void> {
  const filter = { brand: flags.brand, ids: namesOf(flags) };
  const shown = shownFrom(linesOf(chunksOf(flags, stop)), filter, process.stdout.hasColors?.() === true);
  try {
    await pipeline(shown, process.stdout, { end: false });
  } catch (error) {
    // Whoever read it has seen enough.
    if (causeOf(error) !== "EPIPE") throw error;
  }
}

async function* shownFrom(
  lines: AsyncIterable<string>,
  filter: LineFilter,
  colour: boolean,
): AsyncGenerator<string> {
  for await (const text of lines) {
    const line = parseLine(text);
    if (passes(line, filter)) yield `${line === undefined ? visible(text) : shownLine(line, colour)}\n`;
  }
}

/** The ways the log may name a conversation: its id, and the hash of it where the state file can be asked. */
function namesOf({ conversation, config, state }: LogsFlags): string[] | undefined {
  if (conversation === undefined) return undefined;
  if (config === undefined) {
    if (readHash(conversation) === undefined)
      process.stderr.write("contactlogd: ids in the log may be hashes: give --config FILE too\n");
    return [conversation];
  }
  using reader = openReader(loadPlaces(config, state === undefined ? {} : { state }).stateFile);
  const key = reader.mark(idKeyMark);
  return key === undefined ? [conversation] : [conversation, hashKey(key, conversation)];
}

function chunksOf({ file, follow, unit }: LogsFlags, stop: AbortSignal): AsyncIterable<Uint8Array | string> {
  if (file === undefined) return knownJournal(unit, follow, stop);
  if (file === "-") return untilStopped(process.stdin, stop);
  return follow ? followFile(file, stop) : wholeFile(file);
}

async function* wholeFile(file: string): AsyncGenerator<Uint8Array> {
  try {
    for await (const chunk of createReadStream(file)) yield chunk as Uint8Array;
  } catch (error) {
    throw new Fatal("log_file", `--file: ${file} cannot be read (${causeOf(error)})`, error);
  }
}

/** The same, of a unit the journal knows: of any other it would say nothing, or wait for ever. Throws Fatal. */
async function* knownJournal(unit: string, follow: boolean, stop: AbortSignal): AsyncGenerator<Uint8Array> {
  let said = "";
  for await (const chunk of journal(unit, ["--lines", "1"], stop)) said += chunk;
  if (!stop.aborted && /^\s*(?:-- No entries --\s*)?$/.test(said)) {
    throw new Fatal(
      "journal",
      `logs: the journal has nothing of the unit ${unit}: name it with --unit (systemctl list-units), and read as root or in the group systemd-journal; or give --file FILE`,
    );
  }
  yield* journal(unit, follow ? ["--follow", "--lines", `${linesBefore}`] : [], stop);
}

/** What journald has of the unit; its files may be rotated meanwhile. */
async function* journal(
  unit: string,
  lines: readonly string[],
  stop: AbortSignal,
): AsyncGenerator<Uint8Array> {
  const which = ["--unit", unit, "--output", "cat", "--no-pager"];
  const child = spawn("journalctl", [...which, ...lines], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise<number | null>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", resolve);
  });
  ended.catch(() => {});
  const end = (): unknown => child.kill();
  stop.addEventListener("abort", end, { once: true });
  try {
    for await (const chunk of child.stdout) yield chunk as Uint8Array;
    const code = await ended;
    if (code !== 0 && !stop.aborted) throw new Error(`it ended with ${code}`);
  } catch (error) {
    const why = `journalctl cannot be read (${causeOf(error)})`;
    throw new Fatal("journal", `logs: ${why}; give --file FILE, or --file - for standard input`, error);
  } finally {
    stop.removeEventListener("abort", end);
    end();
  }
}

async function* untilStopped(
  stream: NodeJS.ReadStream,
  stop: AbortSignal,
): AsyncGenerator<Uint8Array | string> {
  const end = (): unknown => stream.destroy();
  stop.addEventListener("abort", end, { once: true });
  try {
    for await (const chunk of stream) yield chunk;
  } catch (error) {
    if (!stop.aborted) throw error;
  } finally {
    stop.removeEventListener("abort", end);
  }
}
