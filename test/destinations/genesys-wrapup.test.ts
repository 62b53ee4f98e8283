import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { createWrapup, wrapupSchema } from "../../src/destinations/genesys-wrapup.ts";
import { type Ground, logOf, never, post, startGround } from "./genesys.ts";

let ground: Ground;
beforeEach(async () => {
  ground = await startGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

describe("genesys-wrapup", () => {
  const wrapup = (options: object = {}) =>
    createWrapup(wrapupSchema.parse({ kind: "genesys-wrapup", code: "other", ...options }), ground.context);
  const assigned = (conversation: { legs: readonly { wrapup?: unknown }[] }) =>
    conversation.legs.flatMap((leg) => leg.wrapup ?? []);

  test("is the last agent's, with the code of the category and the note", async () => {
    const conversation = ground.ended({
      steps: [
        { queue: "Support" },
        { answers: "Ben" },
        { transfersTo: "Billing" },
        { answers: "Cleo" },
        { customerLeaves: true },
      ],
    });
    const codes = { Facturen: "invoices", "Facturen / Jaarnota": "annual" };
    const log = logOf(conversation);
    await post(wrapup({ codes, waitMs: 0 }), log);
    const last = conversation.legs.findLast(({ purpose }) => purpose === "agent");
    expect(last?.name).toBe("Cleo");
    expect(last?.wrapup).toMatchObject({
      code: "annual",
      notes: expect.stringMatching(/^Klant vraagt.*Acties:/s),
    });
    expect(assigned(conversation)).toHaveLength(1);
    expect(ground.asked("POST", /^\/api\/v2\/conversations\/calls\/.*\/wrapup$/)).toBe(1);
  });

  test("of an agent who had the customer twice is on the second communication", async () => {
    const twice = [{ queue: "Support" }, { answers: "Ben" }, { transfersTo: "Billing" }, { answers: "Ben" }];
    const conversation = ground.ended({ steps: [...twice, { customerLeaves: true }] });
    await post(wrapup({ waitMs: 0 }), logOf(conversation));
    const legs = conversation.legs.filter(({ name }) => name === "Ben");
    expect(legs.map((leg) => leg.wrapup?.code)).toEqual([undefined, "other"]);
  });

  test("of a session is on the communication its key names", async () => {
    const conversation = ground.ended({
      medium: "message",
      steps: [
        { queue: "Support" },
        { answers: "Ben" },
        { agentLeaves: true },
        { queue: "Support" },
        { answers: "Ben" },
        { agentLeaves: true },
      ],
    });
    const [first] = conversation.legs.filter(({ purpose }) => purpose === "agent");
    const key = `${conversation.id}:${first?.communicationId}`;
    await post(wrapup({ waitMs: 0 }), logOf(conversation, { key, medium: "message" }));
    expect(first?.wrapup).toMatchObject({ code: "other" });
    expect(assigned(conversation)).toHaveLength(1);
    expect(ground.asked("POST", /^\/api\/v2\/conversations\/messages\/.*\/wrapup$/)).toBe(1);
  });

  test("what the agent wrote is never overwritten", async () => {
    const conversation = ground.ended();
    conversation.wrapUp(Date.now());
    expect(await post(wrapup(), logOf(conversation))).toMatchObject({ leftOut: "wrapup_written" });
    expect(ground.asked("POST", /wrapup$/)).toBe(0);
  });

  test.each(["ININ-WRAP-UP-TIMEOUT", "ININ-WRAP-UP-SKIPPED"])(
    "%s is nobody's, unless it has notes",
    async (code) => {
      const [empty, noted] = [ground.ended(), ground.ended()];
      for (const [conversation, notes] of [
        [empty, ""],
        [noted, "by hand"],
      ] as const) {
        const leg = conversation.legs.findLast(({ purpose }) => purpose === "agent");
        if (leg?.afterCallWork) leg.afterCallWork.endTime = Date.now();
        if (leg) leg.wrapup = { code, notes, at: Date.now() };
      }
      expect(await post(wrapup(), logOf(empty))).toEqual({ status: 200, alreadyThere: false });
      expect(await post(wrapup(), logOf(noted))).toMatchObject({ leftOut: "wrapup_written" });
    },
  );

  test("ours is there already where it was written before", async () => {
    const conversation = ground.ended();
    await post(wrapup({ waitMs: 0 }), logOf(conversation));
    expect(await post(wrapup({ waitMs: 0 }), logOf(conversation))).toEqual({
      status: 200,
      alreadyThere: true,
    });
    expect(ground.asked("POST", /wrapup$/)).toBe(1);
  });

  test("the agent's work is waited for, and not for ever", async () => {
    const conversation = ground.ended();
    const log = logOf(conversation);
    await expect(post(wrapup(), log)).rejects.toMatchObject({ name: "NotYet", reason: "after_call_work" });
    expect(await post(wrapup({ waitMs: 0 }), log)).toMatchObject({ status: 200 });
  });

  test.each<[what: string, fault: object]>([
    ["404", { status: 404, body: {} }],
    ["200 with nothing", { status: 200, body: "" }],
    ["204", { status: 204, body: "" }],
    ["200 without a code", { status: 200, body: { notes: "" } }],
  ])("none is there where the platform says %s", async (_what, fault) => {
    ground.platform.faults.rest({ method: "GET", path: /wrapup$/, ...fault });
    const conversation = ground.ended();
    await post(wrapup({ waitMs: 0 }), logOf(conversation));
    expect(assigned(conversation)).toHaveLength(1);
  });

  test("without a code for the category there is none to write", () => {
    const destination = wrapup({ code: undefined, codes: { Storing: "x" } });
    expect(() => destination.render(logOf(ground.ended()))).toThrow(/codes has none for this log's category/);
  });

  test("check names a code that is not there", async () => {
    ground.platform.records.wrapupCodes.set("other", "Other");
    expect(await wrapup({ codes: { Storing: "gone" } }).check?.(never)).toEqual([
      "Genesys wrap-up: there is no wrap-up code gone",
    ]);
  });

  test("an agent's communication that is gone is for a person", async () => {
    const log = logOf(ground.ended(), { agents: [{ userId: "nobody", queueId: null }] });
    await expect(post(wrapup({ waitMs: 0 }), log)).rejects.toMatchObject({ reason: "no_agent_leg" });
  });
});
