import { Ajv, type ErrorObject, type ValidateFunction } from "ajv";
import { Ajv2020 } from "ajv/dist/2020.js";

/** A JSON Schema, or a part of one. */
export type JsonSchema = boolean | { readonly [keyword: string]: unknown };

/** Formats the specification names; others are not looked at. */
const formats: Readonly<Record<string, RegExp>> = {
  "date-time": /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i,
  date: /^\d{4}-\d\d-\d\d$/,
  time: /^\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/i,
  email: /^[^\s@]+@[^\s@]+$/,
  uri: /^[a-z][a-z\d+.-]*:\S+$/i,
  uuid: /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i,
};

/**
 * A validator that tells every error. Drafts 4 to 7 are read as draft 7, later ones and what names none as 2020-12.
 * Throws ajv's error where it is no schema, or refers to one that is elsewhere.
 */
export function compile(schema: JsonSchema): ValidateFunction {
  const { $schema, ...rest } = typeof schema === "object" ? schema : { not: {}, $schema: undefined };
  const Validator = /draft-0[4-7]/.test(String($schema)) ? Ajv : Ajv2020;
  const ajv = new Validator({ allErrors: true, strict: false, logger: false, verbose: true, formats });
  return ajv.compile(schema === true ? {} : rest);
}

/** Errors of a value, without those of single branches where it is said that no branch fits. */
export function errorsOf(validate: ValidateFunction, value: unknown): readonly ErrorObject[] {
  if (validate(value)) return [];
  const errors = validate.errors ?? [];
  const choices = errors.filter(({ keyword }) => keyword === "anyOf" || keyword === "oneOf");
  return errors.filter(
    ({ schemaPath }) => !choices.some((choice) => schemaPath.startsWith(`${choice.schemaPath}/`)),
  );
}

/** Whether a schema names a field, or takes any name where this one would be. */
export function knows(schema: JsonSchema, path: readonly string[]): boolean {
  let levels: JsonSchema[] = [schema];
  for (const name of path) {
    const seen = new Set<JsonSchema>();
    const parts = levels.flatMap((one) => partsOf(one, schema, seen));
    if (parts.every(isOpaque)) return true;
    levels = parts.flatMap((part) => inside(part, name));
    if (levels.length === 0) return false;
  }
  return true;
}

/** A schema that says nothing of names: whatever is in it is its own. */
function isOpaque(schema: JsonSchema): boolean {
  return (
    typeof schema === "boolean" ||
    !["properties", "patternProperties", "additionalProperties"].some((keyword) => keyword in schema)
  );
}

/** It, what it refers to, and what it is composed of, once each: all that speak of the same value. */
function partsOf(schema: JsonSchema, root: JsonSchema, seen: Set<JsonSchema>): JsonSchema[] {
  if (typeof schema === "boolean" || seen.has(schema)) return [];
  seen.add(schema);
  const further = [
    ...(typeof schema.$ref === "string" ? [resolve(schema.$ref, root)] : []),
    ...["allOf", "anyOf", "oneOf"].flatMap((keyword) => list(schema[keyword])),
    ...["if", "then", "else"].flatMap((keyword) => list([schema[keyword]])),
  ];
  return [schema, ...further.flatMap((one) => partsOf(one, root, seen))];
}

function inside(schema: JsonSchema, name: string): JsonSchema[] {
  if (typeof schema === "boolean") return [];
  const { properties, patternProperties, additionalProperties } = schema;
  const named = entry(properties, name);
  const matching = Object.entries((patternProperties ?? {}) as object)
    .filter(([pattern]) => new RegExp(pattern, "u").test(name))
    .flatMap(([, one]) => list([one]));
  if (named !== undefined || matching.length > 0) return [...list([named]), ...matching];
  // Left out it would allow every name, and then no misspelt one would ever be found.
  return additionalProperties === undefined || additionalProperties === false
    ? []
    : list([additionalProperties]);
}

/** What a reference within the document leads to; any other says nothing here. */
function resolve(reference: string, root: JsonSchema): JsonSchema {
  if (!reference.startsWith("#")) return true;
  const names = decodeURIComponent(reference.slice(1)).split("/").slice(1);
  let found: unknown = root;
  for (const name of names) found = entry(found, name.replaceAll("~1", "/").replaceAll("~0", "~"));
  return list([found])[0] ?? true;
}

function entry(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null && Object.hasOwn(value, name)
    ? (value as Record<string, unknown>)[name]
    : undefined;
}

function list(values: unknown): JsonSchema[] {
  if (!Array.isArray(values)) return [];
  return values.filter((one) => typeof one === "boolean" || (typeof one === "object" && one !== null));
}
