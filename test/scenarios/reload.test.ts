import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import type { BackendOptions } from "../../src/simulator/backend.ts";
import { type ModelOptions, startModel } from "../../src/simulator/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { type Cli, connected, killChildren, runDaemon } from "../cli.ts";
import { startWorld, until, type World, type WorldOptions } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
type ConfigFile = Parameters<NonNullable<WorldOptions["edit"]>>[0];
type Edit = (file: ConfigFile & Record<string, unknown>) => void;
afterEach(killChildren);

function endCall(world: World, queue = "Helder Facturen"): string {
  return quickConversation(world.platform, { queue, attributes, durationMs: 1_000 }).id;
}

function put(world: World, name: string, text: string): void {
  mkdirSync(join(world.directory, "secrets"), { recursive: true });
  writeFileSync(join(world.directory, name), text);
}

function editConfig(world: World, edit: Edit): void {
  const file = JSON.parse(readFileSync(world.configPath, "utf8"));
  edit(file);
  // Whole or not at all: the daemon may be about to read it.
  writeFileSync(`${world.configPath}.new`, JSON.stringify(file));
  renameSync(`${world.configPath}.new`, world.configPath);
}

interface Line {
  readonly msg: string;
  readonly [field: string]: unknown;
}

const linesOf = ({ output }: Cli): Line[] =>
  output
    .split("\n")
    .filter((line) => line.startsWith("{") && line.endsWith("}"))
    .map((line) => JSON.parse(line));
const said = (daemon: Cli, msg: string): Line[] => linesOf(daemon).filter((line) => line.msg === msg);
const applied = "configuration read again: in force";
const refused = "configuration cannot be used: the one before stays";

/** Sends SIGHUP, and waits until the daemon has said what it makes of it. */
async function hangUp(daemon: Cli, answer = applied): Promise<void> {
  const before = said(daemon, answer).length;
  daemon.child.kill("SIGHUP");
  await until(
    () => said(daemon, answer).length > before,
    `"${answer}"`,
    30_000,
    () => daemon.output.slice(-2_000),
  );
}

async function posted(world: World, id: string, daemon?: Cli): Promise<Record<string, unknown>> {
  const found = () => world.backend.accepted.find(({ key }) => key.startsWith(id));
  const detail = () => daemon?.output.slice(-3_000) ?? "";
  return (await until(found, `the log of ${id}`, 30_000, detail)).body as Record<string, unknown>;
}

async function stopped(daemon: Cli): Promise<void> {
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit, daemon.output.slice(-2_000)).toBe(0);
}

const metricsOf = async (daemon: Cli): Promise<string> =>
  await (await fetch(`http://${said(daemon, "contactlogd started")[0]?.address}/metrics`)).text();
const promptOf = (body: Record<string, unknown>): unknown =>
  (body.provenance as { promptVersion: string }).promptVersion;

test("a changed prompt and taxonomy are in the next log; a contact under way keeps those it began with", async () => {
  await using model = await startModel();
  await using world = await startWorld({
    llm: { provider: "openai", baseUrl: model.baseUrl, model: "m", apiKey: "key-of-a-model" },
    edit: (file) => Object.assign(file.brands[0] ?? {}, { prompt: "prompt.md" }),
  });
  put(world, "prompt.md", "Write a contact log, the first way.");
  const daemon = runDaemon(world);
  await connected(daemon);
  const before = promptOf(await posted(world, endCall(world)));

  const asked = model.requests.length;
  model.answers.push({ delayMs: 700 });
  const underWay = endCall(world);
  await until(() => model.requests.length > asked, "the model to be asked");
  put(world, "prompt.md", "Write a contact log, the second way.");
  editConfig(world, ({ brands }) => {
    Object.assign(brands[0] ?? {}, { taxonomy: [{ category: "Nieuw", subcategories: ["Anders"] }] });
  });
  await hangUp(daemon);
  expect(world.backend.accepted).toHaveLength(1);
  const after = await posted(world, endCall(world));
  expect(promptOf(await posted(world, underWay))).toBe(before);
  expect(promptOf(after)).not.toBe(before);
  expect(after.category).toBe("Nieuw");
  expect(await metricsOf(daemon)).toContain('contactlogd_config_reload_total{result="applied"} 1');
  await stopped(daemon);
});

