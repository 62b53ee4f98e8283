import { spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { afterEach, expect, test } from "vitest";
import { supervisorOf } from "../../src/config/environment.ts";
import { Notify, type NotifyOptions } from "../../src/ops/notify.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { cli, connected, killChildren } from "../cli.ts";
import { isInstalled } from "../deploy/repository.ts";
import { startWorld, until } from "../harness.ts";

const systemd = test.skipIf(!existsSync("/usr/bin/systemd-notify") || !isInstalled("python3"));

afterEach(killChildren);

/** Something that listens as systemd does, on a real socket of its kind. */
async function startReceiver() {
  const folder = mkdtempSync(join(tmpdir(), "contactlogd-notify-"));
  const socket = join(folder, "notify");
  const messages: string[] = [];
  const program = fileURLToPath(new URL("notified.py", import.meta.url));
  const child = spawn("python3", [program, socket], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  createInterface({ input: child.stdout }).on("line", (line) => {
    const message = JSON.parse(line) as string;
    // The sender waits until the receiver has taken what came before (sd_notify_barrier(3)).
    if (message !== "BARRIER=1") messages.push(message);
  });
  await until(() => messages.shift() === "listening", "the receiver to listen");
  return {
    socket,
    messages,
    of: (name: string) =>
      messages.filter((message) => message.split("\n").some((one) => one.startsWith(name))),
    async [Symbol.asyncDispose]() {
      child.kill("SIGKILL");
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}

/** A daemon's progress, as a test makes it. */
function scene(socket: string | undefined, watchdogMs: number | undefined, path = "") {
  const state = { runner: 0, watch: 0, moves: true, blocked: undefined as string | undefined };
  const said: string[] = [];
  const count = (part: "runner" | "watch") => () => (state.moves ? ++state[part] : state[part]);
  const options: NotifyOptions = {
    supervisor: socket === undefined ? undefined : { socket, watchdogMs, path },
    turns: { runner: count("runner"), watch: count("watch") },
    blocked: () => state.blocked,
    deaf: () => undefined,
    reports: {
      notifyFailed: () => said.push("failed"),
      stalled: (parts) => said.push(`stalled ${parts.join(" and ")}`),
    },
  };
  const stop = new AbortController();
  const notify = new Notify(options);
  return { state, said, notify, stop, done: notify.run(stop.signal) };
}

systemd("ready once, alive twice per watchdog time, stopping at the end", { timeout: 30_000 }, async () => {
  await using receiver = await startReceiver();
  const { notify, stop, done, said } = scene(receiver.socket, 400);
  notify.ready();
  notify.ready();
  await until(() => receiver.of("WATCHDOG=1").length >= 3, "signs of life");
  expect(receiver.messages[0]).toBe("READY=1\nSTATUS=ready");
  expect(receiver.of("EXTEND_TIMEOUT_USEC")).toEqual([]);
  stop.abort();
  await done;
  await until(() => receiver.of("STOPPING=1").length === 1, "the last word");
  expect(receiver.of("READY=1")).toHaveLength(1);
  expect(receiver.messages.at(-1)).toContain("STOPPING=1");
  expect(said).toEqual([]);
});

systemd(
  "what starts slowly asks for more time and does not say it is ready",
  { timeout: 30_000 },
  async () => {
    await using receiver = await startReceiver();
    const { stop, done } = scene(receiver.socket, 200);
    await until(() => receiver.of("EXTEND_TIMEOUT_USEC=120000000").length >= 1, "a plea for time");
    expect(receiver.of("READY=1")).toEqual([]);
    stop.abort();
    await done;
  },
);

systemd(
  "no sign of life while one part stands still; where a new start would mend nothing it is said why instead",
  { timeout: 30_000 },
  async () => {
    await using receiver = await startReceiver();
    const { state, said, notify, stop, done } = scene(receiver.socket, 200);
    notify.ready();
    await until(() => receiver.of("WATCHDOG=1").length > 0, "a first sign of life");
    state.moves = false;
    await until(() => said.includes("stalled runner and watch"), "the standstill to be noticed");
    const before = receiver.of("WATCHDOG=1").length;
    await until(() => said.length >= 3, "more beats");
    expect(receiver.of("WATCHDOG=1").length).toBe(before);
    const blocked = "the state file cannot be written";
    Object.assign(state, { moves: true, blocked });
    const alive = `WATCHDOG=1\nSTATUS=${blocked}`;
    await until(
      () => receiver.messages.filter((one) => one === alive).length >= 3,
      "signs of life that say why",
    );
    state.moves = false;
    const stalls = said.length;
    await until(() => said.length > stalls, "a standstill beside it to be noticed");
    Object.assign(state, { moves: true, blocked: undefined });
    await until(() => receiver.messages.at(-1)?.endsWith("STATUS=ready"), "it to go on");
    stop.abort();
    await done;
  },
);

test("where nobody listens nothing is sent and nothing is waited for", async () => {
  const { notify, done, said } = scene(undefined, undefined);
  notify.ready();
  await done;
  expect(said).toEqual([]);
});

test("what cannot be sent is said once", async () => {
  const { notify, said, stop, done } = scene(join(tmpdir(), "contactlogd-nobody-listens"), 100);
  notify.ready();
  await until(() => said.length > 0, "the failure to be told");
  stop.abort();
  await done;
  expect(said).toEqual(["failed"]);
});

test.each<[what: string, environment: Record<string, string>, expected: object | undefined]>([
  ["nobody", {}, undefined],
  ["nobody", { NOTIFY_SOCKET: "", WATCHDOG_USEC: "1" }, undefined],
  ["no watchdog", { NOTIFY_SOCKET: "/run/n" }, { socket: "/run/n", watchdogMs: undefined, path: "" }],
  [
    "a watchdog",
    { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "120000000", WATCHDOG_PID: String(process.pid), PATH: "/bin" },
    { socket: "/run/n", watchdogMs: 120_000, path: "/bin" },
  ],
  [
    "another process's watchdog",
    { NOTIFY_SOCKET: "/run/n", WATCHDOG_USEC: "120000000", WATCHDOG_PID: "1" },
    { socket: "/run/n", watchdogMs: undefined, path: "" },
  ],
])("who listens: %s", (_what, environment, expected) => {
  expect(supervisorOf(environment)).toEqual(expected);
});

systemd("the daemon itself: ready when connected, alive, stopping", { timeout: 60_000 }, async () => {
  await using receiver = await startReceiver();
  await using world = await startWorld();
  world.platform.faults.refuseHandshake(503, 2);
  const daemon = cli(["run", "--config", world.configPath, "--log-format", "json"], world, {
    NOTIFY_SOCKET: receiver.socket,
    // Half of it is longer than the runner ever sleeps.
    WATCHDOG_USEC: "5000000",
  });
  await until(() => daemon.output.includes("channel failed"), "the channel to be refused");
  expect(receiver.of("READY=1")).toEqual([]);
  await connected(daemon);
  await until(() => receiver.of("READY=1").length === 1, "it to be ready");
  quickConversation(world.platform, {
    queue: "Helder Facturen",
    attributes: { customerNumber: "HLD-1", authenticated: "true" },
  });
  await world.backend.waitFor(1);
  await until(() => receiver.of("WATCHDOG=1").length >= 2, "signs of life");
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
  await until(() => receiver.of("STOPPING=1").length === 1, "the last word");
  expect(daemon.output).not.toContain("no progress");
});

systemd("without a channel to make, being up is being ready", { timeout: 60_000 }, async () => {
  await using receiver = await startReceiver();
  await using world = await startWorld({
    edit: (file) => Object.assign(file.genesys, { notifications: false }),
  });
  const daemon = cli(["run", "--config", world.configPath], world, { NOTIFY_SOCKET: receiver.socket });
  await until(
    () => receiver.of("READY=1").length === 1,
    "it to be ready",
    20_000,
    () => daemon.output,
  );
  daemon.child.kill("SIGTERM");
  expect(await daemon.exit).toBe(0);
});
