import type { z } from "zod";
import { nearest } from "./nearest.ts";

/** What a value of each kind is called, and how it is written. */
const kinds: Readonly<Record<string, string>> = {
  string: 'text, in quotes: "…"',
  number: "a number, without quotes",
  int: "a whole number, without quotes",
  boolean: "true or false, without quotes",
  object: 'an object, in braces: {"…": …}',
  record: 'an object, in braces: {"…": …}',
  array: "a list, in brackets: […]",
  tuple: "a list, in brackets: […]",
  null: "null",
};

type Raw = z.core.$ZodRawIssue;

/**
 * What is wrong with a value of the configuration, in plain words that quote nothing of it: for the `error` of a parse.
 * A schema's own sentence goes before it. Of unknown keys a line each, in their order.
 */
export function inWords(issue: Raw): string {
  switch (issue.code) {
    case "invalid_type":
      return issue.input === undefined
        ? "is required"
        : `must be ${kinds[kindOf(issue)] ?? "of another kind"}`;
    case "invalid_value":
      return choice(issue.values, issue.input);
    case "invalid_union":
      return Array.isArray(issue.options)
        ? choice(issue.options, issue.input, issue.discriminator)
        : unionOf(issue);
    case "too_small":
      return limits(issue, issue.minimum);
    case "too_big":
      return limits(issue);
    case "unrecognized_keys":
      return issue.keys.map((key) => unknownKey(key, issue)).join("\n");
    case "not_multiple_of":
      return `must be a multiple of ${issue.divisor}`;
    case "invalid_key":
      return `has a name that is none: ${firstOf(issue.issues)}`;
    case "invalid_element":
      return `has an entry that is none: ${firstOf(issue.issues)}`;
    case "invalid_format":
      return issue.format === "url"
        ? "must be a URL such as https://example.com"
        : "is not written as it should be";
    default:
      return "is not as it should be";
  }
}

/** One of a few values: all of them, and the one that was meant. */
function choice(values: readonly unknown[], input: unknown, discriminator?: string): string {
  const given = discriminator === undefined ? input : (input as Record<string, unknown>)[discriminator];
  if (given === undefined) return `is required: ${alternatives(values)}`;
  const texts = values.filter((value) => typeof value === "string");
  const meant = typeof given === "string" ? nearest(given, texts) : undefined;
  return `must be ${alternatives(values)}${meant === undefined ? "" : `; did you mean "${meant}"?`}`;
}

function alternatives(values: readonly unknown[]): string {
  const written = values.map((value) => JSON.stringify(value));
  const last = written.at(-1) ?? "";
  return written.length < 2 ? last : `${written.slice(0, -1).join(", ")} or ${last}`;
}

/** The complaint of the alternative that came furthest; where none fits at all, what each would be. */
function unionOf({ errors, input }: Extract<Raw, { code?: "invalid_union" }>): string {
  if (input === undefined) return "is required";
  const further = errors
    .map(([first]) => first)
    .find((first) => first !== undefined && first.path.length > 0);
  if (further !== undefined) return `${further.path.join(".")}: ${further.message}`;
  const wanted = errors.flatMap(([first]) =>
    first === undefined ? [] : [first.message.replace(/^must be /, "")],
  );
  return `must be ${[...new Set(wanted)].join(", or ")}`;
}

function kindOf({ expected, inst }: Extract<Raw, { code?: "invalid_type" }>): string {
  return (inst?._zod.def as { format?: string } | undefined)?.format === "safeint" ? "int" : expected;
}

/** Both limits, where the schema has two. */
function limits(issue: Extract<Raw, { code?: "too_small" | "too_big" }>, minimum?: number | bigint): string {
  const { origin, inclusive = true } = issue;
  if (minimum !== undefined && !inclusive) return `must be more than ${minimum}`;
  const [from, to] = limitsOf(issue);
  const unit = units[String(origin)];
  if (unit !== undefined && from === 1 && to === undefined) return "must not be empty";
  const what = unit === undefined ? "" : ` ${unit}`;
  const verb = unit === undefined ? "be" : "have";
  if (to === undefined) return `must ${verb} ${from}${what} or more`;
  if (from === undefined) return `must ${verb} ${to}${what} at most`;
  return `must ${verb} ${unit === undefined ? "from " : ""}${from} to ${to}${what}`;
}

const units: Readonly<Record<string, string>> = { string: "characters", array: "entries", record: "entries" };

/** Of the checks of the schema that complains; of none the one limit it names. */
function limitsOf({
  schema,
  ...issue
}: Extract<Raw, { code?: "too_small" | "too_big" }>): (number | undefined)[] {
  const checks = (schema?._zod.def as z.core.$ZodTypeDef | undefined)?.checks ?? [];
  const limitOf = (...names: string[]): number | undefined => {
    const found = checks.map(({ _zod: { def } }) => def as Limit).find(({ check }) => names.includes(check));
    return found?.value ?? found?.minimum ?? found?.maximum;
  };
  const [from, to] = [limitOf("greater_than", "min_length"), limitOf("less_than", "max_length")];
  if (from !== undefined || to !== undefined) return [from, to];
  return issue.code === "too_small" ? [Number(issue.minimum), undefined] : [undefined, Number(issue.maximum)];
}

interface Limit {
  readonly check: string;
  readonly value?: number;
  readonly minimum?: number;
  readonly maximum?: number;
}

function firstOf(issues: readonly { readonly message: string }[]): string {
  return issues[0]?.message ?? "it is not as it should be";
}

/** Of an object: the key that was meant, of those it knows and has not. */
function unknownKey(key: string, { inst, input }: Raw): string {
  const shape = (inst?._zod.def as { shape?: object } | undefined)?.shape ?? {};
  const free = Object.keys(shape).filter((known) => !Object.hasOwn(Object(input), known));
  const meant = nearest(key, free);
  return meant === undefined ? "unknown key" : `unknown key; did you mean ${meant}?`;
}
