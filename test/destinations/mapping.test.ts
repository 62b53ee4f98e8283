import { describe, expect, test } from "vitest";
import { fieldsSchema, mapLog, usesCase } from "../../src/destinations/mapping.ts";
import { fillItem, fillUrl } from "../../src/destinations/template.ts";
import { contactLog } from "./contract.ts";

const view = { ...contactLog, caseId: "CASE-1" };

function mapped(fields: object, log: object = view): unknown {
  return JSON.parse(JSON.stringify(mapLog(fieldsSchema.parse(fields), log as typeof view)));
}

describe("a mapping", () => {
  test("gives the backend's own names: paths, constants, nested ones", () => {
    const fields = {
      Post_Call_Summary: "note",
      Action_Items: { from: "actionItems", join: "; " },
      Source: { value: "contactlogd" },
      "case.number": "caseId",
      "case.agent": "agents[0].userId",
      "dotted\\.name": "language",
      meta: { from: "provenance.evidence" },
      constructor: "provenance.model",
      fixed: { value: { list: [1, null] } },
    };
    expect(mapped(fields)).toEqual({
      Post_Call_Summary: contactLog.note,
      Action_Items: "Nota <opnieuw> sturen; Terugbellen",
      Source: "contactlogd",
      case: { number: "CASE-1", agent: "user-1" },
      "dotted.name": "nl",
      meta: [[1], [2, 3]],
      constructor: "test-model",
      fixed: { list: [1, null] },
    });
  });

  test("tells an item of a list as its template says, and leaves out what it has not", () => {
    const from = { from: "actionItems", join: "\n", each: "{text} ({owner}, {due})" };
    expect(mapped({ x: from })).toEqual({
      x: "Nota <opnieuw> sturen (company, 2026-03-09)\nTerugbellen (agent)",
    });
    expect(mapped({ x: from }, { ...view, actionItems: [] })).toEqual({ x: "" });
    expect(mapped({ x: { from: "agents", join: ", " } })).toEqual({ x: "user-1" });
    expect(mapped({ x: { from: "review.reasons", join: ", " } })).toEqual({ x: "" });
  });

  test("escapes for HTML, after joining", () => {
    const fields = { x: { from: "actionItems", join: "\n", format: "html" } };
    expect(mapped(fields)).toEqual({ x: "Nota &lt;opnieuw&gt; sturen<br>Terugbellen" });
    const odd = { ...view, note: `"R&D" 'n <b>` };
    expect(mapped({ x: { from: "note", format: "html" } }, odd)).toEqual({
      x: "&quot;R&amp;D&quot; &#39;n &lt;b&gt;",
    });
  });

  test.each([1, 2, 10, 20, 35, 60, 100])("cuts to %i characters at a word, markup counted", (maxLength) => {
    const note = "Klant <Jansen> vraagt & krijgt uitleg 🙂 over de jaarnota";
    const plain = mapped({ x: { from: "note", maxLength } }, { ...view, note }) as { x: string };
    expect(plain.x.length).toBeLessThanOrEqual(maxLength);
    const html = mapped({ x: { from: "note", maxLength, format: "html" } }, { ...view, note }) as {
      x: string;
    };
    if (maxLength > 1) expect(html.x.length).toBeLessThanOrEqual(maxLength);
    expect(html.x).not.toMatch(/&(?!lt;|gt;|amp;)/);
    for (const { x } of [plain, html]) {
      if (!x.endsWith("…")) expect(x).toContain("jaarnota");
      expect(x).not.toContain("\uFFFD");
    }
  });

  test("never cuts a character in half", () => {
    const note = "🙂".repeat(10);
    for (let maxLength = 2; maxLength < 20; maxLength++) {
      expect(mapped({ x: { from: "note", maxLength } }, { ...view, note })).toEqual({
        x: `${"🙂".repeat(Math.floor((maxLength - 1) / 2))}…`,
      });
    }
  });

  test("gives the backend's codes, and says where it has none", () => {
    const map = { yes: 1, partly: 2, no: null };
    expect(mapped({ x: { from: "resolved", map } })).toEqual({ x: 2 });
    expect(mapped({ x: { from: "resolved", map: { yes: 1 }, default: "other" } })).toEqual({ x: "other" });
    expect(mapped({ x: { from: "review.needed", map: { false: "N", true: "J" } } })).toEqual({ x: "N" });
    const refused = () => mapped({ status: { from: "resolved", map: { yes: 1 } } });
    expect(refused).toThrow('fields.status: map has no code for what "resolved" says here');
    expect(refused).toThrow(expect.objectContaining({ name: "Permanent", reason: "unmapped_value" }));
  });

  test("leaves out what is not there, and with omitEmpty what is empty", () => {
    expect(mapped({ a: "provenance.parts", b: "agents[3].userId", c: "agents[0].queueId" })).toEqual({
      c: null,
    });
    const empty = { from: "agents[0].queueId", omitEmpty: true };
    expect(mapped({ a: empty, b: { from: "review.reasons", omitEmpty: true }, c: "brand" })).toEqual({
      c: "helder",
    });
    expect(mapped({ a: { from: "provenance.parts", default: 1 } })).toEqual({ a: 1 });
    expect(mapped({ a: { from: "confidence", omitEmpty: true } }, { ...view, confidence: 0 })).toEqual({
      a: 0,
    });
  });

  test("a field may be called as something every object has, and reaches nothing but the body", () => {
    expect(mapped({ "constructor.touched": "brand", "toString.touched": "brand" })).toEqual({
      constructor: { touched: "helder" },
      toString: { touched: "helder" },
    });
    expect(Object).not.toHaveProperty("touched");
  });

  test("knows whether it needs a case", () => {
    expect(usesCase(fieldsSchema.parse({ a: "caseId" }))).toBe(true);
    expect(usesCase(fieldsSchema.parse({ a: { from: "caseId" }, b: "note" }))).toBe(true);
    expect(usesCase(fieldsSchema.parse({ caseId: "note", b: { value: "caseId" } }))).toBe(false);
    expect(usesCase(undefined)).toBe(false);
  });

  test.each<[fields: object, says: string]>([
    [{}, "must map one field at least"],
    [{ a: "nota" }, '"nota" is nothing a contact log has'],
    [{ a: { from: "agents[0].name" } }, '"agents[0].name" is nothing a contact log has'],
    [{ a: { from: "toString" } }, "is nothing a contact log has"],
    [{ a: { from: "note", join: ", " } }, 'join: "note" is no list'],
    [{ a: { from: "provenance.evidence", join: ", " } }, "is a list of lists"],
    [{ a: { from: "actionItems", each: "{text}" } }, "each: needs join"],
    [{ a: { from: "actionItems", join: ", ", each: "{what}" } }, 'an item of "actionItems" has no {what}'],
    [{ a: { from: "actionItems", map: {} } }, '"actionItems" is no single value'],
    [{ a: { from: "actionItems", maxLength: 10 } }, "give join"],
    [{ a: { from: "note", maxLenght: 10 } }, "maxLenght"],
    [{ a: { from: "note", maxLength: 0 } }, "maxLength"],
    [{ a: 3 }, "must be a path of the contact log, or hold from or value"],
    [{ a: "note", "a.b": "brand" }, '"a" cannot be a value and hold "a.b" too'],
    [{ "a..b": "note" }, "is no name for a field"],
    [Object.fromEntries(Array.from({ length: 201 }, (_, index) => [`f${index}`, "note"])), "more than 200"],
  ])("%j is refused", (fields, says) => {
    const { error } = fieldsSchema.safeParse(fields);
    expect(error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("\n")).toContain(
      says,
    );
  });
});

