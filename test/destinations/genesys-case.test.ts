import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { caseSchema, createCase } from "../../src/destinations/genesys-case.ts";
import { contactId, type Ground, logOf, never, post, startGround } from "./genesys.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await startGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

describe("genesys-case", () => {
  const cases = (options: object = {}) =>
    createCase(caseSchema.parse({ kind: "genesys-case", caseplanId: "plan-1", ...options }), ground.context);

  test("is opened from the plan, for the customer and the conversation, with our key", async () => {
    const log = logOf(ground.ended());
    await post(cases({ ownerId: "owner-1", fields: { Note: "note" } }), log);
    const request = ground.platform.requests.find(({ path }) => path.endsWith("/casemanagement/cases"));
    expect(request?.body).toEqual({
      caseplanId: "plan-1",
      conversationId: log.conversationId,
      externalContactId: contactId,
      ownerId: "owner-1",
      summary: `Klant vraagt om een nieuwe jaarnota. [${log.key}]`,
      intake: [{ data: { Note: log.note } }],
    });
  });

  test("a long description leaves room for the key", async () => {
    const log = logOf(ground.ended(), { description: "woord ".repeat(200) });
    await post(cases(), log);
    const [{ summary = "" } = {}] = ground.platform.records.cases;
    expect(summary.length).toBeLessThanOrEqual(512);
    expect(summary).toMatch(/ woord… \[[\w-]+\]$/);
  });

  test("a case somebody opened by hand is not taken for ours", async () => {
    const log = logOf(ground.ended());
    const { records } = ground.platform;
    const { conversationId } = log;
    const opening = {
      caseplanId: "p",
      externalContactId: contactId,
      conversationId,
      intake: [],
      createdAt: 0,
    };
    records.open({ ...opening, summary: "by hand" });
    const outgoing = { key: log.key, ...cases().render(log) };
    expect(await cases().has?.(outgoing, never)).toBe(false);
    await cases().post(outgoing, never);
    expect(await cases().has?.(outgoing, never)).toBe(true);
  });

  test("a customer nobody recognised is a dead letter, or nothing to do", async () => {
    const log = logOf(ground.ended({ externalContactId: undefined as never }));
    await expect(post(cases(), log)).rejects.toMatchObject({ reason: "no_external_contact" });
    expect(await post(cases({ missing: "skip" }), log)).toMatchObject({ leftOut: "no_external_contact" });
    expect(ground.platform.records.cases).toEqual([]);
  });
});
