import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { startModel } from "../../src/simulator/model.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, killChildren } from "../cli.ts";
import { startWorld, until, type World } from "../harness.ts";
import { installing, notExecuted, packing, partsOf, walked } from "./executed.ts";
import { pages, read, root, shellOf } from "./pages.ts";
import { Shell } from "./shell.ts";

afterEach(killChildren);

const token = "token-of-the-documents";
const attributes = { customerNumber: "HLD-4711", authenticated: "true" };
const commands = pages.flatMap((page) => shellOf(read(page)).map(({ command }) => ({ page, command })));
/** Those of a page that a test is to execute. */
const executedOf = (page: string): string[] =>
  commands
    .filter((one) => one.page === page && reasonOf(one.command) === undefined)
    .map((one) => one.command);
const asked = ["docs/runbook.md", "docs/interfaces.md", "docs/privacy.md"].flatMap(executedOf);
const here = [...executedOf("docs/measuring.md"), ...asked];

/** Why no test executes it; undefined where one should. */
function reasonOf(command: string): string | undefined {
  const reasons = partsOf(command).map((part) => notExecuted.find(([pattern]) => pattern.test(part))?.[1]);
  return reasons.every((reason) => reason !== undefined) ? reasons.join("; ") : undefined;
}

test("every command of a document is executed by a test, or stands on the list of those that are not", () => {
  const executed = new Set([...walked, ...packing, ...installing, ...here]);
  const left = commands.filter(({ command }) => !executed.has(command) && reasonOf(command) === undefined);
  expect(left).toEqual([]);
  const parts = commands.flatMap(({ command }) => partsOf(command));
  expect(notExecuted.filter(([pattern]) => !parts.some((part) => pattern.test(part)))).toEqual([]);
});

/** A world with one brand and a model, and a shell in which the documents' names stand for what is in it. */
async function begin(): Promise<{ world: World; shell: Shell } & AsyncDisposable> {
  const model = await startModel({ apiKey: "model-key" });
  const llm = { provider: "openai", baseUrl: model.baseUrl, apiKey: "model-key", model: "simulated" };
  const world = await startWorld({
    llm,
    edit(file) {
      file.brands.splice(1);
      Object.assign(file.http, { token });
    },
  });
  const shell = new Shell({
    home: join(world.directory, "home"),
    cwd: world.directory,
    environment: { ...world.environment, CONTACTLOGD_TOKEN: token },
    replaced: {
      "npm run -s contactlogd --": "contactlogd",
      "/etc/contactlogd/config.json": world.configPath,
      FILE: world.configPath,
    },
  });
  return {
    world,
    shell,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await model[Symbol.asyncDispose]();
    },
  };
}

function endCall({ platform }: World): string {
  return quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;
}

const dialogue = {
  id: "d1",
  channel: "chat",
  language: "nl",
  turns: [
    { speaker: "agent", text: "Goedemorgen, waarmee kan ik u helpen?" },
    { speaker: "customer", text: "Ik heb een vraag over mijn jaarnota." },
  ],
  category: "Facturen",
  subcategory: "Jaarnota",
};

test("measuring: labelled dialogues are measured, and a shadow run is compared with what agents wrote", async () => {
  await using scene = await begin();
  const { world, shell } = scene;
  const at = (file: string): string => join(world.directory, file);
  writeFileSync(at("labelled.jsonl"), `${JSON.stringify(dialogue)}\n`);
  mkdirSync(at("eval"));
  const all = executedOf("docs/measuring.md");
  const shadow = all.findIndex((command) => command.endsWith("--shadow"));
  for (const command of all.slice(0, shadow)) await shell.run(command);
  for (const made of ["june/report.html", "july/calibration.json", "compared"])
    expect(existsSync(at(`eval/${made}`)), made).toBe(true);

  const daemon = shell.start(all[shadow] as string);
  await until(
    () => daemon.output.includes("channel connected"),
    "the channel",
    15_000,
    () => daemon.output,
  );
  const conversationId = endCall(world);
  await until(
    () => daemon.output.includes('"reason":"shadow"'),
    "the log",
    15_000,
    () => daemon.output,
  );
  writeFileSync(
    at("finals.jsonl"),
    `${JSON.stringify({ conversationId, note: "Klant vroeg naar de nota." })}\n`,
  );
  const [taken, compared] = all.slice(shadow + 1);
  expect((await shell.run(taken as string)).stdout).toContain("1 matched");
  expect((await shell.run(compared as string)).stdout).toContain("1 compared");
  daemon.interrupt();
  expect(await daemon.exit, daemon.output).toBe(0);
  expect(world.backend.attempts).toEqual([]);
}, 120_000);

