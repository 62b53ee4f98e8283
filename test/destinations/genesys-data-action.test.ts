import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createDataAction, dataActionSchema } from "../../src/destinations/genesys-data-action.ts";
import { type Ground, logOf, never, post, startGround } from "./genesys.ts";

const day = 86_400_000;
let ground: Ground;
beforeEach(async () => {
  ground = await startGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

describe("genesys-data-action", () => {
  const action = (options: object = {}, ambiguous: "repeat" | "park" = "repeat") =>
    createDataAction(dataActionSchema.parse({ kind: "genesys-data-action", actionId: "crm", ...options }), {
      ...ground.context,
      ambiguous,
    });
  beforeEach(() => {
    ground.platform.records.actions.set("crm", () => ({ ok: true }));
  });

  test("gets the log flat, or in fields of its own", async () => {
    const log = logOf(ground.ended());
    await post(action(), log);
    const fields = { Key: "key", "Case.Note": "note", Acties: { from: "actionItems", join: "; " } };
    await post(action({ fields }), log);
    const [flat, mapped] = ground.platform.records.executions;
    expect(flat?.input).toMatchObject({
      key: log.key,
      accountId: "ACC-4711",
      actionItems: ["Jaarnota opnieuw sturen", "Meterstand doorgeven"],
    });
    expect(
      Object.values(flat?.input ?? {}).filter(
        (value) => Object.prototype.toString.call(value) === "[object Object]",
      ),
    ).toEqual([]);
    expect(mapped?.input).toEqual({
      Key: log.key,
      Case: { Note: log.note },
      Acties: "Jaarnota opnieuw sturen; Meterstand doorgeven",
    });
  });

  test("that needs a case gets each case's own", () => {
    const log = logOf(ground.ended());
    const perCase = action({ fields: { caseId: "caseId" }, unlinked: "skip" });
    expect(perCase.perCase).toEqual({ linkGiveUpMs: 2 * day, unlinked: "skip" });
    expect(perCase.render(log, { contactId: log.key, caseId: "C-1" }).body).toBe('{"caseId":"C-1"}');
    expect(action().perCase).toBeUndefined();
  });

  test("cannot be asked without another that looks up; then it is as configured, or as the brand says", () => {
    expect(action().has).toBeUndefined();
    expect(action({}, "park").ambiguous).toBe("park");
    expect(action({ ambiguous: "repeat" }, "park").ambiguous).toBe("repeat");
  });

  test("one that looks up has to answer in so many words", async () => {
    const log = logOf(ground.ended());
    for (const answer of [{}, { found: "yes" }, []]) {
      ground.platform.records.actions.set("look", () => answer);
      const asking = action({ lookupActionId: "look" }).has?.({ key: log.key, body: "" }, never);
      await expect(asking).rejects.toMatchObject({ name: "Transient", reason: "lookup_failed" });
    }
    expect(ground.platform.records.executions[0]?.input).toEqual({ key: log.key });
  });

  test("check names an action that is not there", async () => {
    expect(await action({ lookupActionId: "gone" }).check?.(never)).toEqual([
      expect.stringMatching(/data action gone: there is no such action/),
    ]);
  });
});
