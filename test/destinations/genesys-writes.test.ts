import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Destination, Outgoing } from "../../src/destinations/destination.ts";
import { attributesSchema, createAttributes } from "../../src/destinations/genesys-attributes.ts";
import { caseSchema, createCase } from "../../src/destinations/genesys-case.ts";
import { contactNoteSchema, createContactNote } from "../../src/destinations/genesys-contact-note.ts";
import { createDataAction, dataActionSchema } from "../../src/destinations/genesys-data-action.ts";
import { createWrapup, wrapupSchema } from "../../src/destinations/genesys-wrapup.ts";
import { type Ambiguous, Permanent, Transient } from "../../src/errors.ts";
import type { Conversation } from "../../src/simulator/conversation.ts";
import type { RestFault } from "../../src/simulator/faults.ts";
import { canaries, type Ground, logOf, never, startGround } from "./genesys.ts";

const ok = () => ({});

/** Each kind: how it is made, the call that writes, and how often the platform has what was sent. */
interface Kind {
  readonly make: (ground: Ground) => Destination;
  readonly method: string;
  readonly path: RegExp;
  readonly there: (ground: Ground, conversation: Conversation) => number;
}

const kinds: Readonly<Record<string, Kind>> = {
  "genesys-contact-note": {
    make: ({ context }) =>
      createContactNote(contactNoteSchema.parse({ kind: "genesys-contact-note" }), context),
    method: "POST",
    path: /\/notes$/,
    there: ({ platform }) => platform.records.notes.length,
  },
  "genesys-data-action": {
    make: ({ context, platform: { records } }) => {
      const keys = () =>
        records.executions.filter((one) => one.actionId === "crm").map(({ input }) => input.key);
      records.actions.set("crm", ok).set("look", ({ key }) => ({ found: keys().includes(key) }));
      const options = { kind: "genesys-data-action", actionId: "crm", lookupActionId: "look" };
      return createDataAction(dataActionSchema.parse(options), { ...context, ambiguous: "park" });
    },
    method: "POST",
    path: /crm\/execute$/,
    there: ({ platform }) => platform.records.executions.filter(({ actionId }) => actionId === "crm").length,
  },
  "genesys-case": {
    make: ({ context }) =>
      createCase(caseSchema.parse({ kind: "genesys-case", caseplanId: "plan" }), context),
    method: "POST",
    path: /casemanagement\/cases$/,
    there: ({ platform }) => platform.records.cases.length,
  },
  "genesys-attributes": {
    make: ({ context }) => createAttributes(attributesSchema.parse({ kind: "genesys-attributes" }), context),
    method: "PATCH",
    path: /\/attributes$/,
    there: (_ground, { attributesSet }) => attributesSet.size,
  },
  "genesys-wrapup": {
    make: ({ context }) =>
      createWrapup(wrapupSchema.parse({ kind: "genesys-wrapup", code: "code-1", waitMs: 0 }), context),
    method: "POST",
    path: /\/wrapup$/,
    there: (_ground, { legs }) => legs.filter(({ wrapup }) => wrapup?.code === "code-1").length,
  },
};

