import { styleText } from "node:util";
import type { ContactLog } from "../model.ts";
import type { Story } from "../simulator/story.ts";
import type { Act } from "./cast.ts";
import { compactJson, seconds, wrap } from "./text.ts";

/** From this width on a contact log has room beside its dialogue. */
const wideFrom = 100;
const widest = 180;
/** Room for an id under its name in the contact log. */
const idWidth = 61;

/** One contact log beside its dialogue, the reasons of the skipped, and the latencies. */
export function finale(cast: readonly Act[], showpiece: string, columns: number): string {
  const shown = cast.find(({ story, log }) => story.id === showpiece && log) ?? cast.find(({ log }) => log);
  return [
    shown?.log ? besideEachOther(shown.story, shown.log, columns) : "",
    skips(cast, columns),
    latencies(cast),
  ]
    .filter((part) => part !== "")
    .join("\n\n");
}

function besideEachOther(story: Story, contactLog: ContactLog, columns: number): string {
  const title = bold(wrap(`One of them whole: ${story.title}`, columns - 1));
  const heads = ["what was said", "the contact log, as the backend received it"] as const;
  if (columns < wideFrom) {
    const [said, log] = [dialogueOf(story, columns - 1), jsonOf(contactLog, columns - 1)];
    const under = (head: string, lines: readonly string[]): string =>
      `${styleText("dim", head)}\n${lines.join("\n")}`;
    return `${title}\n\n${under(heads[0], said.map(paintSaid))}\n\n${under(heads[1], log.map(paintJson))}`;
  }
  const width = Math.min(columns, widest) - 4;
  const rightWidth = Math.min(width - 40, Math.max(Math.floor(width / 2), idWidth));
  const leftWidth = width - rightWidth;
  const [said, log] = [dialogueOf(story, leftWidth), jsonOf(contactLog, rightWidth)];
  const line = styleText("dim", "│");
  const rows = Array.from({ length: Math.max(said.length, log.length) }, (_, index) => {
    const left = said[index] ?? "";
    return `${paintSaid(left)}${" ".repeat(leftWidth - left.length)} ${line} ${paintJson(log[index] ?? "")}`;
  });
  const head = styleText("dim", `${heads[0].padEnd(leftWidth)} │ ${heads[1]}`);
  return `${title}\n\n${head}\n${rows.map((row) => row.trimEnd()).join("\n")}`;
}

function dialogueOf({ steps }: Story, width: number): string[] {
  let agent = "agent";
  const turns = steps.flatMap((step) => {
    if ("answers" in step) agent = step.answers;
    if (!("says" in step)) return [];
    const who = step.says === "agent" ? (step.as ?? agent) : step.says;
    return [wrap(`${who}: ${step.text}`, width, 2)];
  });
  return turns.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

/** The log's JSON; a line break in its text begins a line here, too. */
function jsonOf(contactLog: ContactLog, width: number): string[] {
  return compactJson(contactLog, width)
    .split("\n")
    .flatMap((line) => {
      const indent = /^ */.exec(line)?.[0] ?? "";
      return line
        .split(/(?<=\\n)/)
        .flatMap((part, index) =>
          wrap(index === 0 ? part : `${indent}  ${part}`, width, index === 0 ? 2 : 0),
        );
    });
}

function paintSaid(line: string): string {
  const who = /^\p{L}+:/u.exec(line)?.[0];
  if (who === undefined) return line;
  const colour = who === "customer:" ? "cyan" : who === "bot:" || who === "ivr:" ? "dim" : "green";
  return `${styleText(colour, who)}${line.slice(who.length)}`;
}

function paintJson(line: string): string {
  return line.replace(/"\w+":/g, (key) => styleText("cyan", key));
}

function skips(cast: readonly Act[], columns: number): string {
  const skipped = cast.filter(({ state }) => state === "skipped");
  if (skipped.length === 0) return "";
  const reasonWidth = Math.max(...skipped.map(({ reason = "" }) => reason.length));
  const lines = skipped.flatMap(({ story, reason = "" }) =>
    wrap(`  ${reason.padEnd(reasonWidth, "\u00a0")}  ${story.title}`, columns - 1, reasonWidth + 2),
  );
  return `${bold(["Skipped, each for a reason"])}\n${lines.join("\n").replaceAll("\u00a0", " ")}`;
}

function latencies(cast: readonly Act[]): string {
  const rows = (["voice", "message"] as const).flatMap((medium) => {
    const times = cast
      .filter(({ story }) => story.medium === medium)
      .flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]))
      .sort((a, b) => a - b);
    if (times.length === 0) return [];
    const median = times[Math.floor(times.length / 2)] as number;
    const name = medium === "voice" ? "calls" : "chats";
    return [
      `  ${name}  median ${seconds(median)}   slowest ${seconds(times.at(-1) as number)}   of ${times.length}`,
    ];
  });
  if (rows.length === 0) return "";
  return `${bold(["From the end of a conversation to its contact log in the backend"])}\n${rows.join("\n")}`;
}

function bold(lines: readonly string[]): string {
  return lines.map((line) => styleText("bold", line)).join("\n");
}
