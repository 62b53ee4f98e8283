import { Permanent } from "../errors.ts";
import { cut } from "../text.ts";
import type { LogView } from "./log-samples.ts";
import type { Mapped } from "./mapping.ts";
import { fillItem } from "./template.ts";

/** How an item of a list is told where no template says it. */
const itemTemplates: Readonly<Record<string, string>> = { actionItems: "{text}", agents: "{userId}" };

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
  "\n": "<br>",
};

/** What lies at a path such as `agents[0].userId`; undefined where nothing does. */
export function read(log: unknown, path: string): unknown {
  let found = log;
  for (const name of path.replace(/\[(\d+)\]/g, ".$1").split(".")) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, name)) return undefined;
    found = (found as Record<string, unknown>)[name];
  }
  return found;
}

/**
 * What a field gets of a contact log; undefined leaves it out. Throws Permanent where `map` has no code for what the
 * log says.
 */
export function valueFor(target: string, mapped: Mapped, log: LogView): unknown {
  if (typeof mapped === "string") return read(log, mapped);
  if ("value" in mapped) return mapped.value;
  const coded = codeOf(target, mapped, read(log, mapped.from));
  const told = Array.isArray(coded) && mapped.join !== undefined ? joined(coded, mapped.join, mapped) : coded;
  const value = typeof told === "string" ? shaped(told, mapped) : told;
  return mapped.omitEmpty && isEmpty(value) ? undefined : value;
}

type FromLog = Extract<Mapped, { from: string }>;

function codeOf(target: string, { from, map, default: otherwise }: FromLog, found: unknown): unknown {
  if (map === undefined) {
    return (found === undefined || found === null) && otherwise !== undefined ? otherwise : found;
  }
  const said = String(found);
  if (Object.hasOwn(map, said)) return map[said];
  if (otherwise !== undefined) return otherwise;
  throw new Permanent(
    "unmapped_value",
    `fields.${target}: map has no code for what "${from}" says here; add it, or give a default`,
  );
}

function joined(items: readonly unknown[], separator: string, { from, each }: FromLog): string {
  const template = each ?? itemTemplates[from] ?? "";
  return items
    .map((item) =>
      typeof item === "object" && item !== null
        ? fillItem(template, item as Record<string, unknown>)
        : String(item ?? ""),
    )
    .filter((text) => text !== "")
    .join(separator);
}

/** Within its longest, markup counted; never cut inside an entity or a word. */
function shaped(text: string, { format, maxLength = Number.POSITIVE_INFINITY }: FromLog): string {
  const dressed = format === "html" ? escapeHtml : (plain: string) => plain;
  let room = Math.min(maxLength, text.length);
  let result = dressed(cut(text, room));
  while (result.length > maxLength && room > 1) {
    room = Math.max(1, room - Math.ceil((result.length - maxLength) / 6));
    result = dressed(cut(text, room));
  }
  return result;
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"'\n]/g, (character) => entities[character] ?? character);
}

function isEmpty(value: unknown): boolean {
  return (
    value === undefined ||
    value === null ||
    value === "" ||
    (typeof value === "object" && Object.keys(value).length === 0)
  );
}
