import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** What is not ours, or is made. */
const left = new Set(["node_modules", "dist", "coverage", "state", ".git"]);

/** Every document of the repository, by its path from the root. */
export const pages: readonly string[] = markdownBelow(root).toSorted();

function markdownBelow(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !left.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownBelow(path);
      return entry.name.endsWith(".md") ? [relative(root, path)] : [];
    });
}

/** A fenced block: ```` ```sh ````. */
export interface Block {
  readonly language: string;
  /** The headings it stands under, outermost first. */
  readonly under: readonly string[];
  readonly text: string;
}

/** The fenced blocks of a page, in order. */
export function blocksIn(page: string): Block[] {
  const blocks: Block[] = [];
  let under: string[] = [];
  let open: { language: string; lines: string[] } | undefined;
  for (const line of page.split("\n")) {
    const fence = /^```(\w*)/.exec(line);
    if (open === undefined) {
      const [, marks, title] = /^(#+) (.+)$/.exec(line) ?? [];
      if (marks !== undefined) under = [...under.slice(0, marks.length - 1), title as string];
      if (fence) open = { language: fence[1] ?? "", lines: [] };
    } else if (fence) {
      blocks.push({ language: open.language, under, text: open.lines.join("\n") });
      open = undefined;
    } else open.lines.push(line);
  }
  return blocks;
}

/**
 * The commands of a shell block, in order: without comments, with their here-documents, and lines that go on joined.
 * What stands between `;` or `&&` is one command.
 */
export function commandsIn(block: string): string[] {
  const commands: string[] = [];
  const lines = block.split("\n");
  for (let at = 0; at < lines.length; at++) {
    let command = lines[at]?.replace(/(^| +)# .*$/, "") ?? "";
    while (command.endsWith("\\")) command = `${command.slice(0, -1)}${lines[++at]?.trim() ?? ""}`;
    const end = /<<'(\w+)'/.exec(command)?.[1];
    while (end !== undefined && lines[at] !== end && at < lines.length) command += `\n${lines[++at]}`;
    if (command.trim() !== "") commands.push(command);
  }
  return commands;
}

/** Every shell command of a page, with the headings it stands under. */
export function shellOf(page: string): { command: string; under: readonly string[] }[] {
  return blocksIn(page)
    .filter(({ language }) => language === "sh")
    .flatMap(({ text, under }) => commandsIn(text).map((command) => ({ command, under })));
}