test("a configuration that is wrong changes nothing, and each mistake is told", async () => {
  await using world = await startWorld();
  const daemon = runDaemon(world);
  await connected(daemon);
  const right = readFileSync(world.configPath, "utf8");
  const wrong: readonly [content: string, problem: RegExp][] = [
    ["{", /is not JSON/],
    [right.replace('"language":"nl"', '"language":"?"'), /brands\.0\.language: must be a language tag/],
    [right.replace('"language":"nl"', '"language":"nl","prompt":"gone.md"'), /prompt file .* cannot be read/],
    // Once: two mistakes would be two lines, and the second may come late.
    [right.replace(/\$\{BACKEND_TOKEN\}/, `\${NO_SUCH}`), /NO_SUCH is not set/],
    [
      right.replace('"kind":"http"', '"kind":"http","schema":"gone.json"'),
      /brand helder, destination main: schema: .*ENOENT/,
    ],
  ];
  for (const [content, problem] of wrong) {
    writeFileSync(world.configPath, content);
    const told = said(daemon, refused).length;
    await hangUp(daemon, refused);
    expect(String(said(daemon, refused).slice(told)[0]?.detail)).toMatch(problem);
  }
  expect(await metricsOf(daemon)).toContain("contactlogd_config_last_reload_successful 0");
  await posted(world, endCall(world));
  writeFileSync(world.configPath, right);
  await hangUp(daemon);
  await posted(world, endCall(world));
  const metrics = await metricsOf(daemon);
  expect(metrics).toContain(`contactlogd_config_reload_total{result="refused"} ${wrong.length}`);
  expect(metrics).toContain("contactlogd_config_last_reload_successful 1");
  await stopped(daemon);
});

test("what only a restart changes is named, and the rest is in force", async () => {
  await using world = await startWorld();
  const daemon = runDaemon(world);
  await connected(daemon);
  editConfig(world, (file) => {
    file.http.host = "localhost";
    file.state.file = "elsewhere.db";
    Object.assign(file.pipeline, { concurrency: 3 });
    Object.assign(file.brands[0] ?? {}, { language: "en" });
  });
  await hangUp(daemon);
  const told = () =>
    said(daemon, "configuration changed: this needs a restart").map(({ setting }) => setting);
  await until(() => told().length === 2, "both");
  expect(told()).toEqual(["state.file", "http.host"]);
  expect((await posted(world, endCall(world))).language).toBe("en");

  const debugs = () => linesOf(daemon).filter(({ level }) => level === 20).length;
  expect(debugs()).toBe(0);
  editConfig(world, (file) => Object.assign(file, { log: { ...Object(file.log), level: "debug" } }));
  await hangUp(daemon);
  await posted(world, endCall(world));
  expect(debugs()).toBeGreaterThan(0);
  await stopped(daemon);
});

/** A world whose secrets are in files. */
async function secretWorld(
  backend: BackendOptions,
  model?: ModelOptions & { baseUrl: string },
): Promise<World> {
  const world = await startWorld({
    backend,
    ...(model && {
      llm: { provider: "openai", baseUrl: model.baseUrl, model: "m", apiKey: `\${file:secrets/model}` },
    }),
    edit(file) {
      file.genesys.clientSecret = `\${file:secrets/genesys}`;
      for (const { destination } of file.brands)
        destination.headers.authorization = `Bearer \${file:secrets/backend}`;
    },
  });
  put(world, "secrets/genesys", world.platform.clientSecret);
  put(world, "secrets/backend", `${backend.token}\n`);
  return world;
}

test("a backend's token that was changed in its file is taken when the old one is refused, without a signal", async () => {
  const backend: { token: string } = { token: "first-token-canary" };
  await using world = await secretWorld(backend);
  const daemon = runDaemon(world);
  await connected(daemon);
  await posted(world, endCall(world));
  put(world, "secrets/backend", "second-token-canary");
  backend.token = "second-token-canary";
  const ids = Array.from({ length: 8 }, () => endCall(world));
  for (const id of ids) await posted(world, id);
  expect(said(daemon, "contact is a dead letter")).toEqual([]);
  expect(said(daemon, "secrets changed in their files: in force")).toHaveLength(1);
  expect(world.backend.attempts.filter(({ status }) => status === 401).length).toBeGreaterThan(0);
  expect(daemon.output).not.toMatch(/(first|second)-token-canary/);

  backend.token = "third-token-canary";
  endCall(world);
  await until(
    () => said(daemon, "contact is a dead letter").length === 1,
    "a refusal that stays one",
    30_000,
  );
  await stopped(daemon);
});

test("a backend's token that was changed in its file is in force after SIGHUP", async () => {
  const backend: { token: string } = { token: "first-token-canary" };
  await using world = await secretWorld(backend);
  const daemon = runDaemon(world);
  await connected(daemon);
  await posted(world, endCall(world));
  put(world, "secrets/backend", "second-token-canary");
  await hangUp(daemon);
  backend.token = "second-token-canary";
  await posted(world, endCall(world));
  expect(world.backend.attempts.filter(({ status }) => status === 401)).toEqual([]);
  expect(daemon.output).not.toMatch(/(first|second)-token-canary/);
  await stopped(daemon);
});

test("the model's key that was changed in its file is taken when the old one is refused", async () => {
  const options: { apiKey: string } = { apiKey: "first-key-canary" };
  await using model = await startModel(options);
  await using world = await secretWorld(
    { token: "backend-token-canary" },
    { ...options, baseUrl: model.baseUrl },
  );
  put(world, "secrets/model", options.apiKey);
  const daemon = runDaemon(world);
  await connected(daemon);
  await posted(world, endCall(world));
  put(world, "secrets/model", "second-key-canary");
  options.apiKey = "second-key-canary";
  await posted(world, endCall(world));
  expect(said(daemon, "secrets changed in their files: in force")).toHaveLength(1);
  expect(daemon.output).not.toMatch(/(first|second)-key-canary/);
  await stopped(daemon);
});

