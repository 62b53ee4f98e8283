import { styleText } from "node:util";
import { idFields, idPartsOf } from "./ids.ts";

/** A line of the log, parsed. */
export type LogLine = Readonly<Record<string, unknown>>;

/** Which lines are shown; all that is given must hold. */
export interface LineFilter {
  readonly brand?: string | undefined;
  /** Each way the log may name the conversation, or the contact: its id, the hash of it. */
  readonly ids?: readonly string[] | undefined;
}

type Style = Parameters<typeof styleText>[0];

const levels: Readonly<Record<number, readonly [name: string, style: Style]>> = {
  10: ["TRACE", "gray"],
  20: ["DEBUG", "blue"],
  30: ["INFO", "green"],
  40: ["WARN", "yellow"],
  50: ["ERROR", "red"],
  60: ["FATAL", ["bold", "red"]],
};
/** Shown in their own places, or of no use to a person. */
const inPlace: ReadonlySet<string> = new Set(["time", "level", "msg", "pid", "hostname"]);
/** Shown first. */
const first = ["conversationId", "key", "id", "brand"];
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal would obey is what is looked for.
const control = /[\u0000-\u0008\u000a-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;

/** @returns the line, also out of a journal's JSON; undefined where it is not one of ours */
export function parseLine(text: string): LogLine | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null) return undefined;
    if ("MESSAGE" in value && typeof value.MESSAGE === "string" && !("msg" in value))
      return parseLine(value.MESSAGE);
    return "msg" in value && "level" in value ? (value as LogLine) : undefined;
  } catch {
    return undefined;
  }
}

/** Whether a line passes; one that is not ours belongs to no brand and no conversation. */
export function passes(line: LogLine | undefined, { brand, ids }: LineFilter): boolean {
  if (brand !== undefined && line?.brand !== brand) return false;
  return ids === undefined || idsOf(line).some((id) => ids.includes(id));
}

/** Every id in a line: its fields' values, and the parts these are made of. */
function idsOf(line: LogLine = {}): string[] {
  return Object.entries(line)
    .filter(([name]) => idFields.has(name))
    .flatMap(([, value]) => (Array.isArray(value) ? value : [value]))
    .filter((value) => typeof value === "string")
    .flatMap((value) => [value, ...idPartsOf(value)]);
}

/** One line for people: time, level, what happened, and its fields, in colour if asked. No control character is in it. */
export function shownLine(line: LogLine, colour: boolean): string {
  const paint = (style: Style, text: string): string =>
    colour ? styleText(style, text, { validateStream: false }) : text;
  const [name, style] = levels[Number(line.level)] ?? [String(line.level), "white"];
  const names = [...first, ...Object.keys(line)].filter((one, index, all) => all.indexOf(one) === index);
  const fields = names
    .filter((one) => !inPlace.has(one) && !isEmpty(line[one]))
    .map((one) => `${paint("cyan", visible(one))}=${visible(textOf(line[one]))}`);
  return [
    paint("gray", visible(String(line.time ?? ""))),
    paint(style, visible(name).padEnd(5)),
    [visible(String(line.msg)), ...fields].join("  "),
  ].join(" ");
}

/** What a terminal would obey, made visible. */
export function visible(text: string): string {
  return text.replace(control, "\ufffd");
}

/** The same of a text of several lines, which stay lines. */
export function visibleLines(text: string): string {
  return text.split("\n").map(visible).join("\n");
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === "") return true;
  return typeof value === "object" && Object.keys(value).length === 0;
}

/** Words as they are, what holds white space in quotes, the rest as JSON. */
function textOf(value: unknown): string {
  if (typeof value === "string") return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  return JSON.stringify(value);
}