describe.each(Object.entries(kinds))("%s", (_kind, { make, method, path, there }) => {
  let ground: Ground;
  let destination: Destination;
  let conversation: Conversation;
  let outgoing: Outgoing;

  beforeEach(async () => {
    ground = await startGround();
    destination = make(ground);
    conversation = ground.ended();
    const log = logOf(conversation);
    outgoing = { key: log.key, ...destination.render(log) };
  });
  afterEach(() => ground[Symbol.asyncDispose]());

  async function failure(fault: Omit<RestFault, "path" | "method">): Promise<Transient | Permanent> {
    ground.platform.faults.rest({ method, path, ...fault });
    const error = await destination.post(outgoing, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Error);
    for (const canary of canaries) expect((error as Error).message).not.toContain(canary);
    return error as Transient | Permanent;
  }

  test("a post writes once, and what was written is found by its key", async () => {
    expect(await destination.has?.(outgoing, never)).toBe(false);
    expect(await destination.post(outgoing, never)).toMatchObject({ alreadyThere: false });
    expect(there(ground, conversation)).toBe(1);
    expect(ground.asked(method, path)).toBe(1);
    expect(await destination.has?.(outgoing, never)).toBe(true);
  });

  test("another contact's is not taken for it", async () => {
    await destination.post(outgoing, never);
    const other = ground.ended();
    const log = logOf(other);
    const body = { key: log.key, ...destination.render(log) };
    expect(await destination.has?.(body, never)).toBe(false);
  });

  test("the same log is rendered as the same bytes", () => {
    const again = make(ground).render(logOf(conversation));
    expect(again).toEqual({ body: outgoing.body });
  });

  test("a lost reply is Ambiguous, and asking finds what was written", async () => {
    expect(await failure({ lost: "reset" })).toMatchObject({ name: "Ambiguous", reason: "connection_lost" });
    expect(there(ground, conversation)).toBe(1);
    expect(await destination.has?.(outgoing, never)).toBe(true);
  });

  test("a connection that breaks before anything was done is Ambiguous, and asking finds nothing", async () => {
    expect(await failure({ reset: true })).toMatchObject({ name: "Ambiguous" });
    expect(await destination.has?.(outgoing, never)).toBe(false);
  });

  test.each([500, 502, 504])("%i is Ambiguous", async (status) => {
    expect(await failure({ status, body: { code: "internal.server.error" } })).toMatchObject({
      name: "Ambiguous",
      reason: "platform_error",
    });
  });

  test.each<[status: number, reason: string]>([
    [429, "destination_rate_limited"],
    [503, "platform_error"],
  ])("%i with Retry-After is Transient, not before then", async (status, reason) => {
    const before = Date.now();
    const error = (await failure({ status, headers: { "retry-after": "7" }, body: {} })) as Transient;
    expect(error).toMatchObject({ name: "Transient", reason });
    expect((error.notBefore ?? 0) - before).toBeGreaterThanOrEqual(7_000);
    expect((error.notBefore ?? 0) - Date.now()).toBeLessThanOrEqual(7_000);
  });

  test("a 401 is met with a new token, once", async () => {
    ground.platform.faults.rest({ method, path, status: 401, body: {} });
    await destination.post(outgoing, never);
    expect(there(ground, conversation)).toBe(1);
    expect(ground.asked("POST", /oauth\/token$/)).toBe(2);
  });

  test("a permission that is missing waits for it to be given, and is named", async () => {
    const error = await failure({
      status: 403,
      body: {
        code: "missing.permissions",
        message: "missing the following permission(s): [some:thing:edit]",
      },
    });
    expect(error).toMatchObject({ name: "Transient", reason: "forbidden" });
    expect(error.message).toMatch(/needs some:thing:edit.*give the OAuth client's role /);
  });

  test("a 400 is Permanent with the platform's code, and without its message", async () => {
    const error = await failure({
      status: 400,
      body: { code: "constraint.validation", message: "Mevrouw Jansen is not valid" },
    });
    expect(error).toBeInstanceOf(Permanent);
    expect(error).toMatchObject({
      reason: "http_400",
      message: expect.stringContaining("constraint.validation"),
    });
  });

  test("a 404 is Permanent", async () => {
    expect(await failure({ status: 404, body: { code: "not.found" } })).toMatchObject({
      name: "Permanent",
      reason: "http_404",
    });
  });

  test("a conflict heals or is given up after a few tries", async () => {
    expect(await failure({ status: 409, body: {} })).toMatchObject({ name: "Transient", maxTries: 6 });
  });

  test("a platform that cannot be reached has certainly nothing", async () => {
    await ground.platform[Symbol.asyncDispose]();
    const error = await destination.post(outgoing, never).catch((thrown: unknown) => thrown);
    expect(error).toBeInstanceOf(Transient);
    expect((error as Ambiguous).name).toBe("Transient");
  });

  test("nothing is known where asking fails", async () => {
    ground.platform.faults.rest({ path: /conversations|casemanagement|look/, status: 500, body: {} });
    await expect(destination.has?.(outgoing, never)).rejects.toMatchObject({ name: "Transient" });
  });

  test("check is content where all is there, and names a permission that is not", async () => {
    ground.platform.records.wrapupCodes.set("code-1", "Other");
    expect(await destination.check?.(never)).toEqual([]);
    ground.platform.records.permissions = ["nothing:at:all"];
    await expect(destination.check?.(never)).rejects.toMatchObject({
      name: "Transient",
      reason: "forbidden",
      message: expect.stringMatching(/role lacks \w+:\w+:\w+/),
    });
    // A platform that lists no roles at all does not say that there are none.
    ground.platform.records.permissions = [];
    expect(await destination.check?.(never)).toEqual([]);
  });
});

describe("a conversation that the platform does not know any more", () => {
  test.each(Object.entries(kinds).filter(([kind]) => kind !== "genesys-data-action"))(
    "is Permanent: %s",
    async (_kind, { make }) => {
      await using ground = await startGround();
      const destination = make(ground);
      const log = logOf(ground.ended());
      ground.platform.faults.forgetConversations();
      const posting = destination.post({ key: log.key, ...destination.render(log) }, never);
      await expect(posting).rejects.toMatchObject({ name: "Permanent", reason: "conversation_gone" });
    },
  );
});
