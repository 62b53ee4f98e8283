import { afterEach, describe, expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Cli, cli, connected, killChildren, runDaemon } from "../cli.ts";
import { type Daemon, startWorld, until, type World } from "../harness.ts";

const token = "door-token-canary-0123";
const attributes = { customerNumber: "HLD-1", authenticated: "true" };
afterEach(killChildren);

/** Helder's logs go to the notes of cases. */
async function worldOfCases(
  options: { linkGiveUpMs?: number; unlinked?: "dead" | "skip" } = {},
): Promise<World> {
  return await startWorld({
    backend: { duplicateStatus: 200 },
    timing: { historyLagMs: 50 },
    edit(file) {
      const { destination } = file.brands.find(({ id }) => id === "helder") as (typeof file.brands)[number];
      const url = `${new URL(destination.url).origin}/cases/{caseId}/notes/{key}`;
      Object.assign(destination, { method: "PUT", url, ...options });
      Object.assign(file.http, { token });
    },
  });
}

const endCall = ({ platform }: World): string =>
  quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;

async function link(address: string, ...links: { contactId: string; caseId: string }[]): Promise<unknown> {
  const response = await fetch(`${address}/v1/case-links`, {
    method: "POST",
    headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
    body: JSON.stringify(links.length === 1 ? links[0] : links),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

async function balance(address: string) {
  const { sinceStart } = (await (await fetch(`${address}/status`)).json()) as {
    sinceStart: Record<string, { posted: number; waiting: object; dead: object; skipped: object }>;
  };
  return sinceStart["*"];
}

const waits = async (address: string, count = 1): Promise<void> => {
  await until(
    async () => JSON.stringify((await balance(address))?.waiting) === JSON.stringify({ case_link: count }),
    "the log to wait for its link",
  );
};

/** What the cases have, sorted; a post that was made twice would stand here twice. */
const notes = ({ backend }: World): string[] =>
  backend.attempts
    .filter(({ status }) => status === 201 || status === 200)
    .map(({ method, path }) => `${method} ${decodeURIComponent(path)}`)
    .toSorted();

const noteOf = (id: string, caseId: string): string => `PUT /cases/${caseId}/notes/${id}#${caseId}`;

async function begin(options?: Parameters<typeof worldOfCases>[0]) {
  const world = await worldOfCases(options);
  const daemon: Daemon = world.start();
  await daemon.connected();
  const address = await daemon.address();
  return { world, daemon, address, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

describe("in either order, told twice each", () => {
  test("the log first: it waits, its link delivers it, once", async () => {
    await using scene = await begin();
    const { world, address } = scene;
    const id = endCall(world);
    await waits(address);
    const one = { contactId: id, caseId: "K-1" };
    expect(await link(address, one)).toEqual({ status: 202, recorded: 1, known: 0 });
    expect(await link(address, one)).toEqual({ status: 202, recorded: 0, known: 1 });
    await scene.daemon.logged("contact log posted", { key: id });
    expect(await link(address, one)).toEqual({ status: 202, recorded: 0, known: 1 });
    expect(notes(world)).toEqual([noteOf(id, "K-1")]);
    expect(world.backend.accepted[0]).toMatchObject({ key: `${id}#K-1`, body: { key: id, brand: "helder" } });
    expect(await balance(address)).toMatchObject({ posted: 1, waiting: {}, dead: {} });
  });

  test("the link first: it is remembered, and the log goes out at once", async () => {
    await using scene = await begin();
    const { world, address, daemon } = scene;
    const id = quickConversation(world.platform, {
      queue: "Helder Facturen",
      attributes,
      durationMs: 400,
    }).id;
    const one = { contactId: id, caseId: "K-1" };
    expect(await link(address, one, one)).toMatchObject({ status: 202, recorded: 1, known: 1 });
    expect(await link(address, one)).toMatchObject({ recorded: 0, known: 1 });
    await daemon.logged("contact log posted", { key: id });
    expect(notes(world)).toEqual([noteOf(id, "K-1")]);
  });

  test("several cases each get it, one that comes after the post too", async () => {
    await using scene = await begin();
    const { world, address } = scene;
    const id = endCall(world);
    await link(address, { contactId: id, caseId: "K-1" }, { contactId: id, caseId: "zaak 2/b#c" });
    await world.backend.waitFor(2);
    await until(async () => (await balance(address))?.posted === 1, "both to be settled");
    await link(address, { contactId: id, caseId: "K-3" });
    await world.backend.waitFor(3);
    await until(async () => (await balance(address))?.posted === 1, "the contact to be settled again");
    const expected = ["K-1", "K-3", "zaak 2/b#c"].map((caseId) => noteOf(id, caseId));
    expect(notes(world)).toEqual(expected.toSorted());
  });
});

describe("a process of its own, killed with kill -9", () => {
  async function start(world: World): Promise<{ daemon: Cli; address: string }> {
    const daemon = runDaemon(world);
    await connected(daemon);
    const started = daemon.output.split("\n").find((line) => line.includes('"contactlogd started"'));
    return { daemon, address: `http://${(JSON.parse(started ?? "{}") as { address: string }).address}` };
  }

  async function kill({ child, exit }: Cli): Promise<void> {
    child.kill("SIGKILL");
    await exit;
  }

  test("between log and link, and between link and delivery: each case gets exactly one", async () => {
    await using world = await worldOfCases();
    const expected: string[] = [];
    let first = await start(world);
    for (const pauseMs of [0, 2, 8]) {
      const id = endCall(world);
      await waits(first.address);
      await kill(first.daemon);
      const second = await start(world);
      const links = ["K-1", "K-2"].map((caseId) => ({ contactId: id, caseId }));
      // Taken, and killed before, while or after the deliveries are made.
      expect(await link(second.address, ...links)).toMatchObject({ status: 202, recorded: 2 });
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
      await kill(second.daemon);
      expected.push(noteOf(id, "K-1"), noteOf(id, "K-2"));
      first = await start(world);
      expect(await link(first.address, ...links)).toMatchObject({ recorded: 0, known: 2 });
      await world.backend.waitFor(expected.length);
    }
    expect([...new Set(notes(world))]).toEqual(expected.toSorted());
    expect(world.backend.accepted).toHaveLength(expected.length);
  }, 90_000);

  test("between link and log: the link is remembered, and delivered once", async () => {
    await using world = await worldOfCases();
    const id = quickConversation(world.platform, {
      queue: "Helder Facturen",
      attributes,
      durationMs: 1_000,
    }).id;
    const first = await start(world);
    const one = { contactId: id, caseId: "K-1" };
    expect(await link(first.address, one, one)).toMatchObject({ status: 202, recorded: 1, known: 1 });
    await kill(first.daemon);
    const second = await start(world);
    await world.backend.waitFor(1);
    second.daemon.child.kill("SIGTERM");
    expect(await second.daemon.exit).toBe(0);
    expect(world.backend.accepted.map(({ path }) => decodeURIComponent(path))).toEqual([
      `/cases/K-1/notes/${id}#K-1`,
    ]);
  });
});

describe("a link that does not come", () => {
  test("makes a dead letter that dead lists, shows and replays; then it waits again, and its link delivers it", async () => {
    await using scene = await begin({ linkGiveUpMs: 4_000 });
    const { world, address, daemon } = scene;
    const id = endCall(world);
    await waits(address);
    const ask = async (...args: string[]): Promise<string> => {
      const run = cli([...args, "--config", world.configPath]);
      expect(await run.exit).toBe(0);
      return run.output;
    };
    expect(await ask("explain", id)).toMatch(
      /waits, written, case_link\n\s+to main: held for its cases until 20/,
    );
    await daemon.logged("contact is a dead letter", { id, reason: "no_case_link" });
    expect(await balance(address)).toMatchObject({ posted: 0, waiting: {}, dead: { no_case_link: 1 } });
    expect(await ask("dead", "list", "--json")).toContain('"at": "held"');
    expect(await ask("dead", "show", id)).toMatch(
      /held for the case it belongs to[\s\S]*no_case_link[\s\S]*POST \/v1/,
    );
    expect(await ask("dead", "replay", "--id", id)).toContain("1 replayed");
    expect(await ask("explain", id)).toMatch(/replayed[\s\S]*(case_link|dead)/);
    await link(address, { contactId: id, caseId: "K-1" });
    await world.backend.waitFor(1);
    expect(notes(world)).toEqual([noteOf(id, "K-1")]);
    expect(await ask("explain", id)).toMatch(
      /is in the backend\n\s+to main#K-1: posted[\s\S]*belongs to case K-1/,
    );
  });

  test("is done without where the destination says so", async () => {
    await using scene = await begin({ linkGiveUpMs: 200, unlinked: "skip" });
    const id = endCall(scene.world);
    await scene.daemon.logged("contact skipped", { key: id, reason: "no_case_link" });
    expect(await balance(scene.address)).toMatchObject({
      skipped: { no_case_link: 1 },
      waiting: {},
      dead: {},
    });
    await link(scene.address, { contactId: id, caseId: "K-1" });
    expect(notes(scene.world)).toEqual([]);
  });

  test("a case the backend does not know is a dead letter of its own, and is not sent again once dropped", async () => {
    await using scene = await begin();
    const { world, address, daemon } = scene;
    const id = endCall(world);
    await waits(address);
    world.backend.fail({ status: 404, times: 1 });
    await link(address, { contactId: id, caseId: "K-404" });
    await daemon.logged("contact is a dead letter", { id, reason: "http_404" });
    const run = cli(["dead", "drop", "--id", id, "--config", world.configPath]);
    expect(await run.exit).toBe(0);
    await link(address, { contactId: id, caseId: "K-404" });
    await link(address, { contactId: id, caseId: "K-1" });
    expect(world.backend.attempts).toHaveLength(1);
  });
});

test("without the token nothing is taken, and nothing is said", async () => {
  await using scene = await begin();
  const answer = await fetch(`${scene.address}/v1/case-links`, { method: "POST", body: "{}" });
  expect(answer.status).toBe(401);
});
