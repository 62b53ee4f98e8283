import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { createDestination, destinationSchema } from "../../src/destinations/index.ts";
import { listen } from "../../src/simulator/loopback.ts";
import { type Certificates, makeCertificates, startTlsFront } from "./certificates.ts";
import { context } from "./contract.ts";

const never = new AbortController().signal;
let certificates: Certificates;
let directory: string;

beforeAll(() => {
  certificates = makeCertificates();
  directory = mkdtempSync(join(tmpdir(), "contactlogd-schema-"));
});
afterAll(() => {
  certificates[Symbol.dispose]();
  rmSync(directory, { recursive: true, force: true });
});

async function check(schema: unknown, fields: unknown): Promise<readonly string[]> {
  const file = join(directory, "schema.json");
  writeFileSync(file, typeof schema === "string" ? schema : JSON.stringify(schema));
  return await checkAt({ schema: file, fields });
}

async function checkAt(options: object): Promise<readonly string[]> {
  const parsed = destinationSchema.parse({
    kind: "http",
    url: "https://crm.example/logs",
    timeoutMs: 500,
    ...options,
  });
  await using destination = createDestination(parsed, context);
  return (await destination.check?.(never)) ?? [];
}

const crm = {
  $schema: "https://json-schema.org/draft/2020-12/schema",
  type: "object",
  required: ["note", "source"],
  properties: {
    note: { type: "string", maxLength: 500 },
    source: { const: "contactlogd" },
    status: { enum: ["open", "closed"] },
    case: { $ref: "#/$defs/case" },
    day: { type: "string", format: "date" },
    items: { type: "array", items: { type: "string", maxLength: 50 } },
    score: { type: "integer" },
    reference: { type: "string", pattern: "^REF-\\d+$" },
  },
  $defs: {
    case: {
      allOf: [
        { properties: { number: { type: "string" } } },
        { properties: { queue: { type: ["string"] } }, required: ["number"] },
      ],
    },
  },
};

const good = {
  note: { from: "note", maxLength: 500 },
  source: { value: "contactlogd" },
  status: { from: "resolved", map: { yes: "closed" }, default: "open" },
  "case.number": "caseId",
  "case.queue": { from: "agents[0].queueId", omitEmpty: true },
  reference: "accountId",
};

test("a mapping that fits has nothing said of it", async () => {
  expect(await check(crm, good)).toEqual([]);
});

test.each<[what: string, change: object, says: string[]]>([
  [
    "a field that does not exist",
    { Note: "note", "case.nummer": "caseId" },
    ["fields.Note: the schema has no such field", "fields.case.nummer: the schema has no such field"],
  ],
  [
    "a text that is too long",
    { note: "note" },
    ['fields.note: the mapping can give 4000 characters, the schema takes 500; give it "maxLength": 500'],
  ],
  [
    "the wrong type",
    { score: "confidence" },
    ["fields.score: the schema wants integer, the mapping gives number"],
  ],
  [
    "a list for a text",
    { note: "review.reasons" },
    ["fields.note: the schema wants string, the mapping gives a list"],
  ],
  [
    "a value that can be null",
    { "case.queue": "agents[0].queueId" },
    ["fields.case.queue: the schema wants string, the mapping gives null"],
  ],
  [
    "a value that is not listed",
    { status: "sentiment" },
    ['fields.status: the schema takes ["open","closed"], the mapping can give "neutral"; give it a "map"'],
  ],
  [
    "a map without a code for each value",
    { status: { from: "resolved", map: { yes: "closed", no: "open" } } },
    ['fields.status: map has no code for what "resolved" says here; add it, or give a default'],
  ],
  [
    "a map that leads to a wrong code",
    { status: { from: "category", map: { Facturen: "closed", Storing: "shut" } } },
    ['fields.status: the schema takes ["open","closed"], the mapping can give "shut"; give it a "map"'],
  ],
  [
    "the wrong format",
    { day: "startedAt" },
    ["fields.day: the schema wants the format date, the mapping gives another"],
  ],
  [
    "a wrong constant",
    { source: { value: "x" } },
    ["fields.source: does not fit the schema: must be equal to constant"],
  ],
  [
    "a required field that nobody maps",
    { source: undefined },
    ["source: the schema requires it, and no field maps it"],
  ],
  [
    "a required field of a nested one",
    { "case.number": undefined },
    ["case.number: the schema requires it, and no field maps it"],
  ],
  [
    "a required field that some logs have not",
    { "case.queue": { value: "q" }, "case.number": { from: "agents[0].queueId", omitEmpty: true } },
    ["case.number: the schema requires it, and the mapping leaves it out of some logs"],
  ],
  [
    "items that are none",
    { items: "actionItems" },
    ["fields.items: the schema wants string, the mapping gives object"],
  ],
])("%s is named", async (_what, change, says) => {
  expect(await check(crm, JSON.parse(JSON.stringify({ ...good, ...change })))).toEqual(says);
});

