import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { ContactLog } from "../../src/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, killChildren } from "../cli.ts";
import { startWorld, until, type World } from "../harness.ts";

const token = "door-token-canary-0123";
const dayMs = 86_400_000;
afterEach(killChildren);

async function worldThatKeeps(logsMs: number | undefined): Promise<World> {
  return await startWorld({
    edit(file) {
      Object.assign(file.http, { token });
      Object.assign(file, { retention: { logsMs } });
      for (const { destination } of file.brands) Object.assign(destination, { evidence: true });
    },
  });
}

function endCall({ platform }: World, customerNumber: string): string {
  const attributes = { customerNumber, authenticated: "true" };
  return quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;
}

async function ask(address: string, path: string, bearer = token) {
  const response = await fetch(`${address}${path}`, { headers: { authorization: `Bearer ${bearer}` } });
  const text = await response.text();
  return {
    status: response.status,
    cached: response.headers.get("cache-control"),
    body: JSON.parse(text) as (ContactLog & { postedAt: string })[],
  };
}

test("the next agent reads what was posted for the account and for the case, newest first, until it is forgotten", async () => {
  await using world = await worldThatKeeps(dayMs);
  const daemon = world.start();
  await daemon.connected();
  const address = await daemon.address();
  const ids: string[] = [];
  for (const account of ["HLD-1", "HLD-2", "HLD-1"]) {
    const id = endCall(world, account);
    ids.push(id);
    await daemon.logged("contact log posted", { key: id });
  }
  const [first, other, last] = ids as [string, string, string];

  const { status, cached, body } = await ask(address, "/v1/accounts/HLD-1/contact-logs");
  expect([status, cached]).toEqual([200, "no-store"]);
  expect(body.map(({ key }) => key)).toEqual([last, first]);
  const posted = world.backend.accepted.find(({ key }) => key === last)?.body as ContactLog;
  const { evidence, ...provenance } = posted.provenance;
  expect(evidence?.length).toBeGreaterThan(0);
  expect(body[0]).toEqual({ ...posted, provenance, postedAt: expect.stringMatching(/^20\d\d-.*Z$/) });
  expect((await ask(address, "/v1/accounts/HLD-1/contact-logs?limit=1")).body).toHaveLength(1);

  const links = [first, other].map((contactId) => ({ contactId, caseId: "zaak/7 #1" }));
  await fetch(`${address}/v1/case-links`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(links),
  });
  const ofCase = `/v1/cases/${encodeURIComponent("zaak/7 #1")}/contact-logs`;
  expect((await ask(address, ofCase)).body.map(({ key }) => key)).toEqual([other, first]);

  expect((await ask(address, "/v1/accounts/HLD-9/contact-logs")).body).toEqual([]);
  expect((await ask(address, `/v1/cases/${"k".repeat(200)}/contact-logs`)).body).toEqual([]);
  for (const query of ["?limit=0", "?limit=51", "?limit=vijf", "?limit=5&limit=6", "?all=1"]) {
    expect((await ask(address, `/v1/accounts/HLD-1/contact-logs${query}`)).status).toBe(400);
  }
  expect((await ask(address, "/v1/accounts/HLD-1/contact-logs", "wrong-token-of-some-length")).status).toBe(
    401,
  );

  const forget = cli(["forget", "--account", "HLD-1", "--config", world.configPath]);
  expect(await forget.exit).toBe(0);
  expect((await ask(address, "/v1/accounts/HLD-1/contact-logs")).body).toEqual([]);
  expect((await ask(address, ofCase)).body.map(({ key }) => key)).toEqual([other]);
});

test("where nothing is to be kept there is nothing to read, and no word stays in the file", async () => {
  await using world = await worldThatKeeps(undefined);
  const daemon = world.start();
  await daemon.connected();
  const id = endCall(world, "HLD-1");
  await daemon.logged("contact log posted", { key: id });
  const address = await daemon.address();
  expect((await ask(address, "/v1/accounts/HLD-1/contact-logs")).body).toEqual([]);
  const [accepted] = await world.backend.waitFor(1);
  const { description } = (accepted?.body ?? {}) as ContactLog;
  expect(description.length).toBeGreaterThan(10);
  const folder = dirname(world.stateFile);
  const bytes = () => readdirSync(folder).map((name) => readFileSync(join(folder, name), "utf8"));
  await until(() => bytes().every((part) => !part.includes(description)), "the words to be erased");
});

test("what is older than it is kept for is not shown, though it was not erased yet", async () => {
  await using world = await worldThatKeeps(300);
  const daemon = world.start();
  await daemon.connected();
  const address = await daemon.address();
  const id = endCall(world, "HLD-1");
  await daemon.logged("contact log posted", { key: id });
  expect((await ask(address, "/v1/accounts/HLD-1/contact-logs")).body).toHaveLength(1);
  await until(
    async () => (await ask(address, "/v1/accounts/HLD-1/contact-logs")).body.length === 0,
    "its time to be over",
  );
});
