import { expect, test } from "vitest";
import { refusedFields } from "../../src/destinations/http-refusal.ts";

const asked = {
  body: JSON.stringify({
    Note: "Mevrouw Jansen belt",
    case: { number: "REF-1" },
    Items: [{ Due: "2026-03-09" }],
  }),
  secrets: ["Mevrouw Jansen belt", "REF-1", "2026-03-09", "ACC-4711"],
};

test.each<[shape: string, answer: unknown, fields: string[]]>([
  ["one field", { field: "Note", message: "too long" }, ["Note"]],
  [
    "a list of errors",
    { errors: [{ field: "Note" }, { path: "case.number" }, { property: "Items" }] },
    ["Note", "case.number", "Items"],
  ],
  [
    "a bare list",
    [{ message: "x", errorCode: "STRING_TOO_LONG", fields: ["Note", "Account__c"] }],
    ["Note", "Account__c"],
  ],
  [
    "FastAPI",
    {
      detail: [
        { loc: ["body", "case", "number"], msg: "x", type: "y" },
        { loc: ["body", "Items", 0, "Due"] },
      ],
    },
    ["case.number", "Items.0.Due"],
  ],
  [
    "RFC 9457 with invalid-params",
    { type: "about:blank", "invalid-params": [{ name: "Note", reason: "x" }] },
    ["Note"],
  ],
  [
    "RFC 9457 with errors",
    { status: 422, errors: [{ detail: "x", pointer: "#/case/number" }] },
    ["case.number"],
  ],
  ["JSON:API", { errors: [{ source: { pointer: "/Note" }, title: "x" }] }, ["Note"]],
  [
    "ASP.NET",
    { title: "x", errors: { Note: ["too long"], "$.case.Number": ["wrong"] } },
    ["Note", "case.Number"],
  ],
  ["Laravel", { message: "x", errors: { note: ["too long"] } }, ["note"]],
  [
    "Django",
    { Note: ["too long"], case: { number: ["unknown"] }, non_field_errors: ["x"] },
    ["Note", "case.number"],
  ],
  [
    "an echo of what was sent",
    { Note: "Mevrouw Jansen belt", case: { number: "REF-1" }, Items: [], note: ["REF-1"] },
    [],
  ],
  ["Spring", { violations: [{ propertyPath: "Note", message: "x" }] }, ["Note"]],
  ["the same twice", { errors: [{ field: "Note" }, { field: "Note" }] }, ["Note"]],
  ["a field that was missing", { errors: [{ field: "case_number" }] }, ["case_number"]],
  [
    "a value in place of a name",
    { errors: [{ field: "Jansen" }, { field: "Mevrouw Jansen" }, { field: "ACC-4711" }] },
    [],
  ],
  ["values as keys", { errors: { Jansen: ["unknown"], "mevrouw jansen belt": ["x"] } }, []],
  ["prose in place of a name", { field: "the note, which is too long; and more" }, []],
  ["no JSON", "<html>", []],
  ["nothing", null, []],
  ["numbers", { field: 3, errors: [1, 2, null] }, []],
  ["a tower", JSON.parse(`${'{"errors":'.repeat(50)}{"field":"Note"}${"}".repeat(50)}`), []],
])("%s", (_shape, answer, fields) => {
  const text = typeof answer === "string" ? answer : JSON.stringify(answer);
  expect(refusedFields(text, asked)).toEqual(fields);
});

test("no more than ten are named", () => {
  const errors = Array.from({ length: 1_000 }, (_, index) => ({ field: `f${index}` }));
  expect(refusedFields(JSON.stringify({ errors }), asked)).toHaveLength(10);
  const byField = Object.fromEntries(errors.map(({ field }) => [field, ["x"]]));
  expect(refusedFields(JSON.stringify({ errors: byField }), asked)).toHaveLength(10);
});

test("however many names there are, and whatever they quote, they are gone through at once", () => {
  const words = Array.from({ length: 600 }, (_, index) => `Woord${index} klant`).join(" ");
  const errors = Object.fromEntries(
    Array.from({ length: 20_000 }, (_, n) => [`Woord${n % 600} klant ${n}`, ["x"]]),
  );
  const startedAt = performance.now();
  expect(refusedFields(JSON.stringify({ errors }), { ...asked, secrets: [words] })).toEqual([]);
  expect(performance.now() - startedAt).toBeLessThan(4_000);
});