describe("schemas of other kinds", () => {
  const note = { note: { from: "note", maxLength: 100 } };

  test("draft 7, with definitions and closed objects", async () => {
    const schema = {
      $schema: "http://json-schema.org/draft-07/schema#",
      definitions: { text: { type: "string", maxLength: 50 } },
      properties: { note: { $ref: "#/definitions/text" } },
      additionalProperties: false,
    };
    expect(await check(schema, { ...note, brand: "brand" })).toEqual([
      "fields.brand: the schema has no such field",
      'fields.note: the mapping can give 100 characters, the schema takes 50; give it "maxLength": 50',
    ]);
  });

  test("a text for HTML is as long as its markup can make it", async () => {
    const schema = { properties: { note: { maxLength: 8_000 } } };
    const html = { from: "note", format: "html" };
    expect(await check(schema, { note: html })).toEqual([
      'fields.note: the mapping can give 24000 characters, the schema takes 8000; give it "maxLength": 8000',
    ]);
    expect(await check(schema, { note: { ...html, maxLength: 8_000 } })).toEqual([]);
  });

  test("one of several shapes", async () => {
    const schema = {
      oneOf: [
        { properties: { kind: { const: "a" }, note: { type: "string" } }, required: ["kind", "note"] },
        { properties: { kind: { const: "b" }, text: { type: "string" } }, required: ["kind", "text"] },
      ],
    };
    expect(await check(schema, { kind: { value: "b" }, text: "note" })).toEqual([]);
    expect(await check(schema, { kind: { value: "b" }, note: "note" })).toEqual([
      "the body: must match exactly one schema in oneOf",
    ]);
  });

  test("what takes any name takes ours", async () => {
    expect(await check({ properties: { x: {} }, additionalProperties: true }, note)).toEqual([]);
    expect(await check({ patternProperties: { "^no": { type: "string" } } }, note)).toEqual([]);
    expect(await check({ type: "object" }, note)).toEqual([]);
    expect(await check(true, note)).toEqual([]);
  });

  test("a field may be nullable, a format unknown, a reference circular", async () => {
    const schema = {
      properties: {
        due: { type: ["string", "null"], format: "our-own" },
        tree: { $ref: "#/$defs/tree" },
      },
      $defs: { tree: { properties: { tree: { $ref: "#/$defs/tree" } } } },
    };
    expect(await check(schema, { due: "agents[0].queueId" })).toEqual([]);
    expect(await check({ properties: { a: {} } }, { a: "note" })).toEqual([]);
    expect(await check(schema, { "tree.leaf": "note" })).toEqual([
      "fields.tree.leaf: the schema has no such field",
    ]);
  });

  test("that go round in circles are read once", async () => {
    const node = { allOf: Array.from({ length: 30 }, () => ({ $ref: "#/$defs/node" })), properties: {} };
    const schema = { $defs: { node }, properties: { tree: { properties: { a: { $ref: "#/$defs/node" } } } } };
    expect(await check(schema, { "tree.b": "note" })).toEqual([
      "fields.tree.b: the schema has no such field",
    ]);
    expect((await check(schema, { "tree.a.b": "note" })).join()).toContain("schema");
  });

  test("without a mapping the contact log itself is held against it", async () => {
    const problems = await check(
      { properties: { key: { type: "string" }, note: { maxLength: 10 } }, additionalProperties: true },
      undefined,
    );
    expect(problems).toEqual([
      'fields.note: the mapping can give 4000 characters, the schema takes 10; give it "maxLength": 10',
    ]);
  });

  test("what is not sent is not held against it", async () => {
    const provenance = {
      properties: Object.fromEntries(
        ["model", "promptVersion", "transcriptSha256", "createdAt", "parts", "turnsLeftOut"].map((name) => [
          name,
          {},
        ]),
      ),
      additionalProperties: false,
    };
    const file = join(directory, "schema.json");
    writeFileSync(file, JSON.stringify({ properties: { provenance }, additionalProperties: true }));
    expect(await checkAt({ schema: file })).toEqual([]);
    expect(await checkAt({ schema: file, evidence: true })).toEqual([
      'fields.provenance: the schema has no field "evidence" in it',
    ]);
  });

  test("without a schema a mapping is held against what a contact log can say", async () => {
    expect(await checkAt({ fields: { a: { from: "resolved", map: { yes: 1 } } } })).toEqual([
      'fields.a: map has no code for what "resolved" says here; add it, or give a default',
    ]);
    expect(await checkAt({})).toEqual([]);
  });
});

