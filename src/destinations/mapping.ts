import { z } from "zod";
import { fullLog, type LogView } from "./log-samples.ts";
import { read, valueFor } from "./mapped-value.ts";
import { namesIn } from "./template.ts";

const maxFields = 200;
const code = z.union([z.string(), z.number(), z.boolean(), z.null()]);

const source = z
  .string()
  .min(1)
  .refine((path) => sampleOf(path) !== undefined, {
    error: (issue) => `"${String(issue.input)}" is nothing a contact log has (see docs/contact-log.md)`,
  });

const fromLog = z
  .strictObject({
    from: source.describe("Where in the contact log: description, agents[0].userId, provenance.model …"),
    join: z.string().max(20).optional().describe("A list as one text, with this between its items."),
    each: z
      .string()
      .min(1)
      .max(200)
      .optional()
      .describe("An item of the list: {text} ({owner}, {due}); what it has not is left out."),
    maxLength: z.int().min(1).optional().describe("A longer text is cut at a word, with an ellipsis."),
    format: z.enum(["text", "html"]).default("text").describe("html: escaped, line breaks as <br>."),
    map: z.record(z.string(), code).optional().describe("What the log says, as the backend's own code."),
    default: code.optional().describe("What map does not name; without a map, what the log has not."),
    omitEmpty: z.boolean().default(false).describe("Leave the field out where there is nothing to say."),
  })
  .superRefine((field, context) => {
    for (const message of mistakesOf(field)) {
      context.addIssue({ code: "custom", message, input: field });
    }
  });

const mapped = z.union([source, z.strictObject({ value: z.json() }), fromLog], {
  error: (issue) => firstOf(issue as z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>),
});

/** One field of the backend: a path of the contact log, a constant, or a path with how to tell it. */
export type Mapped = z.output<typeof mapped>;

export const fieldsSchema = z
  .record(z.string(), mapped)
  .superRefine((fields, context) => {
    for (const message of targetMistakes(Object.keys(fields))) {
      context.addIssue({ code: "custom", message, input: fields });
    }
  })
  .describe(
    "The body in the backend's own names; a dot makes a nested one (\\. is a plain dot). Left out: the log as it is.",
  );

export type Fields = z.output<typeof fieldsSchema>;

/** The body for a contact log, as the fields say. Pure. Throws Permanent where a `map` has no code for a value. */
export function mapLog(fields: Fields, log: LogView): Record<string, unknown> {
  const body = emptyObject();
  for (const [target, field] of Object.entries(fields)) {
    const value = valueFor(target, field, log);
    if (value !== undefined) place(body, pathOf(target), value);
  }
  return body;
}

/** A target's names from the outside in: `case.number` is two, `case\.number` one. */
export function pathOf(target: string): string[] {
  return target.split(/(?<!\\)\./).map((name) => name.replaceAll("\\.", "."));
}

/** Whether a case must be known to fill these fields. */
export function usesCase(fields: Fields | undefined): boolean {
  return Object.values(fields ?? {}).some((field) => sourceOf(field) === "caseId");
}

/** The path a field reads; undefined where it is constant. */
export function sourceOf(field: Mapped): string | undefined {
  if (typeof field === "string") return field;
  return "from" in field ? field.from : undefined;
}

function place(body: Record<string, unknown>, path: readonly string[], value: unknown): void {
  let level = body;
  for (const name of path.slice(0, -1)) {
    level[name] ??= emptyObject();
    level = level[name] as Record<string, unknown>;
  }
  level[path.at(-1) as string] = value;
}

/** Without a prototype: a field may be called anything, `constructor` too. */
function emptyObject(): Record<string, unknown> {
  return Object.create(null);
}

function sampleOf(path: string): unknown {
  return read(fullLog, path.replace(/\[\d+\]/g, "[0]"));
}

function* mistakesOf({ from, join, each, map, maxLength, format }: Omit<z.input<typeof fromLog>, "default">) {
  const sample = sampleOf(from);
  if (sample === undefined) return;
  const isList = Array.isArray(sample);
  const item: unknown = isList ? sample[0] : undefined;
  if (join !== undefined && !isList) yield `join: "${from}" is no list`;
  if (join !== undefined && Array.isArray(item)) yield `join: "${from}" is a list of lists`;
  if (each !== undefined && join === undefined) yield "each: needs join, which stands between the items";
  for (const name of namesIn(each ?? "")) {
    if (read(item, name) === undefined) yield `each: an item of "${from}" has no {${name}}`;
  }
  if (map !== undefined && typeof sample === "object") yield `map: "${from}" is no single value`;
  const shapes = maxLength !== undefined || format === "html";
  if (shapes && typeof sample === "object" && join === undefined) {
    yield `maxLength and format are for text, and "${from}" is none: give join`;
  }
}

function* targetMistakes(targets: readonly string[]) {
  if (targets.length === 0) yield "must map one field at least";
  if (targets.length > maxFields) yield `must not map more than ${maxFields} fields`;
  const paths = targets.map(pathOf);
  for (const [index, path] of paths.entries()) {
    const target = targets[index];
    if (path.some((name) => name === "" || name === "__proto__")) yield `"${target}" is no name for a field`;
    const inner = paths.findIndex(
      (other) => other.length > path.length && path.every((name, level) => name === other[level]),
    );
    if (inner >= 0) yield `"${target}" cannot be a value and hold "${targets[inner]}" too`;
  }
}

/** The complaint of the shape that was meant, not that no shape fits. */
function firstOf({ input, errors = [] }: z.core.$ZodRawIssue<z.core.$ZodIssueInvalidUnion>): string {
  const meant = typeof input === "string" ? 0 : isObject(input) ? ("value" in input ? 1 : 2) : undefined;
  const issue = meant === undefined ? undefined : errors[meant]?.[0];
  if (issue === undefined) return "must be a path of the contact log, or hold from or value";
  const at = issue.path.length > 0 ? `${issue.path.join(".")}: ` : "";
  return `${at}${issue.message}`;
}

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null;
}
