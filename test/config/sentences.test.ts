import { describe, expect, test } from "vitest";
import { z } from "zod";
import { describeIssue } from "../../src/config/problems.ts";
import { configSchema } from "../../src/config/schema.ts";
import { inWords } from "../../src/config/sentences.ts";

/** What zod says by itself, and what we say where we know no better. */
const notOurs =
  /Invalid|[Ee]xpected|received|Too (?:small|big)|Unrecognized|undefined|NaN|discriminator|[<>]=|as it should be/;
const wrong: readonly unknown[] = [
  ...[null, true, 0, -1, 1.5, 5, 1e9, 1e20],
  ...["", " ", "x", "12", "no such thing", "a\u0000b", "x".repeat(5_000)],
  ...[[], [null], [[]], [1.5, "x"], {}, { nope: 1 }, { "": null }],
];

interface Place {
  readonly path: string;
  /** The whole file with this value there. */
  readonly file: (value: unknown) => unknown;
}

// biome-ignore lint/suspicious/noExplicitAny: definitions of schemas of every kind
const defOf = (schema: unknown): any => (schema as z.ZodType)._zod.def;

/** Every place that a schema knows, through all its alternatives. */
function* placesOf(schema: unknown, at: Place): Generator<Place> {
  const def = defOf(schema);
  const below = (name: string, wrap: (value: unknown) => unknown): Place => ({
    path: `${at.path}.${name}`,
    file: (value) => at.file(wrap(value)),
  });
  if (def.innerType) return yield* placesOf(def.innerType, at);
  yield at;
  if (def.type === "pipe") yield* placesOf(def.in, at);
  if (def.type === "array")
    yield* placesOf(
      def.element,
      below("0", (value) => [value]),
    );
  if (def.type === "record")
    yield* placesOf(
      def.valueType,
      below("name", (value) => ({ name: value })),
    );
  if (def.type === "union") for (const one of def.options) yield* placesOf(one, at);
  if (def.type !== "object") return;
  const fixed = Object.entries(def.shape).flatMap(([key, one]) =>
    defOf(one).type === "literal" && typeof defOf(one).values[0] === "string"
      ? [[key, defOf(one).values[0]]]
      : [],
  );
  for (const [key, one] of Object.entries(def.shape)) {
    yield* placesOf(
      one,
      below(key, (value) => ({ ...Object.fromEntries(fixed), [key]: value })),
    );
  }
}

function problemsOf(schema: z.ZodType, value: unknown): string[] {
  return [...new Set(schema.safeParse(value, { error: inWords }).error?.issues.flatMap(describeIssue))];
}

test("whatever is wrong, wherever in the file, is said in words of ours, and quotes nothing", () => {
  const places = [...placesOf(configSchema, { path: "", file: (value) => value })];
  expect(new Set(places.map(({ path }) => path)).size).toBeGreaterThan(150);
  const said = new Map<string, string>();
  for (const { path, file } of places) {
    for (const value of wrong) {
      for (const problem of problemsOf(configSchema, file(value))) {
        said.set(problem, `${path} = ${JSON.stringify(value)?.slice(0, 40)}`);
      }
    }
  }
  expect(said.size).toBeGreaterThan(300);
  expect([...said].filter(([problem]) => notOurs.test(problem))).toEqual([]);
  // A mapping names the path that is wrong; any other value may be a secret.
  const quotes = [...said].filter(([problem]) => /no such thing|a\0b|xxxx/.test(problem));
  expect(quotes.filter(([problem]) => !problem.includes(".fields.name"))).toEqual([]);
});

describe("a sentence", () => {
  const port = z.strictObject({ port: z.int().min(0).max(65_535).default(1) });
  test.each<[what: string, schema: z.ZodType, value: unknown, problem: string]>([
    ["another kind", port, { port: "9464" }, "port: must be a whole number, without quotes"],
    ["part of a number", port, { port: 1.5 }, "port: must be a whole number, without quotes"],
    ["below", port, { port: -1 }, "port: must be from 0 to 65535"],
    ["above", port, { port: 65_536 }, "port: must be from 0 to 65535"],
    ["far above", port, { port: 1e300 }, "port: must be from 0 to 65535"],
    ["one limit below", z.number().min(2), 1, "must be 2 or more"],
    ["one limit above", z.number().max(2), 3, "must be 2 at most"],
    ["more than", z.number().positive(), 0, "must be more than 0"],
    ["no number", z.number(), "x", "must be a number, without quotes"],
    ["no switch", z.boolean(), "true", "must be true or false, without quotes"],
    ["no text", z.string(), 5, 'must be text, in quotes: "…"'],
    ["no list", z.array(z.string()), "x", "must be a list, in brackets: […]"],
    ["no object", port, [], 'must be an object, in braces: {"…": …}'],
    ["missing", z.strictObject({ a: z.string() }), {}, "a: is required"],
    ["empty text", z.string().min(1), "", "must not be empty"],
    ["an empty list", z.array(z.string()).min(1), [], "must not be empty"],
    ["a long list", z.array(z.int()).min(1).max(2), [1, 2, 3], "must have 1 to 2 entries"],
    ["a long text", z.string().max(3), "four", "must have 3 characters at most"],
    ["another word", z.enum(["cut", "flag"]), "flga", 'must be "cut" or "flag"; did you mean "flag"?'],
    ["a far word", z.enum(["cut", "flag"]), "secret", 'must be "cut" or "flag"'],
    ["a number of two", z.union([z.literal(1), z.literal(2)]), 3, "must be 1, or 2"],
    [
      "several kinds",
      z.union([z.string(), z.number()]),
      [],
      'must be text, in quotes: "…", or a number, without quotes',
    ],
    ["a near key", port, { prot: 5 }, "prot: unknown key; did you mean port?"],
    [
      "a key in another case",
      z.strictObject({ baseUrl: z.string().optional() }),
      { base_url: "" },
      "base_url: unknown key; did you mean baseUrl?",
    ],
    ["a key that is there beside it", port, { port: 5, prot: 5 }, "prot: unknown key"],
    ["a far key", port, { secret: 5 }, "secret: unknown key"],
    ["a key of a thousand letters", port, { ["p".repeat(1_000)]: 5 }, `${"p".repeat(1_000)}: unknown key`],
  ])("tells of %s", (_what, schema, value, problem) => {
    expect(problemsOf(schema, value)).toEqual([problem]);
  });
});

test("a misspelt key of a brand, of a destination and of the whole file is known by the right one", () => {
  const brand = { destinaton: {}, lanugage: "nl" };
  const other = { destination: { kind: "http", ulr: "https://crm.example.com", header: {} } };
  const problems = problemsOf(configSchema, { gensys: {}, brands: [brand, other] });
  expect(problems).toEqual(
    expect.arrayContaining([
      "gensys: unknown key; did you mean genesys?",
      "brands.0.destinaton: unknown key; did you mean destination?",
      "brands.0.lanugage: unknown key; did you mean language?",
      "brands.1.destination.ulr: unknown key; did you mean url?",
      "brands.1.destination.header: unknown key; did you mean headers?",
    ]),
  );
});

test("a kind of destination that is misspelt is named with all there are", () => {
  const problems = problemsOf(configSchema, { brands: [{ destination: { kind: "htp" } }] });
  expect(problems).toEqual(
    expect.arrayContaining([
      expect.stringMatching(
        /^brands\.0\.destination\.kind: must be "http", .* or ".*; did you mean "http"\?$/,
      ),
    ]),
  );
});
