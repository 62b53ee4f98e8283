import { readFileSync, statSync } from "node:fs";
import type { ErrorObject, ValidateFunction } from "ajv";
import { causeOf, Permanent, Transient } from "../errors.ts";
import type { HttpAnswer } from "../http.ts";
import { compile, errorsOf, type JsonSchema, knows } from "./json-schema.ts";
import { freeSources, fullLog, type LogView, sampleLogs } from "./log-samples.ts";
import { type Fields, type Mapped, pathOf, sourceOf } from "./mapping.ts";

const maxSchemaBytes = 2 ** 20;
/** Sentences of one destination; the rest of them follows once these are mended. */
const maxProblems = 50;

export interface Checking {
  /** A file, or an https URL; without one the mapping is held against the contact log alone. */
  readonly schema: string | undefined;
  readonly fields: Fields | undefined;
  /** What is sent of a contact log. Throws Permanent where it cannot be told in that shape. */
  readonly body: (log: LogView) => unknown;
  readonly get: (url: string, signal: AbortSignal) => Promise<HttpAnswer>;
}

/**
 * Holds what would be sent against the backend's JSON Schema: the mapping is run over sample logs that between them
 * have everything a contact log can be. @returns sentences, one a problem. Throws Transient where a schema at a URL
 * cannot be had, or is none: that is not ours to mend.
 */
export async function checkMapping(checking: Checking, signal: AbortSignal): Promise<readonly string[]> {
  const { schema: place, get } = checking;
  const remote = place?.startsWith("https://") === true;
  try {
    const schema = place === undefined || parse(remote ? await fetched(place, get, signal) : fileText(place));
    return problemsOf(schema, compile(schema), checking);
  } catch (error) {
    if (error instanceof Transient || signal.aborted) throw error;
    const why = `schema: ${remote ? "what is at the URL" : `the file ${place}`} cannot be used (${sayable(error)})`;
    if (remote) throw new Transient("schema_unusable", why);
    return [why];
  }
}

async function fetched(url: string, get: Checking["get"], signal: AbortSignal): Promise<string> {
  const { status, text } = await get(url, signal);
  if (status !== 200) throw new Transient("schema_unreachable", `schema: its URL answered HTTP ${status}`);
  return text;
}

function fileText(path: string): string {
  if (statSync(path).size > maxSchemaBytes) throw new Error(`larger than ${maxSchemaBytes} bytes`);
  return readFileSync(path, "utf8").replace(/^\uFEFF/, "");
}

function parse(text: string): JsonSchema {
  const schema: unknown = JSON.parse(text);
  if (
    typeof schema === "boolean" ||
    (typeof schema === "object" && schema !== null && !Array.isArray(schema))
  )
    return schema as JsonSchema;
  throw new Error("it is no JSON Schema");
}

function sayable(error: unknown): string {
  return error instanceof SyntaxError ? "it is not JSON" : causeOf(error).slice(0, 300);
}

/** A contact log that is sent as it is, as a mapping. */
function asItIs(): Fields {
  const { caseId: _, ...log } = fullLog;
  return Object.fromEntries(Object.keys(log).map((name) => [name.replaceAll(".", "\\."), name]));
}

function problemsOf(
  schema: JsonSchema,
  validate: ValidateFunction,
  { fields = asItIs(), body }: Pick<Checking, "fields" | "body">,
): readonly string[] {
  const unknown = Object.keys(fields).filter((target) => !knows(schema, pathOf(target)));
  const problems = unknown.map((target) => `fields.${target}: the schema has no such field`);
  const told = new Set(unknown.map((target) => `${target} additionalProperties`));
  for (const log of samplesFor(fields)) {
    for (const [about, sentence] of findings(() => body(log), validate, fields)) {
      if (told.has(about)) continue;
      told.add(about);
      problems.push(sentence);
    }
  }
  return problems.slice(0, maxProblems);
}

/** What one sample shows: what it is about, so that it is told once, and the sentence. */
function* findings(
  render: () => unknown,
  validate: ValidateFunction,
  fields: Fields,
): Generator<[string, string]> {
  let body: unknown;
  try {
    body = JSON.parse(JSON.stringify(render()));
  } catch (error) {
    if (!(error instanceof Permanent)) throw error;
    return yield [error.message, error.message];
  }
  for (const error of errorsOf(validate, body)) {
    const path = error.instancePath.split("/").slice(1).map(unescaped);
    const target = Object.keys(fields).find((one) =>
      pathOf(one).every((name, level) => name === path[level]),
    );
    const field = target === undefined ? undefined : fields[target];
    if (error.keyword === "required") {
      const missing = [...path, String(error.params.missingProperty)].join(".");
      yield [`${missing} required`, `${missing}: the schema requires it, and ${whyMissing(missing, fields)}`];
    } else if (target === undefined || field === undefined) {
      if (/^(additional|unevaluated)Properties$/.test(error.keyword)) continue;
      yield [
        `${path.join(".")} ${error.keyword}`,
        `${path.join(".") || "the body"}: ${error.message ?? error.keyword}`,
      ];
    } else if (!isUnknowable(error, field)) {
      yield [`${target} ${error.keyword}`, `fields.${target}: ${complaint(error)}`];
    }
  }
}

function whyMissing(missing: string, fields: Fields): string {
  const mapped = Object.keys(fields).some((target) => pathOf(target).join(".") === missing);
  return mapped ? "the mapping leaves it out of some logs" : "no field maps it";
}

/** What a sample of a value that others choose cannot tell: whether their values are right. */
function isUnknowable({ keyword }: ErrorObject, field: Mapped): boolean {
  const chosen = freeSources.has(sourceOf(field) ?? "") && !(typeof field === "object" && "map" in field);
  return chosen && keyword !== "type" && !/Properties$/.test(keyword);
}

function complaint({ keyword, params, data, message }: ErrorObject): string {
  switch (keyword) {
    case "maxLength":
      return `the mapping can give ${String(data).length} characters, the schema takes ${params.limit}; give it "maxLength": ${params.limit}`;
    case "type":
      return `the schema wants ${[params.type].flat().join(" or ")}, the mapping gives ${kindOf(data)}`;
    case "enum":
      return `the schema takes ${JSON.stringify(params.allowedValues).slice(0, 200)}, the mapping can give ${saidOf(data)}; give it a "map"`;
    case "format":
      return `the schema wants the format ${params.format}, the mapping gives another`;
    case "additionalProperties":
    case "unevaluatedProperties":
      return `the schema has no field "${params.additionalProperty ?? params.unevaluatedProperty}" in it`;
    default:
      return `does not fit the schema: ${message ?? keyword}`;
  }
}

function saidOf(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > 80 ? "any text" : text;
}

function kindOf(value: unknown): string {
  return value === null ? "null" : Array.isArray(value) ? "a list" : typeof value;
}

/** The samples, where a value is mapped each also with what its map names. */
function samplesFor(fields: Fields): readonly LogView[] {
  const mapped = Object.values(fields).flatMap((field) =>
    typeof field === "object" && "map" in field && field.map !== undefined && freeSources.has(field.from)
      ? [{ from: field.from, said: Object.keys(field.map), open: field.default !== undefined }]
      : [],
  );
  const known = Object.fromEntries(mapped.flatMap(({ from, said, open }) => (open ? [] : [[from, said[0]]])));
  return [
    ...sampleLogs.map((log) => ({ ...log, ...known })),
    ...mapped.flatMap(({ from, said }) => said.map((value) => ({ ...fullLog, ...known, [from]: value }))),
  ];
}

function unescaped(name: string): string {
  return name.replaceAll("~1", "/").replaceAll("~0", "~");
}
