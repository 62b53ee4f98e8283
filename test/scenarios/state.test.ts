import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { createServer, type Server } from "node:http";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import type { Status } from "../../src/ledger/status.ts";
import { startBackend } from "../../src/simulator/backend.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Daemon, startWorld, until, type World, type WorldOptions } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const timing = { historyLagMs: 60, lookupAfterMs: [30, 60, 120] };

function endCall({ platform }: World, extra: object = {}): string {
  return quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000, ...extra })
    .id;
}

async function startedOn(world: World): Promise<Daemon> {
  const daemon = world.start();
  await daemon.connected();
  return daemon;
}

/** A backend that can be asked: GET /logs/{key} says whether it has it. */
class Askable implements AsyncDisposable {
  readonly posts: string[] = [];
  readonly asked: { key: string; at: number }[] = [];
  readonly has = new Set<string>();
  /** What to do with the next posts, before or after taking them. */
  readonly script: ("take" | "take and cut" | "cut" | "500 and take later")[] = [];
  readonly #server: Server;

  constructor() {
    this.#server = createServer((request, response) => {
      const key = String(
        request.headers["idempotency-key"] ?? decodeURIComponent(request.url?.split("/").at(-1) ?? ""),
      );
      if (request.method === "GET") {
        this.asked.push({ key, at: Date.now() });
        response.writeHead(this.has.has(key) ? 200 : 404).end();
        return;
      }
      request.resume().on("end", () => {
        this.posts.push(key);
        const act = this.script.shift() ?? "take";
        if (act === "500 and take later") setTimeout(() => this.has.add(key), 80);
        else if (act !== "cut") this.has.add(key);
        if (act === "take") response.writeHead(201).end();
        else if (act === "500 and take later") response.writeHead(500).end();
        else request.socket.destroy();
      });
    });
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, "127.0.0.1", resolve));
    return `http://127.0.0.1:${(this.#server.address() as { port: number }).port}`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

function askableWorld(url: string, extra: object = {}): Promise<World> {
  const options: WorldOptions = {
    timing,
    edit(file) {
      for (const brand of file.brands)
        Object.assign(brand.destination, { url: `${url}/logs`, lookup: `${url}/logs/{key}`, ...extra });
    },
  };
  return startWorld(options);
}

test("a lost reply is looked up before anything is repeated, and found", async () => {
  await using backend = new Askable();
  await using world = await askableWorld(await backend.listen());
  const daemon = await startedOn(world);
  backend.script.push("take and cut");
  const id = endCall(world);
  await daemon.logged("contact log posted", { key: id, alreadyThere: true });
  expect(backend.posts).toEqual([id]);
});

test("a post that commits after its 500 is not repeated: one look does not settle it", async () => {
  await using backend = new Askable();
  await using world = await askableWorld(await backend.listen());
  const daemon = await startedOn(world);
  backend.script.push("500 and take later");
  const id = endCall(world);
  await daemon.logged("contact log posted", { key: id, alreadyThere: true });
  expect(backend.posts).toEqual([id]);
  expect(backend.asked.length).toBeGreaterThanOrEqual(2);
});

test("a post that never arrived is repeated once every look was in vain", async () => {
  await using backend = new Askable();
  await using world = await askableWorld(await backend.listen());
  const daemon = await startedOn(world);
  backend.script.push("cut");
  const id = endCall(world);
  await daemon.logged("contact log posted", { key: id });
  expect(backend.posts).toEqual([id, id]);
  expect(backend.asked).toHaveLength(timing.lookupAfterMs.length);
});

test('a destination that cannot be asked, of a brand that says "park", waits for a person', async () => {
  await using world = await startWorld({
    timing,
    edit(file) {
      for (const brand of file.brands) Object.assign(brand, { ambiguous: "park" });
    },
  });
  const daemon = await startedOn(world);
  world.backend.fail({ reset: "after", times: 1 });
  const id = endCall(world);
  await daemon.logged("contact is a dead letter", { id, reason: "uncertain" });
  expect(world.backend.attempts).toHaveLength(1);
});

test("two destinations settle on their own", async () => {
  await using second = new Askable();
  const url = await second.listen();
  await using world = await startWorld({
    timing,
    edit(file) {
      for (const brand of file.brands as { destination?: object; destinations?: object[] }[]) {
        brand.destinations = [
          { ...brand.destination, id: "crm" },
          { kind: "http", id: "archive", url: `${url}/logs` },
        ];
        delete brand.destination;
      }
    },
  });
  const daemon = await startedOn(world);
  world.backend.fail({ status: 422, body: { error: "no" }, times: 1 });
  const id = endCall(world);
  await daemon.logged("contact log posted", { key: id, destination: "archive" });
  await daemon.logged("contact is a dead letter", { id, reason: "http_422" });
  expect(second.posts).toEqual([id]);
});

test("while a backend is down its circuit is open: contacts wait without hammering, and flow again newest first", async () => {
  await using world = await startWorld({ timing: { ...timing, retryBaseMs: 50, retryMaxMs: 400 } });
  const daemon = await startedOn(world);
  world.backend.fail({ status: 503, times: 30 });
  const ids = Array.from({ length: 40 }, () => endCall(world));
  const opened = await daemon.logged("circuit open: its contacts wait");
  expect(opened.detail).toMatch(/^destination 127\.0\.0\.1:\d+: HTTP 503$/);
  await daemon.logged("circuit closed: the backlog flows", {}, 20_000);
  await world.backend.waitFor(40);
  expect(new Set(world.backend.accepted.map(({ key }) => key))).toEqual(new Set(ids));
  // 40 contacts that each tried as often as their own back-off allows would have made hundreds.
  expect(world.backend.attempts.length).toBeLessThan(100);
});