describe("a URL template", () => {
  const template = "https://crm.example/cases/{caseId}/logs/{key}?brand={brand}";

  test("is filled with each value as one segment", () => {
    expect(fillUrl(template, { caseId: "a/b ?#é", key: "c:l#1", brand: "x&y=1" })).toBe(
      "https://crm.example/cases/a%2Fb%20%3F%23%C3%A9/logs/c%3Al%231?brand=x%26y%3D1",
    );
  });

  test.each([undefined, "", ".", "..", "x".repeat(501)])("does not take %j", (caseId) => {
    const fill = () => fillUrl(template, { caseId, key: "k", brand: "b" });
    expect(fill).toThrow(expect.objectContaining({ name: "Permanent", reason: "url_value" }));
  });
});

test.each([
  ["{text} ({owner}, {due})", { text: "T", owner: "O", due: "D" }, "T (O, D)"],
  ["{text} ({owner}, {due})", { text: "T", owner: "O", due: null }, "T (O)"],
  ["{text} ({owner}, {due})", { text: "T", owner: null, due: "D" }, "T (D)"],
  ["{text} ({owner}, {due})", { text: "T", owner: "", due: null }, "T"],
  ["{due}: {text}", { text: "T", due: null }, "T"],
  ["{text} – {due}", { text: "T (x, )", due: null }, "T (x, )"],
  ["{text}", { text: "$& {owner}", owner: "O" }, "$& {owner}"],
])("an item by %j of %j is %j", (template, item, text) => {
  expect(fillItem(template, item)).toBe(text);
});
