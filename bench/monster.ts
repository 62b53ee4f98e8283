/**
 * `node bench/monster.ts [turns] [characters a turn]`: contacts that end one after the other, and their contact logs, with
 * nothing beside them and then with a conversation that is a flood of numbers, dates and spelt addresses. The daemon is
 * a real process. Prints how long each waited for its log, how long a health answer took, and the ratio of both; exits
 * 1 where a log is missing.
 */
import { quickConversation } from "../src/simulator/player.ts";
import { sleep } from "../src/time.ts";
import { cli, connected } from "../test/cli.ts";
import { startWorld } from "../test/harness.ts";
import { floodOf } from "../test/summarizers/flood.ts";

const turns = Number(process.argv[2] ?? 2_000);
const chars = Number(process.argv[3] ?? 1_900);
const live = 40;
const everyMs = 250;
const queue = "Helder Facturen";
const attributes = { customerNumber: "HLD-1", authenticated: "true" };

await using world = await startWorld();
const daemon = cli(["run", "--config", world.configPath], world);
await connected(daemon);
const started = /"address":"([^"]+)"/.exec(daemon.output)?.[1];

/** Milliseconds from the end of each live conversation to its log, and of each health answer meanwhile. */
async function measure(): Promise<{ logs: number[]; health: number[] }> {
  const health: number[] = [];
  const logs: Promise<number>[] = [];
  for (let n = 0; n < live; n++) {
    const { id } = quickConversation(world.platform, { queue, attributes, durationMs: 1_000 });
    logs.push(loggedAfter(id));
    const asked = performance.now();
    await (await fetch(`http://${started}/healthz`)).text();
    health.push(performance.now() - asked);
    await sleep(everyMs);
  }
  return { logs: await Promise.all(logs), health };
}

/** Longest stretch in which the daemon's event loop stood still since it was asked last, in milliseconds. */
async function lag(): Promise<number> {
  const text = await (await fetch(`http://${started}/metrics`)).text();
  return Number(/^nodejs_eventloop_lag_max_seconds (\S+)/m.exec(text)?.[1]) * 1000;
}

async function loggedAfter(id: string): Promise<number> {
  const ended = performance.now();
  while (!world.backend.accepted.some(({ key }) => key.startsWith(id))) {
    if (performance.now() - ended > 120_000)
      throw new Error(`no log of ${id}\n${daemon.output.slice(-2000)}`);
    await sleep(5);
  }
  return performance.now() - ended;
}

function percentile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN;
}

function print(what: string, alone: readonly number[], beside: readonly number[]): void {
  for (const [name, share] of [
    ["median", 0.5],
    ["longest", 1],
  ] as const) {
    const [a, b] = [percentile(alone, share), percentile(beside, share)];
    console.log(
      `${what}, ${name}: ${a.toFixed(0)} ms alone, ${b.toFixed(0)} ms beside it (× ${(b / a).toFixed(1)})`,
    );
  }
}

await measure();
await lag();
const alone = await measure();
const lagAlone = await lag();
const lines = Array.from({ length: turns }, (_, index) => ({
  says: index % 2 === 0 ? ("customer" as const) : ("agent" as const),
  text: floodOf(chars, index),
}));
const monster = quickConversation(world.platform, {
  medium: "message",
  queue,
  attributes,
  lines,
  durationMs: 3_600_000,
});
const written = loggedAfter(monster.id);
const beside = await measure();
const seconds = (await written) / 1000;
print("end to log", alone.logs, beside.logs);
print("health answer", alone.health, beside.health);
console.log(
  `event loop stood still for at most: ${lagAlone.toFixed(0)} ms alone, ${(await lag()).toFixed(0)} ms beside it`,
);
console.log(`the long one (${turns} turns of ${chars} characters): ${seconds.toFixed(1)} s`);
daemon.child.kill("SIGTERM");
await daemon.exit;
