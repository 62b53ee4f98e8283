import { readFileSync, statSync } from "node:fs";
import { ConfigError, causeOf } from "../errors.ts";
import { repeatsIn } from "./repeats.ts";

/** No configuration or prompt is this large. */
const maxFileBytes = 2 ** 20;

/** The text of a file that a person wrote. Throws what the file system throws, and where it is too large or no text. */
export function readText(path: string): string {
  if (statSync(path).size > maxFileBytes) throw new Error(`larger than ${maxFileBytes} bytes`);
  const text = decoded(readFileSync(path));
  if (text === undefined) throw new Error("it is not UTF-8 text; save it as UTF-8");
  return text;
}

/** Without its byte order mark; undefined where it is binary, or text of another encoding. */
function decoded(bytes: Uint8Array): string | undefined {
  try {
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return text.includes("\0") ? undefined : text;
  } catch {
    return undefined;
  }
}

/** @throws ConfigError where the file cannot be read, is not JSON or says something twice, which quotes no value of it */
export function readJson(path: string): unknown {
  let text: string;
  try {
    text = readText(path);
  } catch (error) {
    throw new ConfigError([`the configuration file ${path} cannot be read (${causeOf(error)})`]);
  }
  const json = parsed(path, text);
  const repeats = repeatsIn(text).map(({ path: key, at }) => {
    const lines = at.map((position) => `line ${lineOf(text, position)}`).join(", ");
    return `${key}: is there more than once (${lines}), and only the last would count; keep one`;
  });
  if (repeats.length > 0) throw new ConfigError(repeats);
  return json;
}

function parsed(path: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    // V8 quotes the file around the mistake, and that may be a secret somebody typed in: keep the position alone.
    const position = /position (\d+)/.exec((error as Error).message)?.[1];
    throw new ConfigError([
      `${path} is not JSON${position ? ` (${lineAndColumn(text, Number(position))})` : ""}`,
    ]);
  }
}

function lineOf(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}

function lineAndColumn(text: string, position: number): string {
  const before = text.slice(0, position).split("\n");
  return `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
}
