import { describe, expect, test } from "vitest";
import { customersOf, externalContactsOf } from "../../src/destinations/genesys.ts";
import { attributesSchema } from "../../src/destinations/genesys-attributes.ts";
import { caseSchema } from "../../src/destinations/genesys-case.ts";
import { contactNoteSchema } from "../../src/destinations/genesys-contact-note.ts";
import { dataActionSchema } from "../../src/destinations/genesys-data-action.ts";
import { wrapupSchema } from "../../src/destinations/genesys-wrapup.ts";
import type { Party } from "../../src/genesys/written.ts";

describe("the customers of a conversation", () => {
  const party = (purpose: string, externalContactId?: string): Party => ({
    id: `${purpose}-${externalContactId}`,
    purpose,
    externalContactId,
    userId: undefined,
    attributes: {},
    legs: [],
  });

  test("are not the agents, nor a colleague outside who was asked, but whoever is outside where none is called so", () => {
    const parties = [party("agent", "a"), party("external", "b"), party("customer"), party("customer", "c")];
    expect(externalContactsOf([...parties, party("customer", ""), party("customer", "c")])).toEqual(["c"]);
    expect(customersOf(parties)[0]?.id).toBe("customer-undefined");
    expect(externalContactsOf([party("agent", "a"), party("external", "b")])).toEqual(["b"]);
  });
});

describe("the configuration refuses", () => {
  test.each<[what: string, schema: { safeParse(value: unknown): { success: boolean } }, value: object]>([
    ["a wrap-up without any code", wrapupSchema, { kind: "genesys-wrapup" }],
    ["a code that is a name", wrapupSchema, { kind: "genesys-wrapup", code: "Other reason" }],
    ["a data action without its id", dataActionSchema, { kind: "genesys-data-action" }],
    ["an id with a slash", dataActionSchema, { kind: "genesys-data-action", actionId: "../x" }],
    [
      "fields that are none of a log",
      dataActionSchema,
      { kind: "genesys-data-action", actionId: "a", fields: { x: "nothing" } },
    ],
    ["a case without its plan", caseSchema, { kind: "genesys-case" }],
    ["a case in a case", caseSchema, { kind: "genesys-case", caseplanId: "p", fields: { x: "caseId" } }],
    [
      "an attribute that is none",
      attributesSchema,
      { kind: "genesys-attributes", attributes: ["accountId"] },
    ],
    ["a prefix with a space", attributesSchema, { kind: "genesys-attributes", prefix: "a b" }],
    ["an unknown key", contactNoteSchema, { kind: "genesys-contact-note", contact: "x" }],
  ])("%s", (_what, schema, value) => {
    expect(schema.safeParse(value).success).toBe(false);
  });
});
