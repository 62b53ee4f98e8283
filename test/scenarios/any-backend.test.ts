import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { destinationSchema } from "../../src/destinations/index.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, connected, killChildren, lastLine, runDaemon } from "../cli.ts";
import { client, startTokenEndpoint } from "../destinations/token-endpoint.ts";
import { startWorld, until, type World, type WorldOptions } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const timing = { historyLagMs: 50, lookupAfterMs: [30, 60] };
afterEach(killChildren);

/** A world whose brand helder has this destination in place of its own. */
async function worldOf(
  destination: object | ((backend: string) => object),
  more: WorldOptions = {},
): Promise<World> {
  return await startWorld({
    timing,
    ...more,
    edit(file) {
      const [brand] = file.brands;
      if (!brand) return;
      const { origin } = new URL(brand.destination.url);
      Object.assign(brand, {
        destination: typeof destination === "function" ? destination(origin) : destination,
      });
    },
  });
}

function endCall({ platform }: World): string {
  return quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;
}

function linesOf(text: string): { key: string; note: string }[] {
  return text
    .split("\n")
    .filter((line) => line.startsWith('{"key":'))
    .map((line) => JSON.parse(line));
}

test("a backend of its own shape, path and credentials gets its log once, through a lost reply and a lost token", async () => {
  await using tokens = await startTokenEndpoint(["token-canary-1", "token-canary-2"]);
  await using world = await worldOf((backend) => ({
    kind: "http",
    url: `${backend}/conversations/{conversationId}/notes/{key}`,
    method: "PUT",
    auth: { type: "oauth2", tokenUrl: tokens.url, ...client },
    fields: {
      Post_Call_Summary: { from: "note", maxLength: 2_000 },
      Action_Items: { from: "actionItems", join: "; " },
      "case.conversation": "conversationId",
      Source: { value: "contactlogd" },
    },
  }));
  world.backend.fail({ reset: "after", times: 1 });
  world.backend.fail({ status: 401, times: 1 });
  const daemon = world.start();
  await daemon.connected();
  const id = endCall(world);
  await daemon.logged("contact log posted");
  const path = `/conversations/${id}/notes/${id}`;
  expect(world.backend.accepted).toMatchObject([
    { path, key: id, body: { case: { conversation: id }, Source: "contactlogd" } },
  ]);
  expect(Object.keys(world.backend.accepted[0]?.body as object)).toEqual([
    "Post_Call_Summary",
    "Action_Items",
    "case",
    "Source",
  ]);
  const attempts = world.backend.attempts.map(({ method, path, key, text }) => ({ method, path, key, text }));
  expect(attempts.length).toBeGreaterThanOrEqual(3);
  expect(new Set(attempts.map((attempt) => JSON.stringify(attempt))).size).toBe(1);
  expect(daemon.text).not.toContain("token-canary");
  expect(daemon.text).not.toContain(client.clientSecret);
});

test("a refused client buries nothing: contacts wait, and go on once it is let in", async () => {
  await using tokens = await startTokenEndpoint(["token-canary-1"]);
  tokens.failures.push(...Array.from({ length: 4 }, () => ({ status: 401 })));
  await using world = await worldOf((backend) => ({
    kind: "http",
    url: `${backend}/logs`,
    auth: { type: "oauth2", tokenUrl: tokens.url, ...client },
  }));
  const daemon = world.start();
  await daemon.connected();
  const id = endCall(world);
  await world.backend.waitFor(1);
  expect(world.backend.attempts).toHaveLength(1);
  expect(world.backend.accepted[0]?.key).toBe(id);
  expect(daemon.text).toContain("credentials_refused");
  expect(daemon.text).not.toContain("dead letter");
});

test("a mapping that the backend's schema refuses ends the program with 78, naming brand, destination and field", async () => {
  await using world = await worldOf({
    kind: "http",
    url: "https://crm.example/logs",
    fields: { Nota: "note", note: "note" },
    schema: "note.schema.json",
  });
  const schema = { properties: { note: { type: "string", maxLength: 500 } }, required: ["source"] };
  writeFileSync(join(world.directory, "note.schema.json"), JSON.stringify(schema));
  const daemon = cli(["run", "--config", world.configPath], world);
  expect(await daemon.exit).toBe(78);
  const at = "contactlogd: brand helder, destination main:";
  expect(
    daemon.output
      .trim()
      .split("\n")
      .filter((line) => line.startsWith("contactlogd:")),
  ).toEqual([
    `${at} fields.Nota: the schema has no such field`,
    `${at} source: the schema requires it, and no field maps it`,
    `${at} fields.note: the mapping can give 4000 characters, the schema takes 500; give it "maxLength": 500`,
  ]);
});

