import { styleText } from "node:util";
import type { ContactLog } from "../model.ts";
import type { Story } from "../simulator/story.ts";
import { seconds } from "./board.ts";
import type { Act } from "./cast.ts";

const narrow = 100;

/** One contact log beside its dialogue, the reasons of the skipped, and the latencies. */
export function finale(cast: readonly Act[], showpiece: string, columns: number): string {
  const shown = cast.find(({ story, log }) => story.id === showpiece && log) ?? cast.find(({ log }) => log);
  return [shown?.log ? besideEachOther(shown.story, shown.log, columns) : "", skips(cast), latencies(cast)]
    .filter((part) => part !== "")
    .join("\n\n");
}

function besideEachOther(story: Story, contactLog: ContactLog, columns: number): string {
  const title = styleText("bold", `One of them whole: ${story.title}`);
  const left = dialogueOf(story);
  const right = JSON.stringify(contactLog, null, 2);
  if (columns < narrow) return `${title}\n\n${left}\n\n${right}`;
  const half = Math.floor((Math.min(columns, 180) - 3) / 2);
  const [said, log] = [wrap(left, half), wrap(right, half)];
  const head = styleText(
    "dim",
    `${"what was said".padEnd(half)} │ the contact log, as the backend received it`,
  );
  const rows = Array.from(
    { length: Math.max(said.length, log.length) },
    (_, index) => `${(said[index] ?? "").padEnd(half)} ${styleText("dim", "│")} ${log[index] ?? ""}`,
  );
  return `${title}\n\n${head}\n${rows.join("\n")}`;
}

/** Lines of at most `width` characters, broken between words; a wrapped line keeps its indentation. */
function wrap(text: string, width: number): string[] {
  return text.split("\n").flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const lines: string[] = [];
    let current = "";
    for (const word of line.trimStart().split(" ")) {
      if (current !== "" && indent.length + current.length + 1 + word.length > width) {
        lines.push(indent + current);
        current = word;
      } else {
        current = current === "" ? word : `${current} ${word}`;
      }
    }
    return [...lines, indent + current].flatMap(
      (one) => one.match(new RegExp(`.{1,${width}}`, "gu")) ?? [""],
    );
  });
}

function dialogueOf({ steps }: Story): string {
  let agent = "agent";
  return steps
    .flatMap((step) => {
      if ("answers" in step) agent = step.answers;
      if (!("says" in step)) return [];
      const who = step.says === "agent" ? (step.as ?? agent) : step.says;
      return [`${who}: ${step.text}`];
    })
    .join("\n\n");
}

function skips(cast: readonly Act[]): string {
  const skipped = cast.filter(({ state }) => state === "skipped");
  if (skipped.length === 0) return "";
  const lines = skipped.map(({ story, reason }) => `  ${reason?.padEnd(20)} ${story.title}`);
  return `${styleText("bold", "Skipped, each for a reason")}\n${lines.join("\n")}`;
}

function latencies(cast: readonly Act[]): string {
  const rows = (["voice", "message"] as const).flatMap((medium) => {
    const times = cast
      .filter(({ story }) => story.medium === medium)
      .flatMap(({ latencyMs }) => (latencyMs === undefined ? [] : [latencyMs]))
      .sort((a, b) => a - b);
    if (times.length === 0) return [];
    const median = times[Math.floor(times.length / 2)] as number;
    return [
      `  ${medium.padEnd(8)} median ${seconds(median)}   slowest ${seconds(times.at(-1) as number)}   of ${times.length}`,
    ];
  });
  return `${styleText("bold", "From the end of a conversation to its contact log in the backend")}\n${rows.join("\n")}`;
}
