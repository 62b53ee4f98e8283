import { fileURLToPath } from "node:url";
import type { Prompts } from "../summarizers/summarizer.ts";
import { readText } from "./files.ts";

/** The program's own prompts for a language: Dutch, or for any other one that is told its language. */
export function defaultPrompts(language: string): Prompts {
  const { log, part, join } = promptFiles(language);
  return { log: readText(log), part: readText(part), join: readText(join) };
}

/** Where these stand. */
export function promptFiles(language: string): Prompts {
  const tag = language.toLowerCase().startsWith("nl") ? "nl" : "en";
  const path = (name: string) => fileURLToPath(new URL(`../../prompts/${name}.${tag}.md`, import.meta.url));
  return { log: path("contact-log"), part: path("part"), join: path("join") };
}
