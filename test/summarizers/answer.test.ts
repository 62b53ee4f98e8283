import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Taxonomy } from "../../src/model.ts";
import {
  classifications,
  fitNote,
  logSchema,
  type ReadAnswer,
  readLog,
  readPart,
} from "../../src/summarizers/answer.ts";

const taxonomy: Taxonomy = [
  { category: "Facturen", subcategories: ["Nota", "Overig"] },
  { category: "Één zaak", subcategories: ["Overig"] },
];

const good = {
  description: "Nota betwist",
  note: [
    { sentence: "Regel een.", turns: [1] },
    { sentence: "Regel twee.", turns: [2, 3] },
  ],
  classification: "Facturen › Nota",
  actionItems: [{ text: "Terugbellen", owner: "agent", due: "2026-02-28" }],
  sentiment: "mixed",
  resolved: "partly",
};

function read(answer: object | string): ReadAnswer {
  return readLog(typeof answer === "string" ? answer : JSON.stringify(answer), taxonomy);
}

function draftOf(answer: object | string) {
  const result = read(answer);
  if (!result.ok) throw new Error(result.problem);
  return result.draft;
}

const plain = {
  description: "Nota betwist",
  note: [
    { text: "Regel een.", turns: [1] },
    { text: "Regel twee.", turns: [2, 3] },
  ],
  category: "Facturen",
  subcategory: "Nota",
  actionItems: [{ text: "Terugbellen", owner: "agent", due: "2026-02-28" }],
  sentiment: "mixed",
  resolved: "partly",
};

const json = JSON.stringify(good);

test.each<[what: string, text: string]>([
  ["alone", json],
  ["indented", JSON.stringify(good, null, 2)],
  ["in a fence", `\`\`\`json\n${json}\n\`\`\``],
  ["in a fence without a language", `\`\`\`\n${json}\n\`\`\`\n`],
  ["with prose around it", `Certainly! Here it is:\n${json}\nAnything else?`],
  ["after thoughts", `<think>hm</think>\n${json}`],
  ["after thoughts with braces", `<think>{"a": 1}, or {b}?</think>\n${json}`],
  ["before prose with braces", `${json}\nI left {category} out.`],
  ["before a smaller object", `${json}\n\n{"confidence": 1}`],
  ["after a longer object that is no answer", `{"seen": "${"x".repeat(2_000)}"}\n${json}`],
  [
    "after a first try",
    `${JSON.stringify({ ...good, description: "Nota wordt betwist, en meer" })}\nBeter:\n${json}`,
  ],
  ["with braces in its words", JSON.stringify({ ...good, extra: '"}{' })],
  ["with a mark in front", `\ufeff${json}`],
  ["inside the schema's name", JSON.stringify({ contact_log: good })],
  ["with fields nobody asked for", JSON.stringify({ ...good, accountId: "4711", __proto__: { x: 1 } })],
])("an answer %s is read", (_what, text) => {
  expect(draftOf(text)).toStrictEqual(plain);
});

test.each<[what: string, text: string]>([
  ["nothing", ""],
  ["prose", "I cannot help with that."],
  ["cut off", json.slice(0, -20)],
  ["cut off in a fence", `\`\`\`json\n${json.slice(0, 80)}`],
  ["an array", "[1, 2]"],
  ["a string", '"text"'],
  ["null", "null"],
  ["the wrong way round", "} nothing {"],
])("%s is no JSON object", (_what, text) => {
  expect(read(text)).toEqual({ ok: false, problem: "the answer is not a JSON object" });
});

describe("an example that the prompt gives", () => {
  const example = {
    ...good,
    description: "Bestelling niet ontvangen",
    note: [{ sentence: "Zoek.".repeat(99), turns: [1] }],
  };
  const prompt = `Write {one} object:\n\`\`\`json\n${JSON.stringify(example, null, 2)}\n\`\`\``;

  test.each([
    ["as it stands there", prompt],
    ["written anew", JSON.stringify({ ...example, sentiment: "neutral" })],
  ])("is no answer, %s", (_what, text) => {
    expect(readLog(text, taxonomy, prompt)).toEqual({
      ok: false,
      problem: "the answer is an example of the prompt",
    });
  });

  test("gives way to an answer before or after it", () => {
    expect(readLog(`${prompt}\n${json}`, taxonomy, prompt)).toStrictEqual({ ok: true, draft: plain });
    expect(readLog(`${json}\n${prompt}`, taxonomy, prompt)).toStrictEqual({ ok: true, draft: plain });
  });
});

