import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { Flags } from "../../src/config/flags.ts";
import { openReader } from "../../src/ledger/reader.ts";
import { type Report, reportOf } from "../../src/pipeline/nearness.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, killChildren } from "../cli.ts";
import { type Daemon, startWorld, until, type World } from "../harness.ts";

afterEach(killChildren);

const attributes = { customerNumber: "HLD-4711", authenticated: "true" };
const token = "token-of-the-admin-port";
/** Our own words are in none of these; a canary each, to be looked for in the bytes. */
const canary = "kanarievogel";
const lines = [
  { says: "agent", text: "Goedemorgen, waarmee kan ik u helpen?" },
  { says: "customer", text: `Ik wil mijn termijnbedrag aanpassen, want de ${canary} zingt in de meterkast.` },
  { says: "agent", text: "Ik heb uw termijnbedrag aangepast naar 87 euro." },
] as const;
const finalCanary = "papegaai";
const final = { note: `Klant belde over de ${finalCanary}.`, category: "Facturen" };

interface Scene extends AsyncDisposable {
  readonly world: World;
  /** Which run comes next. */
  readonly flags: { shadow: boolean };
}

interface Wishes {
  readonly platform?: object;
  /** None is configured. */
  readonly tokenless?: boolean;
  /** The destinations can be asked what they have. */
  readonly lookup?: boolean;
}

async function begin({ platform, tokenless, lookup }: Wishes = {}): Promise<Scene> {
  const flags = { shadow: true };
  const world = await startWorld({
    flags: flags as Partial<Flags>,
    ...(platform ? { platform } : {}),
    timing: { historyLagMs: 50, transcriptFirstMs: 20 },
    edit(file) {
      if (!tokenless) Object.assign(file.http, { token });
      for (const { destination } of file.brands)
        if (lookup) Object.assign(destination, { lookup: `${destination.url}/{key}` });
    },
  });
  return { world, flags, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

async function started({ world }: Scene): Promise<Daemon> {
  const daemon = world.start();
  await daemon.connected();
  return daemon;
}

function endCall({ world: { platform } }: Scene, extra: object = {}): string {
  return quickConversation(platform, { queue: "Helder Facturen", attributes, lines, ...extra }).id;
}

async function post(daemon: Daemon, body: unknown, bearer = token) {
  const response = await fetch(`${await daemon.address()}/feedback`, {
    method: "POST",
    headers: { "content-type": "application/json", authorization: `Bearer ${bearer}` },
    body: JSON.stringify(body),
  });
  return { status: response.status, ...((await response.json()) as object) };
}

async function ask({ world }: Scene, ...args: string[]): Promise<{ code: number | null; output: string }> {
  const run = cli([...args, "--config", world.configPath], world);
  return { code: await run.exit, output: run.output };
}

/** What one agent wrote, in a file. */
async function byFile(scene: Scene, one: object): Promise<{ code: number | null; output: string }> {
  const file = join(scene.world.directory, "final.jsonl");
  writeFileSync(file, JSON.stringify(one));
  return await ask(scene, "feedback", "--file", file);
}

async function reported(scene: Scene, ...args: string[]): Promise<Report> {
  return JSON.parse((await ask(scene, "feedback", "--json", ...args)).output) as Report;
}

/** The same report, without a process of its own. */
function report({ world }: Scene): Report {
  using reader = openReader(world.stateFile);
  return reportOf(reader.shadows({}));
}

function bytes({ world }: Scene): string {
  return ["", "-wal"]
    .map((suffix) => `${world.stateFile}${suffix}`)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file).toString("latin1"))
    .join("");
}

const shadowed = (daemon: Daemon, key: string) => daemon.logged("contact skipped", { key, reason: "shadow" });

