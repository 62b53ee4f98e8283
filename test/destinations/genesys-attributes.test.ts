import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { attributesSchema, createAttributes } from "../../src/destinations/genesys-attributes.ts";
import { type Ground, logOf, post, startGround } from "./genesys.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await startGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

describe("genesys-attributes", () => {
  const attributes = (options: object = {}) =>
    createAttributes(attributesSchema.parse({ kind: "genesys-attributes", ...options }), ground.context);

  test("are strings on the customer, under a prefix, beside those of the flow", async () => {
    const conversation = ground.ended({ attributes: { customerNumber: "HLD-1", note: "the flow's own" } });
    const log = logOf(conversation);
    await post(attributes({ prefix: "cl." }), log);
    const { participants } = conversation.toRest();
    expect(participants[0]).toMatchObject({
      purpose: "customer",
      attributes: {
        customerNumber: "HLD-1",
        note: "the flow's own",
        "cl.note": log.note,
        "cl.actionItems":
          "Jaarnota opnieuw sturen (bedrijf, uiterlijk 2026-03-12); Meterstand doorgeven (klant)",
        "cl.key": log.key,
        "cl.endedAt": log.endedAt,
      },
    });
    expect(conversation.attributesSet.size).toBe(1);
  });

  test("only what is wanted is written, and cut", async () => {
    const conversation = ground.ended();
    await post(attributes({ attributes: ["description"], maxLength: 20 }), logOf(conversation));
    const [set = {}] = conversation.attributesSet.values();
    expect(Object.keys(set)).toEqual(["contactlog_description", "contactlog_key", "contactlog_endedAt"]);
    expect(set.contactlog_description).toBe("Klant vraagt om…");
  });

  test("of several sessions the latest stays, in whichever order they come", async () => {
    const conversation = ground.ended();
    const later = logOf(conversation, { key: `${conversation.id}:b`, endedAt: "2026-03-11T12:00:00.000Z" });
    const earlier = logOf(conversation, { key: `${conversation.id}:a`, endedAt: "2026-03-11T10:00:00.000Z" });
    await post(attributes(), later);
    expect(await post(attributes(), earlier)).toMatchObject({ leftOut: "later_session_there" });
    const [set] = conversation.attributesSet.values();
    expect(set?.contactlog_key).toBe(later.key);
  });
});
