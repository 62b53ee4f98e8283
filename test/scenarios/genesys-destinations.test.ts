import { describe, expect, test } from "vitest";
import type { Conversation } from "../../src/simulator/conversation.ts";
import type { RestFault } from "../../src/simulator/faults.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { startWorld, until, type World } from "../harness.ts";
import { undocumentedRequests } from "../simulator/openapi.ts";

const externalContactId = "54e1e41b-0000-4000-8000-0000000000e1";
const attributes = { customerNumber: "HLD-1", authenticated: "true" };

/** The five kinds, and the call by which each writes. */
const kinds = [
  { id: "note", kind: "genesys-contact-note", method: "POST", path: /\/notes$/ },
  { id: "action", kind: "genesys-data-action", method: "POST", path: /crm\/execute$/ },
  { id: "case", kind: "genesys-case", method: "POST", path: /\/casemanagement\/cases$/ },
  { id: "attributes", kind: "genesys-attributes", method: "PATCH", path: /\/attributes$/ },
  { id: "wrapup", kind: "genesys-wrapup", method: "POST", path: /\/wrapup$/ },
] as const;
const options: Readonly<Record<string, object>> = {
  action: { actionId: "crm", lookupActionId: "look" },
  case: { caseplanId: "plan-1" },
  wrapup: { code: "code-1", waitMs: 0 },
};

async function startPlace(
  change: Readonly<Record<string, object>> = {},
  only: readonly string[] = kinds.map(({ id }) => id),
): Promise<World> {
  const world = await startWorld({
    timing: { lookupAfterMs: [20, 60] },
    edit(file) {
      const [brand] = file.brands as unknown as Record<string, unknown>[];
      delete brand?.destination;
      const wanted = kinds.filter(({ id }) => only.includes(id));
      const all = wanted.map(({ id, kind }) => ({ id, kind, ...options[id], ...change[id] }));
      Object.assign(brand ?? {}, { destinations: all });
    },
  });
  const { records } = world.platform;
  const keys = () => records.executions.filter((one) => one.actionId === "crm").map(({ input }) => input.key);
  records.actions.set("crm", () => ({})).set("look", ({ key }) => ({ found: keys().includes(key) }));
  records.wrapupCodes.set("code-1", "Other");
  return world;
}

function call({ platform }: World, change: object = {}): Conversation {
  const queue = "Helder Facturen";
  return quickConversation(platform, { queue, attributes, externalContactId, ...change });
}

/** How often the platform has the contact log of a conversation, by kind. */
function counts({ platform: { records } }: World, { id, attributesSet, legs }: Conversation) {
  return {
    note: records.notes.filter(({ noteText }) => noteText.includes(`[${id}]`)).length,
    action: records.executions.filter(({ actionId, input }) => actionId === "crm" && input.key === id).length,
    case: records.cases.filter(({ summary }) => summary.includes(`[${id}]`)).length,
    attributes: [...attributesSet.values()].filter((set) => set.contactlog_key === id).length,
    wrapup: legs.filter(({ wrapup }) => wrapup?.code === "code-1").length,
  };
}

const once = { note: 1, action: 1, case: 1, attributes: 1, wrapup: 1 };

/** Answers that say nothing of what was done: it was, it was not, and nobody knows. */
const losses: readonly [what: string, loss: Omit<RestFault, "path">][] = [
  ["is lost", { lost: "reset" }],
  ["never was", { reset: true }],
  ["is a 502", { status: 502, body: "<html>" }],
];

test.each(losses)("a contact log reaches each kind exactly once where a reply %s", async (_what, loss) => {
  await using world = await startPlace();
  const { platform } = world;
  for (const { method, path } of kinds) platform.faults.rest({ method, path, ...loss });
  const daemon = world.start();
  await daemon.connected();
  const conversation = call(world);
  for (const { id } of kinds) await daemon.logged("contact log posted", { destination: id });
  expect(counts(world, conversation)).toEqual(once);
  await daemon.stop();
  for (const { method, path } of kinds) {
    const tries = platform.requests.filter((one) => one.method === method && path.test(one.path));
    expect(tries).toHaveLength(loss.lost ? 1 : 2);
  }
  expect(
    undocumentedRequests(platform.requests)?.filter((one) => !/associations\/query$/.test(one)) ?? [],
  ).toEqual([]);
});

describe.each<[what: string, fault: Omit<RestFault, "path">, done: number]>([
  ["after the deed", { lost: "silence" }, 1],
  ["before it", { hang: true }, 0],
])("a daemon that dies %s, without a reply, asks before it does it again", (_what, fault, done) => {
  test.each(kinds)("$kind", async ({ id, method, path }) => {
    await using world = await startPlace({}, [id]);
    const { platform } = world;
    const first = world.start();
    await first.connected();
    platform.faults.rest({ method, path, ...fault });
    const conversation = call(world);
    const tries = () =>
      platform.requests.filter((one) => one.method === method && path.test(one.path)).length;
    await until(() => tries() === 1 && counts(world, conversation)[id] === done, "the deed to be under way");
    await first.kill();
    const second = world.start();
    await second.logged("contact log posted", { destination: id });
    expect(counts(world, conversation)[id]).toBe(1);
    expect(tries()).toBe(2 - done);
  });
});

test("where there is nothing to write, the others get theirs and the contact is settled", async () => {
  await using world = await startPlace({ note: { missing: "skip" } });
  const daemon = world.start();
  await daemon.connected();
  const conversation = call(world, { externalContactId: undefined });
  conversation.wrapUp(world.platform.now());
  await daemon.logged("contact log left out there", { destination: "note", reason: "no_external_contact" });
  await daemon.logged("contact log left out there", { destination: "wrapup", reason: "wrapup_written" });
  await daemon.logged("contact is a dead letter", { reason: "no_external_contact" });
  await daemon.logged("contact log posted", { destination: "attributes" });
  await daemon.logged("contact log posted", { destination: "action" });
  expect(counts(world, conversation)).toEqual({ note: 0, action: 1, case: 0, attributes: 1, wrapup: 0 });
});

test("the agent's after-call work is waited for; nobody's wrap-up is made ours", async () => {
  await using world = await startPlace({ wrapup: { waitMs: 60_000 } });
  const daemon = world.start();
  await daemon.connected();
  const conversation = call(world);
  await daemon.logged("contact postponed", { reason: "after_call_work" });
  await daemon.logged("contact log posted", { destination: "note" });
  expect(counts(world, conversation)).toEqual({ ...once, wrapup: 0 });
});

test("a missing permission is told at start; one that is taken away later waits to be given", async () => {
  await using world = await startPlace();
  const { platform } = world;
  platform.records.permissions = ["*:*:view"];
  const daemon = world.start();
  const told = await daemon.logged("destination could not be checked: it is used as it is", {
    endpoint: "helder note",
  });
  expect(told.detail).toMatch(/role lacks externalContacts:contact:edit/);
  await daemon.connected();
  platform.records.permissions = ["*:*:*"];
  const body = { code: "missing.permissions", message: "[externalContacts:contact:edit]" };
  platform.faults.rest({ method: "POST", path: /\/notes$/, status: 403, body, times: 2 });
  const conversation = call(world);
  const { detail } = await daemon.logged("contact postponed", { reason: "forbidden" });
  expect(detail).toMatch(/give the OAuth client's role externalContacts:contact:edit/);
  await daemon.logged("contact log posted", { destination: "note" });
  expect(counts(world, conversation).note).toBe(1);
});