test("an emptied state file is noticed, never silently started from", async () => {
  await using world = await startWorld({ timing });
  const first = await startedOn(world);
  endCall(world);
  await world.backend.waitFor(1);
  await first.stop();
  truncateSync(world.stateFile);
  await expect(world.start().done).rejects.toThrow(
    /was emptied or removed; put the right one back, or remove .*\.generation/,
  );
  rmSync(`${world.stateFile}.generation`);
  await startedOn(world);
});

const killsUnderTheDaemon: readonly [what: string, act: (file: string) => void][] = [
  ["removed", (file) => rmSync(file)],
  ["removed with its folder", (file) => rmSync(dirname(file), { recursive: true })],
  ["moved away", (file) => renameSync(file, `${file}.away`)],
];
test.each(killsUnderTheDaemon)(
  "I1 a state file that is %s under the daemon ends it, and is put back with all it held",
  async (_what, act) => {
    await using world = await startWorld({ timing: { ...timing, drainMs: 300 } });
    const daemon = await startedOn(world);
    world.backend.fail({ status: 503, times: 1_000 });
    const ids = [endCall(world), endCall(world)];
    await until(() => world.backend.attempts.length > 1, "both to be written");
    act(world.stateFile);
    await expect(daemon.done).rejects.toThrow(/was removed or replaced under the running daemon/);
    await using backend = await startBackend();
    const file = JSON.parse(readFileSync(world.configPath, "utf8"));
    for (const brand of file.brands) brand.destination.url = `${backend.url}/logs`;
    writeFileSync(world.configPath, JSON.stringify(file));
    await startedOn(world);
    await backend.waitFor(2);
    expect(new Set(backend.accepted.map(({ key }) => key))).toEqual(new Set(ids));
    const bodies = world.backend.attempts.map(({ text }) => text);
    for (const attempt of backend.attempts) expect(bodies).toContain(attempt.text);
  },
  20_000,
);

test("I1 a copy put in the place of the state file under the daemon is not started from; what it held is beside it", async () => {
  await using world = await startWorld({ timing });
  const daemon = await startedOn(world);
  const copy = `${world.stateFile}.copy`;
  copyFileSync(world.stateFile, copy);
  renameSync(copy, world.stateFile);
  await expect(daemon.done).rejects.toThrow(/saved beside it as \.rescued-<time>/);
  await expect(world.start().done).rejects.toThrow(/was emptied or removed|is an older copy/);
  expect(existsSync(`${world.stateFile}-wal`)).toBe(false);
  const [rescued] = readdirSync(dirname(world.stateFile)).filter((name) => name.includes(".rescued-"));
  const saved = join(dirname(world.stateFile), rescued ?? "none");
  expect(statSync(saved).mode & 0o777).toBe(0o600);
  renameSync(saved, world.stateFile);
  await startedOn(world);
});

test("an older copy of the state file is noticed", async () => {
  await using world = await startWorld({ timing });
  await (await startedOn(world)).stop();
  copyFileSync(world.stateFile, `${world.stateFile}.backup`);
  await (await startedOn(world)).stop();
  copyFileSync(`${world.stateFile}.backup`, world.stateFile);
  await expect(world.start().done).rejects.toThrow(/is an older copy/);
});

test("the state file of another daemon is noticed", async () => {
  await using one = await startWorld({ timing });
  await using other = await startWorld({ timing });
  await (await startedOn(one)).stop();
  await (await startedOn(other)).stop();
  copyFileSync(other.stateFile, one.stateFile);
  await expect(one.start().done).rejects.toThrow(/is not the file this daemon used last/);
});

test("a damaged file is set aside, loudly, and rebuilt from history: what the destination has is not posted again", async () => {
  await using backend = new Askable();
  await using world = await askableWorld(await backend.listen());
  const first = await startedOn(world);
  const posted = [endCall(world), endCall(world)];
  await until(() => backend.posts.length === 2, "two posts");
  await first.stop();
  const missed = endCall(world);
  const bytes = readFileSync(world.stateFile);
  bytes.fill(0x5a, 0, 8_192);
  writeFileSync(world.stateFile, bytes);
  const second = await startedOn(world);
  await second.logged("state file was damaged: set aside, and rebuilt from history and destinations");
  await second.logged("contact log posted", { key: missed });
  await second.logged("gap filled from history", { reason: "state_rebuilt" });
  await until(
    () => backend.asked.map(({ key }) => key).includes(posted[1] as string),
    "the destination to be asked",
  );
  for (const key of posted) await second.logged("contact log posted", { key, alreadyThere: true });
  expect(backend.posts.toSorted()).toEqual([...posted, missed].sort());
  const { sinceStart } = (await (await fetch(`${await second.address()}/status`)).json()) as Status;
  const metrics = await second.metrics();
  expect(sinceStart["*"]).toMatchObject({ ended: 3, posted: 3, waiting: {} });
  expect(metrics).toContain('contactlogd_contacts_total{brand="helder",outcome="posted",reason=""} 3\n');
  // When those two were posted nobody knows.
  expect(metrics).toContain('contactlogd_end_to_post_seconds_count{brand="helder",medium="voice"} 1\n');
  expect(readdirSync(dirname(world.stateFile)).some((name) => name.includes(".corrupt-"))).toBe(true);
});

test("another program's file is left alone", async () => {
  await using world = await startWorld({ timing });
  mkdirSync(dirname(world.stateFile), { recursive: true });
  writeFileSync(world.stateFile, "somebody's notes\n".repeat(100));
  await expect(world.start().done).rejects.toThrow(/state\.file: /);
  expect(readFileSync(world.stateFile, "utf8")).toContain("somebody's notes");
  expect(existsSync(`${world.stateFile}.generation`)).toBe(false);
});
