import { existsSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect } from "vitest";
import type { RequestEntry } from "../../src/simulator/api/gate.ts";
import type { Json } from "./client.ts";

/** The platform's published schemas, where they are at hand. */
const folder = new URL("../../../shared/genesys/", import.meta.url);
export const absent = !existsSync(folder);

export function load(name: string): Json {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

/** Every object with known properties has no others: what the platform does not send, the simulator must not. */
export function closed(node: Json): Json {
  if (Array.isArray(node)) return node.map(closed);
  if (typeof node !== "object" || node === null) return node;
  const inner = Object.fromEntries(Object.entries(node).map(([name, part]) => [name, closed(part)]));
  const open =
    typeof inner.properties === "object" && inner.type === "object" && !("additionalProperties" in inner);
  return open ? { ...inner, additionalProperties: false } : inner;
}

export function checker(document: Json): (pointer: string, value: unknown) => void {
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateFormats: true });
  ajv.addFormat("date-time", /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  for (const format of ["int32", "int64", "float", "double", "uri", "date", "interval"])
    ajv.addFormat(format, true);
  ajv.addSchema({ ...document, $schema: undefined }, "document");
  const compiled = new Map<string, ReturnType<typeof ajv.compile>>();
  return (pointer, value) => {
    const validate = compiled.get(pointer) ?? ajv.compile({ $ref: `document#${pointer}` });
    compiled.set(pointer, validate);
    validate(value);
    if (validate.errors) {
      expect(validate.errors, `${pointer}: ${JSON.stringify(value)?.slice(0, 2000)}`).toEqual([]);
    }
  };
}

/**
 * What requests say that the platform's OpenAPI description does not know: method and path, names in the query,
 * fields and enum members of the body. Empty when every request could have been made to the platform, undefined where
 * the description is not at hand. Downloads from the object store are no API.
 */
export function undocumentedRequests(requests: readonly RequestEntry[]): string[] | undefined {
  if (absent) return undefined;
  const openapi = load("genesys-subset.json");
  const found = requests
    .filter(({ query }) => query["X-Amz-Signature"] === undefined)
    .flatMap((request) => undocumented(openapi, request));
  return [...new Set(found)];
}

function undocumented(openapi: Json, { method, path, query, body }: RequestEntry): string[] {
  const template = templateOf(Object.keys(openapi.paths), path);
  const item = template === undefined ? undefined : openapi.paths[template];
  const operation = item?.[method.toLowerCase()];
  if (operation === undefined) return [`${method} ${template ?? path}`];
  const parameters = [...(item.parameters ?? []), ...(operation.parameters ?? [])];
  const known = new Set(
    parameters.filter((each: Json) => each.in === "query").map((each: Json) => each.name),
  );
  const names = Object.keys(query).filter((name) => !known.has(name));
  const content: Json[] = Object.values(operation.requestBody?.content ?? {});
  const schema = content[0]?.schema;
  const isEmpty = body === undefined || body === null || body === "";
  const fields = isEmpty ? [] : schema === undefined ? ["body"] : unknownIn(openapi, schema, body, "body");
  return [...names.map((name) => `query ${name}`), ...fields].map((what) => `${method} ${template}: ${what}`);
}

/** The path's template; where several fit, the one with most words of its own. */
function templateOf(templates: readonly string[], path: string): string | undefined {
  const parts = path.split("/");
  const fits = templates.filter((template) => {
    const own = template.split("/");
    return own.length === parts.length && own.every((part, index) => isId(part) || part === parts[index]);
  });
  return fits.toSorted((a, b) => a.split("/").filter(isId).length - b.split("/").filter(isId).length)[0];
}

function isId(part: string): boolean {
  return part.startsWith("{");
}

function unknownIn(openapi: Json, given: Json, value: unknown, where: string): string[] {
  const schema = flat(openapi, given);
  if (value === undefined || value === null) return [];
  if (Array.isArray(value)) {
    return value.flatMap((item) => unknownIn(openapi, schema.items ?? {}, item, `${where}[]`));
  }
  if (typeof value !== "object") {
    return schema.enum === undefined || schema.enum.includes(value) ? [] : [`${where}=${String(value)}`];
  }
  const properties = schema.properties ?? {};
  return Object.entries(value).flatMap(([name, part]) => {
    const at = `${where}.${name}`;
    if (Object.hasOwn(properties, name)) return unknownIn(openapi, properties[name], part, at);
    if (schema.additionalProperties === undefined) return schema.properties === undefined ? [] : [at];
    return unknownIn(openapi, schema.additionalProperties, part, at);
  });
}

/** A schema with its references followed and its `allOf` as one. */
function flat(openapi: Json, schema: Json): Json {
  if (schema.$ref !== undefined) {
    return flat(openapi, openapi.components.schemas[schema.$ref.split("/").at(-1)]);
  }
  if (schema.allOf === undefined) return schema;
  const parts = schema.allOf.map((part: Json) => flat(openapi, part));
  const properties = Object.assign({}, ...parts.map((part: Json) => part.properties), schema.properties);
  return Object.assign({}, ...parts, schema, Object.keys(properties).length > 0 ? { properties } : {});
}