test("the runbook, the interfaces, the data map: what is asked of a running daemon is answered", async () => {
  await using scene = await begin();
  const { world } = scene;
  const daemon = world.start();
  await daemon.connected();
  const id = endCall(world);
  await world.backend.waitFor(1);
  const shell = scene.shell.with({
    "http://127.0.0.1:9464": await daemon.address(),
    "2f7bf00a-0fc2-4d6a-9b56-92238191433e": id,
    " ID --config": ` ${id} --config`,
  });
  const answered: [command: string, answer: RegExp][] = [
    ["status", /helder │ +1 │ +1 │/],
    ["readyz", /^\{"status":"ready"\}$/],
    ["explain", /posted +main/],
    ["v1/contact-logs", new RegExp(`"key":"${id}".*"status":201`)],
    ["v1/case-links", /^\{"recorded":1,"known":0\}$/],
    ["forget --conversation", /^1 contacts forgotten/],
    ["forget --account", /^0 contacts forgotten/],
  ];
  expect(asked).toEqual(answered.map(([name]) => expect.stringContaining(name)));
  for (const [index, [, answer]] of answered.entries())
    expect((await shell.run(asked[index] as string)).stdout).toMatch(answer);
}, 120_000);

/** Everything in the documents that may be a command: of shell blocks, and what stands in backticks. */
const named = [
  ...commands.map(({ page, command }) => ({ page, text: command })),
  ...pages.flatMap((page) =>
    [
      ...read(page)
        .replace(/```[\s\S]*?```/g, "")
        .matchAll(/`([^`]+)`/g),
    ].map(([, text = ""]) => ({
      page,
      text,
    })),
  ),
];

test("every script and every file that a command of a document names is there", () => {
  const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
  const runner = /\b(?:node|npx vitest run|promtool test rules|-f) ((?:bench|test|deploy)\/[\w./-]+)/g;
  const wanted = named.flatMap(({ page, text }) => [
    ...[...text.matchAll(/\bnpm run (?:-s )?([\w:]+)/g)].map(([, name = ""]) => ({
      page,
      name,
      isThere: name in scripts,
    })),
    ...[...text.matchAll(runner)].map(([, name = ""]) => ({
      page,
      name,
      isThere: existsSync(join(root, name)),
    })),
  ]);
  expect(wanted.length).toBeGreaterThan(30);
  expect(wanted.filter(({ isThere }) => !isThere)).toEqual([]);
});

test("every command and flag of contactlogd that a document names is there", async () => {
  const [, listed = ""] = /^COMMANDS\n([\s\S]*?)^[A-Z]/m.exec(await help([])) ?? [];
  const known = new Set([...listed.matchAll(/^ {7}([a-z]+)/gm)].map(([, name = ""]) => name));
  const calls = named.flatMap(({ page, text }) => {
    const [, ours, path = "", rest = ""] =
      /^(.*(?:contactlogd(?: --)?|cli\.js) )?((?:dead )?[a-z]+)\b(.*)$/.exec(text) ?? [];
    const isCall = known.has(path.split(" ")[0] ?? "") && (ours !== undefined || rest.startsWith(" --"));
    return isCall ? [{ page, text, path, flags: rest.match(/--[\w-]+/g) ?? [] }] : [];
  });
  expect(calls.length).toBeGreaterThan(40);
  const paths = [...new Set(calls.map(({ path }) => path))];
  const manual = new Map(
    await Promise.all(paths.map(async (path) => [path, await help(path.split(" "))] as const)),
  );
  const unknown = calls.filter(({ path, flags }) =>
    flags.some((flag) => !new RegExp(`^ {7}(-\\w, )?${flag}\\b`, "m").test(manual.get(path) ?? "")),
  );
  expect(unknown).toEqual([]);
  const rows = read("docs/commands.md")
    .match(/^\| `[a-z]+/gm)
    ?.map((row) => row.slice(3));
  expect(rows).toEqual(expect.arrayContaining([...known]));
}, 120_000);

async function help(path: readonly string[]): Promise<string> {
  const run = cli([...path, "--help"]);
  expect(await run.exit, path.join(" ")).toBe(0);
  return run.output;
}