test("B46 a shadow run posts nothing; what agents wrote is compared, by HTTP and by file, and reported", async () => {
  await using scene = await begin();
  const daemon = await started(scene);
  const calls = [endCall(scene), endCall(scene), endCall(scene)];
  const chat = endCall(scene, { medium: "message" });
  for (const id of calls) await shadowed(daemon, id);
  await until(() => daemon.lines.some((line) => String(line.key).startsWith(`${chat}:`)), "the chat");
  await until(() => (daemon.text.match(/"reason":"shadow"/g) ?? []).length === 4, "four shadows");
  expect(bytes(scene)).toContain(canary);
  expect(bytes(scene)).toContain("HLD-4711");

  const [first, second] = calls;
  expect(await post(daemon, { key: first, ...final, subcategory: "Iets anders" })).toEqual({
    status: 200,
    matched: 1,
    waiting: 0,
    unknown: 0,
  });
  const file = join(scene.world.directory, "finals.jsonl");
  const whole = { conversationId: second, ...final, actionItems: [{ text: "Bellen", owner: "agent" }] };
  const noTaxonomy = { conversationId: chat, note: "x", category: `mevrouw ${finalCanary}` };
  writeFileSync(
    file,
    ["not json", JSON.stringify(whole), "", JSON.stringify(noTaxonomy), '{"key":"k","note":5}'].join("\n"),
  );
  const taken = await ask(scene, "feedback", "--file", file);
  expect(taken.code).toBe(1);
  expect(taken.output).toMatch(/^line 1: is not JSON\nline 5: note: [^\n]*\n/);
  expect(taken.output).toContain("2 matched, 0 waiting, 0 unknown");

  const found = await reported(scene);
  expect(found).toMatchObject({ compared: 3, waiting: { logs: 1, finals: 0 }, expired: 0 });
  expect(found.groups.map(({ brand, medium, compared }) => [brand, medium, compared])).toEqual([
    ["helder", "message", 1],
    ["helder", "voice", 2],
  ]);
  expect(found.all.category).toMatchObject({ n: 3 });
  expect(found.all.pair).toMatchObject({ n: 1, value: 0 });
  expect(found.all.actionItems.n).toBe(1);
  expect(found.all.note.n).toBe(3);
  expect(found.all.note.median).toBeGreaterThan(0.5);
  expect(found.disagreements.map(({ theirs }) => theirs)).toContain("Facturen › (not in the taxonomy)");
  expect((await reported(scene, "--brand", "noordlicht")).compared).toBe(0);
  expect((await reported(scene, "--since", "2999-01-01T00:00:00Z")).compared).toBe(0);
  expect((await ask(scene, "feedback")).output).toMatch(/^3 compared; waiting: 1 for/);

  expect(scene.world.backend.attempts).toEqual([]);
  const status = JSON.parse((await ask(scene, "status", "--json")).output);
  expect(status.sinceStart["*"]).toMatchObject({ ended: 4, posted: 0, skipped: { shadow: 4 }, waiting: {} });
  expect((await ask(scene, "explain", first as string)).output).toMatch(/compared[\s\S]*skipped, shadow/);
});

test("words of both sides leave the state file's bytes once they are compared, while the daemon runs", async () => {
  await using scene = await begin();
  const daemon = await started(scene);
  const [first, second] = [endCall(scene), endCall(scene)];
  await shadowed(daemon, first);
  await shadowed(daemon, second);
  expect(bytes(scene)).toContain(canary);
  await post(daemon, { key: first, ...final });
  expect(bytes(scene)).toContain(canary);
  expect((await byFile(scene, { key: second, ...final })).code).toBe(0);
  await until(() => !/kanarievogel|HLD-4711/.test(bytes(scene)), "the words to be gone", 3_000);
  expect(bytes(scene)).not.toContain(finalCanary);
  expect(daemon.text).not.toContain(canary);
  expect(daemon.text).not.toContain(finalCanary);
  expect(report(scene).compared).toBe(2);
});

test("what an agent wrote may come first: before the transcript, and before the end was heard", async () => {
  await using scene = await begin({ platform: { transcriptDelayMs: 3_000 } });
  const daemon = await started(scene);
  const early = "11111111-2222-4333-8444-555555555555";
  expect(await post(daemon, { conversationId: early, ...final })).toMatchObject({ waiting: 1 });
  const id = endCall(scene);
  await daemon.logged("contact ended", { key: id });
  expect(await post(daemon, [{ conversationId: id, ...final }])).toMatchObject({ status: 200, waiting: 1 });
  const unheard = await byFile(scene, { conversationId: "unheard-of", ...final });
  expect(unheard.output).toContain("0 matched, 1 waiting, 0 unknown");
  await shadowed(daemon, id);
  expect(report(scene)).toMatchObject({ compared: 1, waiting: { logs: 0, finals: 2 } });
  expect(bytes(scene)).not.toContain(canary);
});

