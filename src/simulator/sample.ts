/** The part of JSON Schema that structured outputs allow. */
export interface Schema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly allOf?: readonly Schema[];
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, Schema>>;
  readonly definitions?: Readonly<Record<string, Schema>>;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly format?: string;
  readonly [other: string]: unknown;
}

/** Deeper than this a recursive schema is ended with empty arrays. */
const maxDepth = 6;

/**
 * A valid instance of a schema: null where null is allowed (always valid, whatever else a string must look like), the
 * first value of an enum, the first branch, one item an array, and strings that quote consecutive words of `text`.
 */
export function sampleOf(schema: Schema, text: string): unknown {
  const quote = quoter(text);
  return walk(schema, 0);

  function walk(node: Schema, depth: number): unknown {
    if (node.$ref !== undefined) return walk(resolve(schema, node.$ref), depth + 1);
    if (node.const !== undefined) return node.const;
    if (node.enum !== undefined) return node.enum.includes(null) ? null : node.enum[0];
    const branches = node.anyOf ?? node.oneOf;
    if (branches !== undefined) {
      const branch = branches.find(allowsNull) ?? branches[0] ?? {};
      return walk({ ...withoutBranches(node), ...branch }, depth);
    }
    if (node.allOf !== undefined) {
      const { allOf, ...rest } = node;
      return walk(
        allOf.reduce((all: Schema, part) => merge(schema, all, part), rest),
        depth,
      );
    }
    return byType(node, depth);
  }

  function byType(node: Schema, depth: number): unknown {
    switch (typeOf(node)) {
      case "object":
        return Object.fromEntries(
          Object.entries(node.properties ?? {}).map(([name, part]) => [name, walk(part, depth + 1)]),
        );
      case "array":
        return items(node, depth);
      case "string":
        return string(node, quote);
      case "integer":
        return Math.ceil(middle(node, 1));
      case "number":
        return middle(node, 0.5);
      case "boolean":
        return false;
      default:
        return null;
    }
  }

  function items(node: Schema, depth: number): unknown[] {
    const wanted = Math.min(Math.max(1, node.minItems ?? 0), node.maxItems ?? Number.POSITIVE_INFINITY);
    const length = depth > maxDepth ? (node.minItems ?? 0) : wanted;
    return Array.from({ length }, () => walk(node.items ?? { type: "string" }, depth + 1));
  }
}

function typeOf(node: Schema): string {
  if (allowsNull(node)) return "null";
  const type = typeof node.type === "string" ? node.type : node.type?.[0];
  return type ?? (node.properties === undefined ? "string" : "object");
}

function allowsNull({ type }: Schema): boolean {
  return type === "null" || (Array.isArray(type) && type.includes("null"));
}

function withoutBranches({ anyOf: _anyOf, oneOf: _oneOf, ...rest }: Schema): Schema {
  return rest;
}

function merge(root: Schema, all: Schema, part: Schema): Schema {
  const own = part.$ref === undefined ? part : resolve(root, part.$ref);
  return { ...all, ...own, properties: { ...all.properties, ...own.properties } };
}

/** A JSON pointer into the same document; `#` is the document itself. */
function resolve(root: Schema, pointer: string): Schema {
  const steps = pointer.replace(/^#\/?/, "").split("/").filter(Boolean);
  const found = steps.reduce<unknown>(
    (node, step) =>
      (node as Record<string, unknown> | undefined)?.[step.replaceAll("~1", "/").replaceAll("~0", "~")],
    root,
  );
  if (found === undefined) throw new Error(`the schema has no ${pointer}`);
  return found as Schema;
}

function middle(node: Schema, preferred: number): number {
  const low = node.minimum ?? node.exclusiveMinimum;
  const high = node.maximum ?? node.exclusiveMaximum;
  if (low !== undefined && high !== undefined) return (low + high) / 2;
  if (low !== undefined) return low + preferred;
  return high === undefined ? preferred : Math.min(preferred, high - preferred);
}

const formats: Readonly<Record<string, string>> = {
  date: "2026-01-31",
  "date-time": "2026-01-31T09:00:00.000Z",
  time: "09:00:00Z",
  email: "someone@example.com",
  uuid: "00000000-0000-4000-8000-000000000000",
};

function string(node: Schema, quote: () => string): string {
  const fixed = formats[node.format ?? ""];
  if (fixed !== undefined) return fixed;
  let text = quote();
  while (text.length < (node.minLength ?? 1)) text = `${text} ${quote()}`.trim() || "-";
  return text.slice(0, node.maxLength ?? text.length);
}

/** Each call the next eight words, from the start again at the end. */
function quoter(text: string): () => string {
  const words = text.split(/\s+/).filter((word) => word !== "");
  let from = 0;
  return () => {
    if (from >= words.length) from = 0;
    const quoted = words.slice(from, from + 8).join(" ");
    from += 8;
    return quoted === "" ? "nothing was said" : quoted;
  };
}
