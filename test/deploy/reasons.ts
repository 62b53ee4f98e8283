import { readdirSync } from "node:fs";
import { join } from "node:path";
import { read, root } from "./repository.ts";

/** Rooms whose errors never reach the ledger of a daemon. */
const elsewhere = /^(simulator|demo|evaluation|commands)\//;
/** Reasons carried over from another error, by the expression that carries them: they are collected where they are made. */
const carriedOver = ["reason", "error.reason", "wake"];
/** Reasons that somebody else gives, by the variable that holds them. */
const foreign = ["code"];

/** Why work is put off or dies: every reason an error of the daemon's is made with, and the files that make it. */
export function reasonsInSource(): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  for (const { file, text } of sources()) {
    const made = [
      ...firstArguments(text).flatMap(literalsIn),
      ...firstArguments(text).filter((argument) => foreign.includes(argument)),
      ...matches(text, /\breason: "(\w+)",\s*message:/g),
      ...matches(text, /error\.reason : "(\w+)"/g),
    ];
    for (const reason of made) found.set(reason, [...(found.get(reason) ?? []), file]);
  }
  return found;
}

/** First arguments that are neither a text nor carried over: a reason nobody could collect. */
export function uncollected(): string[] {
  return sources().flatMap(({ file, text }) =>
    firstArguments(text)
      .filter(
        (argument) => literalsIn(argument).length === 0 && ![...carriedOver, ...foreign].includes(argument),
      )
      .map((argument) => `${file}: ${argument}`),
  );
}

/** The daemon's source, a file each. */
export function sources(): { file: string; text: string }[] {
  return readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".ts") && !elsewhere.test(file))
    .map((file) => ({ file, text: read(join("src", file)) }));
}

/** The first argument of every `new Transient(…` and its kin. */
function firstArguments(text: string): string[] {
  return matches(
    text,
    /new (?:Permanent|Transient|Ambiguous|NotYet)\(\s*((?:`[^`]*`|"[^"]*"|[^,"`()])+)/g,
  ).map((argument) => argument.trim());
}

/** `model_${kind}` is a family: `model_…`. What is compared with is no reason. */
function literalsIn(argument: string): string[] {
  return matches(argument.replace(/===? ?"[^"]*"/g, ""), /["`]([a-z][\w${}.]*)["`]/g).map((literal) =>
    literal.replace(/\$\{[^}]*\}/g, "…"),
  );
}

const matches = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, group = ""]) => group);