test("feedback needs the token, and is not there where the configuration has none", async () => {
  await using scene = await begin();
  const daemon = await started(scene);
  const id = endCall(scene);
  await shadowed(daemon, id);
  expect((await post(daemon, { key: id, ...final }, "token-of-somebody-else")).status).toBe(401);
  expect(await post(daemon, { key: id, note: 5 })).toMatchObject({
    status: 400,
    problems: [expect.stringMatching(/^note: /)],
  });
  expect(report(scene)).toMatchObject({ compared: 0, waiting: { logs: 1 } });
  await daemon.stop();

  await using closed = await begin({ tokenless: true });
  const other = await started(closed);
  expect((await post(other, { key: id, ...final })).status).toBe(404);
});

test("a live run on the same file posts what ends from then on, and nothing that was shadowed", async () => {
  await using scene = await begin();
  const { world, flags } = scene;
  const shadow = await started(scene);
  const id = endCall(scene);
  await shadowed(shadow, id);
  await shadow.stop();
  expect(bytes(scene)).toContain(canary);

  flags.shadow = false;
  const live = await started(scene);
  world.platform.publish(world.platform.conversations.get(id) as never);
  const next = endCall(scene);
  await world.backend.waitFor(1);
  await live.logged("gap filled from history");
  expect(
    await post(live, [
      { key: id, ...final },
      { key: next, ...final },
      { conversationId: "unheard-of", ...final },
    ]),
  ).toMatchObject({ matched: 1, waiting: 0, unknown: 2 });
  expect((await byFile(scene, { conversationId: "unheard-of", ...final })).output).toContain("1 unknown");
  await until(() => !bytes(scene).includes(canary), "the words to be gone", 3_000);
  expect(world.backend.accepted.map(({ key }) => key)).toEqual([next]);
  expect(report(scene)).toMatchObject({ compared: 1, waiting: { logs: 0, finals: 0 } });
});

test("a shadow run leaves a live run's deliveries where they are, and asks no destination anything", async () => {
  await using scene = await begin({ lookup: true });
  const { world, flags } = scene;
  flags.shadow = false;
  const live = await started(scene);
  world.backend.fail({ hang: true });
  const waiting = endCall(scene);
  await until(() => world.backend.attempts.length === 1, "a post");
  await live.kill();

  flags.shadow = true;
  // Without its marker the file may not know what was posted: a live run would ask the destination.
  rmSync(`${world.stateFile}.generation`);
  const shadow = await started(scene);
  await shadowed(shadow, endCall(scene, { endedAt: Date.now() - 30_000 }));
  await new Promise((resolve) => setTimeout(resolve, 400));
  expect(world.backend.attempts).toHaveLength(1);
  const { sinceStart } = (await (await fetch(`${await shadow.address()}/status`)).json()) as never as {
    sinceStart: Record<string, object>;
  };
  expect(sinceStart["*"]).toMatchObject({ ended: 1, skipped: { shadow: 1 } });
  await shadow.stop();
  expect(world.backend.accepted).toEqual([]);

  flags.shadow = false;
  // This backend takes posts alone.
  writeFileSync(world.configPath, readFileSync(world.configPath, "utf8").replace(/,"lookup":"[^"]*"/g, ""));
  await started(scene);
  await world.backend.waitFor(1);
  expect(world.backend.accepted.map(({ key }) => key)).toEqual([waiting]);
});

test("forget erases a shadow by its account, beside the running daemon", async () => {
  await using scene = await begin();
  const daemon = await started(scene);
  const id = endCall(scene);
  await shadowed(daemon, id);
  expect(bytes(scene)).toContain(canary);
  expect((await ask(scene, "forget", "--account", "HLD-4711")).output).toContain("1 contacts forgotten");
  expect(bytes(scene)).not.toContain(canary);
  expect(bytes(scene)).not.toContain("HLD-4711");
  expect(await post(daemon, { key: id, ...final })).toMatchObject({ matched: 0, unknown: 1 });
});

test("--shadow and --dry-run together are a mistake", async () => {
  await using scene = await begin();
  const run = await ask(scene, "run", "--shadow", "--dry-run");
  expect(run).toMatchObject({ code: 78, output: expect.stringContaining("give one of them") });
});
