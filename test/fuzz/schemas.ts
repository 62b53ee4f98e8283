import { existsSync, readFileSync } from "node:fs";
import type { Dice } from "../faults/dice.ts";
import { changed, type Json, wrongs } from "./change.ts";

const folder = new URL("../../../shared/genesys/", import.meta.url);
/** The platform's published schemas are not part of the project: where they are not at hand, nothing is made of them. */
export const absent = !existsSync(folder);
const deepest = 9;

function load(name: string): Json {
  return JSON.parse(readFileSync(new URL(name, folder), "utf8"));
}

/** Makes a payload: mostly as the schema says, with every optional field there or not, null, or of another type. */
export type Maker = (dice: Dice) => Json;

/** Makers of what the platform sends, by the name of its schema. */
export function platformMakers(): {
  rest(name: string): Maker;
  topic(name: string): Maker;
  transcript: Maker;
} {
  const rest = load("genesys-subset.json");
  const topics = load("topics.json");
  const transcript = load("sta-transcript.schema.json");
  return {
    rest: (name) => makerOf(rest, { $ref: `#/components/schemas/${name}` }),
    topic: (name) =>
      makerOf(topics, topics.topics.find(({ topic }: Json) => topic === name)?.schema ?? missing(name)),
    transcript: makerOf(transcript, transcript),
  };
}

function missing(name: string): never {
  throw new Error(`no schema of ${name}`);
}

/** @param document what `$ref`s of the schema point into */
export function makerOf(document: Json, schema: Json): Maker {
  return (dice) => {
    const made = make(document, schema, dice, 0);
    return dice.chance(0.5) ? changed(made, dice) : made;
  };
}

function make(document: Json, schema: Json, dice: Dice, depth: number): Json {
  if (schema.$ref !== undefined) return make(document, resolved(document, schema.$ref), dice, depth);
  if (schema.allOf !== undefined) {
    return Object.assign({}, ...schema.allOf.map((part: Json) => make(document, part, dice, depth)));
  }
  const oneOf = schema.anyOf ?? schema.oneOf;
  if (oneOf !== undefined) return make(document, dice.pick(oneOf), dice, depth);
  if (schema.enum !== undefined) return dice.chance(0.05) ? "of-tomorrow" : dice.pick(schema.enum);
  const type = Array.isArray(schema.type) ? dice.pick(schema.type) : schema.type;
  switch (type) {
    case "array":
      return list(document, schema, dice, depth);
    case "string":
      return text(schema, dice);
    case "integer":
    case "number":
      return dice.pick([0, 1, -1, 7, dice.between(0, 2 ** 31), 1_770_000_000_000, 0.5, 1e15]);
    case "boolean":
      return dice.chance(0.5);
    case "null":
      return null;
    default:
      return object(document, schema, dice, depth);
  }
}

function resolved(document: Json, ref: string): Json {
  return (
    ref
      .replace(/^#\//, "")
      .split("/")
      .reduce((at, name) => at?.[decodeURIComponent(name)], document) ?? missing(ref)
  );
}

function object(
  document: Json,
  { properties = {}, additionalProperties }: Json,
  dice: Dice,
  depth: number,
): Json {
  const made: Json = {};
  for (const [name, schema] of Object.entries(properties)) {
    if (dice.chance(0.35 + depth * 0.03)) continue;
    const odd = dice.next();
    if (odd < 0.03) made[name] = null;
    else if (odd < 0.06) made[name] = structuredClone(dice.pick(wrongs));
    else if (depth < deepest) made[name] = make(document, schema, dice, depth + 1);
  }
  if (typeof additionalProperties === "object") {
    const names = ["customerNumber", "authenticated", "constructor", "a b"];
    for (const name of names)
      if (dice.chance(0.4)) made[name] = make(document, additionalProperties, dice, depth + 1);
  }
  return made;
}

function list(document: Json, { items = {} }: Json, dice: Dice, depth: number): Json {
  const length = dice.pick(depth < 4 ? [0, 1, 2, 3] : [0, 1]);
  return Array.from({ length }, () => (dice.chance(0.03) ? null : make(document, items, dice, depth + 1)));
}

const ids = ["11111111-1111-4111-8111-111111111111", "AAAAAAAA-1111-4111-8111-11111111111A", "c"];
const words = [
  "",
  "customer",
  "agent",
  "Agent",
  "external",
  "acd",
  "user",
  "connected",
  "disconnected",
  "interact",
  "true",
];

function text({ format }: Json, dice: Dice): string {
  if (format === "date-time") {
    return new Date(1_770_000_000_000 + dice.between(0, 9_000_000)).toISOString();
  }
  if (format === "uri") return dice.pick(["https://a.example/x", "wss://a.example/x", "a b", "//"]);
  return dice.pick(dice.chance(0.5) ? ids : words);
}