test("the Genesys client's secret that was changed in its file is taken when the old one is refused", async () => {
  await using world = await secretWorld({ token: "backend-token-canary" });
  const daemon = runDaemon(world);
  await connected(daemon);
  await posted(world, endCall(world));
  put(world, "secrets/genesys", "second-secret-canary");
  world.platform.changeSecret("second-secret-canary");
  world.platform.faults.revokeTokens();
  await posted(world, endCall(world), daemon);
  const logins = world.platform.requests.filter(({ path }) => path === "/oauth/token");
  expect(logins.map(({ status }) => status)).toEqual([200, 401, 200]);
  expect(daemon.output).not.toContain("second-secret-canary");
  await stopped(daemon);
});

test("a brand comes and goes: what waits for it is posted once when it is there again", async () => {
  await using world = await startWorld();
  const both = readFileSync(world.configPath, "utf8");
  const helderOnly: Edit = (file) => file.brands.splice(1);
  editConfig(world, helderOnly);
  const daemon = runDaemon(world);
  await connected(daemon);
  const stranger = endCall(world, "Noordlicht Service");
  await until(() => said(daemon, "contact skipped").length === 1, "a contact of nobody's");

  writeFileSync(world.configPath, both);
  await hangUp(daemon);
  const first = endCall(world, "Noordlicht Service");
  expect((await posted(world, first)).brand).toBe("noordlicht");

  world.backend.fail({ status: 503, headers: { "retry-after": "1" } });
  const waiting = endCall(world, "Noordlicht Service");
  await until(() => world.backend.attempts.some(({ status }) => status === 503), "a post that fails");
  editConfig(world, helderOnly);
  await hangUp(daemon);
  await until(() => said(daemon, "contact postponed").length > 0, "the wait");
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(world.backend.accepted).toHaveLength(1);
  await posted(world, endCall(world));

  writeFileSync(world.configPath, both);
  await hangUp(daemon);
  expect((await posted(world, waiting)).brand).toBe("noordlicht");
  expect(world.backend.accepted).toHaveLength(3);
  expect(world.backend.accepted.map(({ key }) => key)).not.toContain(stranger);
  await stopped(daemon);
});

/** Connections that are open to a port of this machine. */
function connectionsTo(url: string): number {
  const port = Number(new URL(url).port).toString(16).toUpperCase().padStart(4, "0");
  const established = "01";
  const rows = readFileSync("/proc/net/tcp", "utf8")
    .split("\n")
    .map((row) => row.trim().split(/\s+/));
  return rows.filter(([, , to, state]) => to?.endsWith(`:${port}`) && state === established).length;
}

test("20 SIGHUPs while 200 conversations end: none is lost, none twice, and no connection stays", async () => {
  await using world = await startWorld({ backend: { latencyMs: 20 }, postTimeoutMs: 20_000 });
  const daemon = runDaemon(world);
  await connected(daemon);
  await posted(world, endCall(world));
  const ids: string[] = [];
  for (let round = 0; round < 20; round++) {
    for (let n = 0; n < 10; n++) ids.push(endCall(world));
    // Another header: its destinations are made anew, connections and all.
    editConfig(world, ({ brands }) => {
      for (const { destination } of brands) Object.assign(destination.headers, { "x-round": String(round) });
    });
    if (round % 5 < 4) {
      daemon.child.kill("SIGHUP");
      await new Promise((resolve) => setTimeout(resolve, 40));
      continue;
    }
    // However slow the machine is, four of them are in force while something is posted.
    await hangUp(daemon);
    const id = endCall(world);
    ids.push(id);
    await posted(world, id);
  }
  await world.backend.waitFor(205, 30_000);
  expect(said(daemon, refused)).toEqual([]);
  expect(said(daemon, applied).length).toBeGreaterThan(3);
  expect(said(daemon, "contact is a dead letter")).toEqual([]);
  const keys = world.backend.accepted.slice(1).map(({ key }) => key);
  expect(keys.toSorted()).toEqual(ids.toSorted());
  expect(world.backend.attempts).toHaveLength(205);
  const rounds = new Set(world.backend.accepted.map(({ headers }) => headers["x-round"]));
  expect([...rounds]).toEqual(expect.arrayContaining(["4", "9", "14", "19"]));
  // They are kept alive for 5 s: what goes at once was closed by the daemon.
  await posted(world, endCall(world));
  expect(connectionsTo(world.backend.url)).toBeGreaterThan(0);
  editConfig(world, ({ brands }) => {
    for (const { destination } of brands) Object.assign(destination.headers, { "x-round": "last" });
  });
  await hangUp(daemon);
  await until(() => connectionsTo(world.backend.url) === 0, "the old connections to be closed", 1_500);
  await stopped(daemon);
});