test.each<[what: string, change: object, field: string]>([
  ["no description", { description: undefined }, "description"],
  ["an empty description", { description: "  " }, "description"],
  ["a description that is none", { description: { text: "secret" } }, "description"],
  ["no note", { note: null }, "note"],
  ["an empty note", { note: "\n" }, "note"],
  ["a note of no sentence", { note: [] }, "note"],
  ["a note of empty sentences", { note: [{ sentence: " <br> ", turns: [1] }] }, "note"],
  ["a note that is none", { note: [{ text: "secret" }] }, "note"],
  ["no classification", { classification: undefined }, "classification"],
  ["an invented pair", { classification: "Secret › Nota" }, "classification"],
  ["a category alone", { classification: "Facturen" }, "classification"],
  ["a subcategory of another category", { classification: "Één zaak › Nota" }, "classification"],
  ["levels in the wrong order", { classification: "Nota › Facturen" }, "classification"],
])("%s is a problem told by the field's name, without its content", (_what, change, field) => {
  const result = read({ ...good, ...change });
  expect(result.ok).toBe(false);
  if (result.ok) return;
  expect(result.problem).toContain(field);
  expect(result.problem).not.toMatch(/secret/i);
});

test("a word that is an object no text can be made of is as good as none", () => {
  const odd = { toString: null };
  expect(draftOf({ ...good, sentiment: odd, resolved: odd })).toEqual(
    draftOf({ ...good, sentiment: "of tomorrow", resolved: "of tomorrow" }),
  );
});

test("several problems are told at once", () => {
  const result = read({ sentiment: "mixed" });
  expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(/description.*note/) });
});

test.each<[what: string, change: object]>([
  ["in other letters", { classification: "facturen › NOTA" }],
  ["with space around it", { classification: " Facturen › Nota " }],
  ["with a mark of a plain keyboard", { classification: "Facturen > Nota" }],
  ["as the list has it", { classification: "- Facturen › Nota" }],
  ["in quotes", { classification: "‘Facturen › Nota’." }],
  ["with a stroke", { classification: "Facturen / Nota" }],
  ["with a dash", { classification: "Facturen – Nota" }],
  ["as an object", { classification: { category: "Facturen", subcategory: "Nota" } }],
  ["as two fields", { classification: undefined, category: "Facturen", subcategory: "nota" }],
])("a pair %s is written as the taxonomy has it", (_what, change) => {
  expect(draftOf({ ...good, ...change })).toMatchObject({ category: "Facturen", subcategory: "Nota" });
});

test("a mark that could part two pairs chooses none", () => {
  const close: Taxonomy = [
    { category: "Wonen", subcategories: ["Huur / Koop"] },
    { category: "Wonen / Huur", subcategories: ["Koop"] },
  ];
  const of = (classification: string) => readLog(JSON.stringify({ ...good, classification }), close);
  expect(of("Wonen / Huur / Koop").ok).toBe(false);
  expect(of("wonen › huur / koop")).toMatchObject({ draft: { category: "Wonen" } });
  expect(of("Wonen / Huur › Koop")).toMatchObject({ draft: { category: "Wonen / Huur" } });
});

test("action items may be left out, or be bare", () => {
  expect(draftOf({ ...good, actionItems: null }).actionItems).toEqual([]);
  expect(draftOf({ ...good, actionItems: ["Terugbellen"] }).actionItems).toEqual([
    { text: "Terugbellen", owner: "company", due: null },
  ]);
});

test("a pair in another Unicode form is the same", () => {
  const classification = "Één zaak › Overig".normalize("NFD");
  expect(draftOf({ ...good, classification }).category).toBe("Één zaak");
});

