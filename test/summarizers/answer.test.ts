import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Taxonomy } from "../../src/model.ts";
import { answerSchema, classifications, type ReadAnswer, readAnswer } from "../../src/summarizers/answer.ts";

const taxonomy: Taxonomy = [
  { category: "Facturen", subcategories: ["Nota", "Overig"] },
  { category: "Één zaak", subcategories: ["Overig"] },
];

const good = {
  description: "Nota betwist",
  note: "Regel een.\nRegel twee.",
  classification: "Facturen › Nota",
  actionItems: [{ text: "Terugbellen", owner: "agent", due: "2026-02-28" }],
  sentiment: "mixed",
  resolved: "partly",
  confidence: 0.9,
};

function read(answer: object | string): ReadAnswer {
  return readAnswer(typeof answer === "string" ? answer : JSON.stringify(answer), taxonomy);
}

function summaryOf(answer: object | string) {
  const result = read(answer);
  if (!result.ok) throw new Error(result.problem);
  return result.summary;
}

const plain = {
  description: "Nota betwist",
  note: "Regel een.\nRegel twee.",
  category: "Facturen",
  subcategory: "Nota",
  actionItems: [{ text: "Terugbellen", owner: "agent", due: "2026-02-28" }],
  sentiment: "mixed",
  resolved: "partly",
  confidence: 0.9,
  review: { needed: false, reasons: [] },
};

const json = JSON.stringify(good);

test.each<[what: string, text: string]>([
  ["alone", json],
  ["indented", JSON.stringify(good, null, 2)],
  ["in a fence", `\`\`\`json\n${json}\n\`\`\``],
  ["in a fence without a language", `\`\`\`\n${json}\n\`\`\`\n`],
  ["with prose around it", `Certainly! Here it is:\n${json}\nAnything else?`],
  ["after thoughts", `<think>hm</think>\n${json}`],
  ["with a mark in front", `\ufeff${json}`],
  ["with fields nobody asked for", JSON.stringify({ ...good, accountId: "4711", __proto__: { x: 1 } })],
])("an answer %s is read", (_what, text) => {
  expect(summaryOf(text)).toStrictEqual(plain);
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

test.each<[what: string, change: object, field: string]>([
  ["no description", { description: undefined }, "description"],
  ["an empty description", { description: "  " }, "description"],
  ["a description that is none", { description: { text: "secret" } }, "description"],
  ["no note", { note: null }, "note"],
  ["an empty note", { note: "\n" }, "note"],
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

test("several problems are told at once", () => {
  const result = read({ confidence: 1 });
  expect(result).toMatchObject({ ok: false, problem: expect.stringMatching(/description.*note/) });
});

test.each<[what: string, change: object]>([
  ["in other letters", { classification: "facturen › NOTA" }],
  ["with space around it", { classification: " Facturen › Nota " }],
  ["as two fields", { classification: undefined, category: "Facturen", subcategory: "nota" }],
])("a pair %s is written as the taxonomy has it", (_what, change) => {
  expect(summaryOf({ ...good, ...change })).toMatchObject({ category: "Facturen", subcategory: "Nota" });
});

test("a pair in another Unicode form is the same", () => {
  const classification = "Één zaak › Overig".normalize("NFD");
  expect(summaryOf({ ...good, classification }).category).toBe("Één zaak");
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
  expect(summaryOf({ ...good, actionItems: [{ text: "x", owner: "agent", due }] }).actionItems[0]?.due).toBe(
    expected,
  );
});

describe("what is not as asked but harmless", () => {
  test.each<[what: string, change: object, expected: object]>([
    ["an unknown sentiment", { sentiment: "angry" }, { sentiment: "neutral" }],
    ["an unknown outcome", { resolved: "maybe" }, { resolved: "unknown" }],
    ["no action items", { actionItems: undefined }, { actionItems: [] }],
    [
      "an unknown owner",
      { actionItems: [{ text: "x", owner: "nobody" }] },
      { actionItems: [{ owner: "company" }] },
    ],
    ["an empty action item", { actionItems: [{ text: " <br> ", owner: "agent" }] }, { actionItems: [] }],
    ["a confidence above 1", { confidence: 7 }, { confidence: 1 }],
    ["a confidence below 0", { confidence: -1 }, { confidence: 0 }],
  ])("%s", (_what, change, expected) => {
    expect(summaryOf({ ...good, ...change })).toMatchObject(expected);
  });
});

test.each([
  [0.49, true],
  [0.5, false],
  ["high", true],
  [undefined, true],
])("with confidence %j a person should look at it: %s", (confidence, needed) => {
  const reasons = needed ? ["low_confidence"] : [];
  expect(summaryOf({ ...good, confidence }).review).toEqual({ needed, reasons });
});

test("markup and hidden characters are gone, line breaks of the note stay", () => {
  const summary = summaryOf({
    ...good,
    description: "<b>Nota</b>\nbetwist &amp; \u200bmeer",
    note: "<p>Een</p>\r\n\r\n<script>x</script>twee\u{e0041}",
    actionItems: [{ text: "<a href='https://evil.example'>Bel\u0000 terug</a>", owner: "agent" }],
  });
  expect(summary).toMatchObject({
    description: "Nota betwist & meer",
    note: "Een\nx twee",
    actionItems: [{ text: "Bel terug" }],
  });
});

test("every text has its limit, and so has the number of action items", () => {
  const item = { text: "woord ".repeat(1_000), owner: "agent" };
  const summary = summaryOf({
    ...good,
    description: "woord ".repeat(1_000),
    note: "woord ".repeat(3_000),
    actionItems: Array(50).fill(item),
  });
  expect(summary.description.length).toBeLessThanOrEqual(300);
  expect(summary.note.length).toBeLessThanOrEqual(4_000);
  expect(summary.actionItems.length).toBeLessThanOrEqual(20);
  expect(summary.actionItems.every(({ text }) => text.length <= 500 && text.endsWith("…"))).toBe(true);
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
      expect(Object.keys(result.summary).sort()).toEqual(Object.keys(plain).sort());
      expect(classifications(taxonomy)).toContain(
        `${result.summary.category} › ${result.summary.subcategory}`,
      );
      expect(result.summary.confidence).toBeGreaterThanOrEqual(0);
      expect(result.summary.confidence).toBeLessThanOrEqual(1);
    }),
  );
});

test("the schema allows the valid pairs and no other, demands everything, and holds to strict mode", () => {
  const schema = answerSchema(taxonomy) as {
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