test("a certificate file that is not there ends the program with 78, naming it", async () => {
  await using world = await worldOf({ kind: "http", url: "https://crm.example/logs", tls: { ca: "ca.pem" } });
  const daemon = cli(["run", "--config", world.configPath], world);
  expect(await daemon.exit).toBe(78);
  expect(lastLine(daemon)).toBe(
    `contactlogd: brand helder, destination main: tls.ca: the file ${join(world.directory, "ca.pem")} cannot be read (ENOENT)`,
  );
});

test("a schema that cannot be fetched is a warning, and the daemon posts", async () => {
  await using world = await worldOf((backend) => ({
    kind: "http",
    url: `${backend}/logs`,
    headers: { authorization: `Bearer \${BACKEND_TOKEN}` },
    fields: { note: "note" },
    schema: "https://127.0.0.1:1/schema.json",
  }));
  const daemon = world.start();
  const warning = await daemon.logged("destination could not be checked: it is used as it is");
  expect(warning).toMatchObject({ level: 40, endpoint: "helder main" });
  await daemon.connected();
  endCall(world);
  await world.backend.waitFor(1);
});

test("file: kill -9 at any moment, and each contact log is one line", async () => {
  await using world = await worldOf({ kind: "file", path: "out/logs.jsonl", maxBytes: 4_096, keep: 100 });
  const ids: string[] = [];
  for (let round = 0; round < 3; round++) {
    const daemon = runDaemon(world);
    await connected(daemon);
    for (let n = 0; n < 3; n++) ids.push(endCall(world));
    await new Promise((resolve) => setTimeout(resolve, 40 + 45 * round));
    daemon.child.kill("SIGKILL");
    await daemon.exit;
  }
  const last = runDaemon(world);
  await connected(last);
  const keys = (): string[] =>
    filesIn(join(world.directory, "out/logs.jsonl")).flatMap((text) => linesOf(text).map(({ key }) => key));
  await until(
    () => new Set(keys()).size === ids.length,
    "all contact logs",
    30_000,
    () => last.output.slice(-2_000),
  );
  last.child.kill("SIGTERM");
  expect(await last.exit).toBe(0);
  expect(keys().toSorted()).toEqual(ids.toSorted());
});

test("file: a line that was written before the crash is found there, and a torn one is written again", async () => {
  await using world = await worldOf({ kind: "file", path: "out/logs.jsonl" });
  // Until the directory can be made nothing is written, and the rendered logs stay in the state file.
  writeFileSync(join(world.directory, "out"), "");
  const first = world.start();
  await first.connected();
  const [there, torn] = [endCall(world), endCall(world)];
  for (const id of [there, torn]) await first.logged("contact postponed", { id, reason: "file_failed" });
  await first.kill();
  rmSync(join(world.directory, "out"));
  mkdirSync(join(world.directory, "out"));
  const state = new DatabaseSync(world.stateFile);
  const bodyOf = (key: string) =>
    String(state.prepare("SELECT body FROM deliveries WHERE key = ?").get(key)?.body);
  const path = join(world.directory, "out/logs.jsonl");
  writeFileSync(path, `${bodyOf(there)}\n${bodyOf(torn).slice(0, 200)}`);
  state.exec("UPDATE deliveries SET stage = 'posting', due_at = 0");
  state.close();
  const second = world.start();
  await second.logged("contact log posted", { key: there, alreadyThere: true });
  await second.logged("contact log posted", { key: torn, alreadyThere: false });
  const lines = readFileSync(path, "utf8").split("\n");
  expect(lines).toHaveLength(4);
  expect([lines[0], lines[2]].map((line) => JSON.parse(line ?? "").key)).toEqual([there, torn]);
});

test("stdout: contact logs are lines on standard output, and the daemon's own log is elsewhere", async () => {
  await using world = await worldOf({ kind: "stdout" });
  const daemon = runDaemon(world);
  let out = "";
  daemon.child.stdout?.on("data", (chunk: Buffer) => {
    out += chunk.toString();
  });
  await connected(daemon);
  const id = endCall(world);
  await until(() => linesOf(out).length === 1, "a line on standard output");
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
  expect(linesOf(out)).toMatchObject([{ key: id }]);
  expect(out.trim().split("\n")).toHaveLength(1);
});

test("the example in docs/destinations.md is valid", () => {
  const page = readFileSync(fileURLToPath(new URL("../../docs/destinations.md", import.meta.url)), "utf8");
  const example = /## Any backend[\s\S]*?```json\n([\s\S]*?)```/.exec(page)?.[1] ?? "";
  expect(destinationSchema.safeParse(JSON.parse(example)).error).toBeUndefined();
});

/** The file and those set aside, oldest first. */
function filesIn(path: string): string[] {
  const texts: string[] = [];
  for (let age = 0; age <= 100; age++) {
    try {
      texts.unshift(readFileSync(age === 0 ? path : `${path}.${age}`, "utf8"));
    } catch {}
  }
  return texts;
}