test.each<[due: unknown, expected: string | null]>([
  ["2026-02-28", "2026-02-28"],
  [" 2026-02-28 ", "2026-02-28"],
  ["2028-02-29", "2028-02-29"],
  ["2026-02-29", null],
  ["2026-02-30", null],
  ["2026-13-01", null],
  ["2026-00-10", null],
  ["2026-2-3", null],
  ["28-02-2026", null],
  ["2026-02-28T00:00:00Z", null],
  ["next week", null],
  ["", null],
  [null, null],
  [undefined, null],
])("the due date %j is %j", (due, expected) => {
  expect(draftOf({ ...good, actionItems: [{ text: "x", owner: "agent", due }] }).actionItems[0]?.due).toBe(
    expected,
  );
});

describe("what is not as asked but harmless", () => {
  test.each<[what: string, change: object, expected: object]>([
    ["a sentiment in Dutch", { sentiment: "Negatief" }, { sentiment: "negative" }],
    ["an outcome in Dutch", { resolved: "deels" }, { resolved: "partly" }],
    [
      "owners in other words",
      { actionItems: ["Klant", "Medewerker", "AGENT", "bedrijf"].map((owner) => ({ text: "x", owner })) },
      { actionItems: ["customer", "agent", "agent", "company"].map((owner) => ({ owner })) },
    ],
    ["an unknown sentiment", { sentiment: "angry" }, { sentiment: "neutral" }],
    ["an unknown outcome", { resolved: "maybe" }, { resolved: "unknown" }],
    ["no action items", { actionItems: undefined }, { actionItems: [] }],
    [
      "an unknown owner",
      { actionItems: [{ text: "x", owner: "nobody" }] },
      { actionItems: [{ owner: "company" }] },
    ],
    ["an empty action item", { actionItems: [{ text: " <br> ", owner: "agent" }] }, { actionItems: [] }],
  ])("%s", (_what, change, expected) => {
    expect(draftOf({ ...good, ...change })).toMatchObject(expected);
  });
});

describe("a note", () => {
  test.each<[what: string, note: unknown, expected: { text: string; turns: number[] }[]]>([
    [
      "as one text",
      "Regel een. Regel twee.\nRegel drie",
      [
        { text: "Regel een.", turns: [] },
        { text: "Regel twee.", turns: [] },
        { text: "Regel drie", turns: [] },
      ],
    ],
    ["of bare sentences", ["Regel een."], [{ text: "Regel een.", turns: [] }]],
    ["without turns", [{ sentence: "Regel een." }], [{ text: "Regel een.", turns: [] }]],
    [
      "with turns that are none",
      [{ sentence: "Regel een.", turns: ["2", 0, -1, 1.5, "x", null, { toString: null }, [7], 2, 3] }],
      [{ text: "Regel een.", turns: [2, 3] }],
    ],
  ])("%s is read", (_what, note, expected) => {
    expect(draftOf({ ...good, note }).note).toEqual(expected);
  });

  test("is cut to its length at a word, and room can be kept free", () => {
    const sentences = Array.from({ length: 10 }, (_, index) => ({
      text: "woord ".repeat(10).trim(),
      turns: [index + 1],
    }));
    const fitted = fitNote(sentences, 150, 20);
    const length = fitted.reduce((sum, { text }) => sum + text.length + 1, 0);
    expect(length).toBeLessThanOrEqual(131);
    expect(fitted.at(-1)?.text.endsWith("…")).toBe(true);
    expect(fitNote(sentences, 156, 20).filter(({ text }) => text.endsWith("…"))).toHaveLength(1);
    expect(fitNote(sentences, 150, 200)).toEqual([]);
  });
});

test("what a part holds is read by the same rules", () => {
  expect(readPart('```json\n{"sentences":[{"sentence":"<b>Een zin.</b>","turns":[4]}]}\n```')).toEqual({
    ok: true,
    sentences: [{ text: "Een zin.", turns: [4] }],
  });
  expect(readPart('{"sentences":[]}')).toMatchObject({
    ok: false,
    problem: expect.stringContaining("sentences"),
  });
  expect(readPart("no")).toMatchObject({ ok: false });
});