describe("a schema that cannot be used", () => {
  test.each<[what: string, content: string, says: RegExp]>([
    ["is no JSON", "{", /schema\.json cannot be used \(it is not JSON\)$/],
    ["is no schema", "[]", /cannot be used \(it is no JSON Schema\)$/],
    ["is a wrong schema", '{"type":"strnig"}', /cannot be used \(schema is invalid/],
    [
      "needs another one",
      '{"$ref":"https://crm.example/other.json"}',
      /cannot be used \(can't resolve reference/,
    ],
  ])("in a file is a mistake: it %s", async (_what, content, says) => {
    expect(await check(content, { a: "note" })).toEqual([expect.stringMatching(says)]);
  });

  test("a file that is not there is a mistake", async () => {
    expect(await checkAt({ schema: join(directory, "none.json") })).toEqual([
      `schema: the file ${join(directory, "none.json")} cannot be used (ENOENT)`,
    ]);
  });

  test("at a URL it is nobody's mistake here, and a good one is read", async () => {
    let answer: [status: number, body: string] = [200, JSON.stringify(crm)];
    await using server = await listen((_request, response) => response.writeHead(answer[0]).end(answer[1]));
    await using front = await startTlsFront(server.url, certificates);
    const { ca, cert, key } = certificates;
    const options = {
      schema: `${front.url}/schema.json`,
      tls: { ca, cert, key },
      fields: { ...good, note: "note" },
    };
    expect(await checkAt(options)).toHaveLength(1);
    for (const [status, body, reason] of [
      [404, "", "schema_unreachable"],
      [200, "<html>", "schema_unusable"],
      [200, '{"type":3}', "schema_unusable"],
    ] as const) {
      answer = [status, body];
      await expect(checkAt(options)).rejects.toMatchObject({ name: "Transient", reason });
    }
    await expect(checkAt({ ...options, schema: "https://127.0.0.1:1/" })).rejects.toMatchObject({
      name: "Transient",
      reason: "unreachable",
    });
  });

  test("a URL that is not https is refused", () => {
    const base = { kind: "http", url: "https://crm.example/" };
    expect(destinationSchema.safeParse({ ...base, schema: "http://crm.example/s.json" }).success).toBe(false);
    expect(destinationSchema.safeParse({ ...base, schema: "schemas/s.json" }).success).toBe(true);
  });
});
