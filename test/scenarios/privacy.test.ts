import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli } from "../cli.ts";
import { startWorld, until } from "../harness.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true", hidden: "attributekanarie" };
const words = "Ik wil mijn termijnbedrag aanpassen omdat de kanarievogel in mijn meterkast zingt";

test("I7 no word of a transcript, no token and no channel id in a log or at rest; a posted log is gone from the bytes", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  await daemon.connected();
  // Every upstream quotes back what it should not.
  world.platform.faults.rest({
    path: /transcripturl$/,
    status: 500,
    body: JSON.stringify({ message: words }),
    times: 1,
  });
  world.backend.fail({ status: 503, body: { error: words }, times: 1 });
  const lines = [
    { says: "agent", text: "Goedemorgen, waarmee kan ik u helpen?" },
    { says: "customer", text: `${words}.` },
    { says: "agent", text: "Ik heb uw termijnbedrag aangepast naar 87 euro." },
  ] as const;
  const call = quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes,
    lines,
    customerName: "Kanariepiet",
  });
  quickConversation(world.platform, { queue: "Helder Facturen", attributes, lines, medium: "message" });
  const [accepted] = await world.backend.waitFor(2);
  expect(JSON.stringify(accepted?.body)).toContain("kanarievogel");
  const metrics = await daemon.metrics();
  await daemon.stop();

  const channels = world.platform.requests.flatMap(
    ({ path }) => /channels\/([^/]+)\/subscriptions/.exec(path)?.[1] ?? [],
  );
  const canaries = [
    "kanarie",
    "Kanarie",
    "termijnbedrag aanp",
    world.platform.clientSecret,
    "backend-token-canary",
    "X-Amz",
    ...channels,
  ];
  for (const canary of canaries) {
    expect(daemon.text, canary).not.toContain(canary);
    expect(metrics, canary).not.toContain(canary);
  }
  expect(daemon.text).toContain(call.id);
  const atRest = ["", "-wal", "-shm", ".lock"]
    .map((suffix) => `${world.stateFile}${suffix}`)
    .filter((file) => existsSync(file))
    .map((file) => readFileSync(file).toString("latin1"))
    .join("");
  for (const word of ["kanarie", "termijnbedrag", "HLD-1", world.platform.clientSecret])
    expect(atRest, word).not.toContain(word);
  expect(statSync(world.stateFile).mode & 0o777).toBe(0o600);
});

test("while it runs, a settled contact log leaves the write-ahead log within moments too", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  await daemon.connected();
  world.backend.fail({ status: 503, times: 2 });
  const lines = [
    { says: "customer", text: `${words}.` },
    { says: "agent", text: "Ik heb uw termijnbedrag aangepast." },
  ] as const;
  quickConversation(world.platform, { queue: "Helder Facturen", attributes, lines });
  const bytes = (): string =>
    ["", "-wal"].map((suffix) => readFileSync(`${world.stateFile}${suffix}`).toString("latin1")).join("");
  await until(() => bytes().includes("kanarievogel"), "the log to be kept before the post");
  await world.backend.waitFor(1);
  await until(() => !bytes().includes("kanarievogel"), "the log to be gone from the bytes", 3_000);
  await daemon.stop();
});

test("forget names the copies of the state file that were set aside, in which it erases nothing", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  await daemon.connected();
  const copy = `${world.stateFile}.corrupt-2026-11-20T08-00-00-000Z`;
  writeFileSync(copy, "words");
  const run = cli(["forget", "--account", "HLD-1", "--config", world.configPath], world);
  expect(await run.exit).toBe(0);
  expect(run.output).toContain(`${copy} was set aside and is left as it is; remove it when you can`);
});