test("markup, line breaks and hidden characters are gone", () => {
  const draft = draftOf({
    ...good,
    description: "<b>Nota</b>\nbetwist &amp; \u200bmeer",
    note: [{ sentence: "<p>Een</p>\r\n\r\n<script>x</script>twee\u{e0041}", turns: [1] }],
    actionItems: [{ text: "<a href='https://evil.example'>Bel\u0000 terug</a>", owner: "agent" }],
  });
  expect(draft).toMatchObject({
    description: "Nota betwist & meer",
    note: [{ text: "Een x twee", turns: [1] }],
    actionItems: [{ text: "Bel terug" }],
  });
});

test("every text has its limit, and so has the number of action items", () => {
  const item = { text: "woord ".repeat(1_000), owner: "agent" };
  const draft = draftOf({
    ...good,
    description: "woord ".repeat(1_000),
    note: "woord ".repeat(3_000),
    actionItems: Array(50).fill(item),
  });
  expect(draft.description.length).toBeLessThanOrEqual(300);
  expect(draft.note.map(({ text }) => text).join(" ").length).toBeLessThanOrEqual(4_000);
  expect(draft.actionItems.length).toBeLessThanOrEqual(20);
  expect(draft.actionItems.every(({ text }) => text.length <= 500 && text.endsWith("…"))).toBe(true);
});

test("whatever a model answers, it is a whole summary or a problem", () => {
  const anything = fc.oneof(
    fc.string(),
    fc.json(),
    fc
      .record({
        ...Object.fromEntries(
          Object.entries(good).map(([name, value]) => [name, fc.oneof(fc.constant(value), fc.jsonValue())]),
        ),
      })
      .map((value) => JSON.stringify(value)),
  );
  fc.assert(
    fc.property(anything, (text) => {
      const result = read(text);
      if (!result.ok) return;
      expect(Object.keys(result.draft).sort()).toEqual(Object.keys(plain).sort());
      expect(classifications(taxonomy)).toContain(`${result.draft.category} › ${result.draft.subcategory}`);
      expect(result.draft.note.length).toBeGreaterThan(0);
      expect(
        result.draft.note.every(({ text, turns }) => text !== "" && turns.every((turn) => turn > 0)),
      ).toBe(true);
    }),
  );
});

test("the schema allows the valid pairs and no other, demands everything, and holds to strict mode", () => {
  const schema = logSchema(taxonomy) as {
    properties: Record<string, { enum?: string[]; items?: Record<string, unknown> }>;
    required: string[];
  };
  expect(schema.properties.classification?.enum).toEqual(classifications(taxonomy));
  expect(classifications(taxonomy)).toEqual(["Facturen › Nota", "Facturen › Overig", "Één zaak › Overig"]);
  expect(schema.required.sort()).toEqual(Object.keys(good).sort());
  expect(schema).toMatchObject({ type: "object", additionalProperties: false });
  expect(schema.properties.actionItems?.items).toMatchObject({
    additionalProperties: false,
    required: ["text", "owner", "due"],
  });
  expect(Object.keys(schema)).not.toContain("$schema");
});

test.each<[what: string, answer: string]>([
  ["an object in escaped quotes that never end", `{${'\\"'.repeat(500_000)}`],
  ["quotes and braces that never end", '{"'.repeat(500_000)],
  ["a classification of dots", JSON.stringify({ ...good, classification: `a${".".repeat(1_000_000)}x` })],
  ["a classification of blanks", JSON.stringify({ ...good, classification: `${" ".repeat(1_000_000)}x` })],
])("a megabyte of %s costs a try and no time", (_what, answer) => {
  const start = performance.now();
  expect(readLog(answer, taxonomy).ok).toBe(false);
  expect(performance.now() - start).toBeLessThan(5_000);
});

test("a brace and a quote that never end hide no answer behind them", () => {
  expect(read(`{ the 5" one } ${JSON.stringify(good)}`).ok).toBe(true);
});
