/**
 * `node bench/burst.ts [conversations]`: so many end within a moment, in front of a real daemon process whose heap may not
 * grow past 128 MB: a burst is rows. Prints how long the last contact log took and the most memory the daemon held;
 * exits 1 where one is missing or doubled.
 */
import { readFileSync } from "node:fs";
import { quickConversation } from "../src/simulator/player.ts";
import { cli, connected } from "../test/cli.ts";
import { startWorld } from "../test/harness.ts";

const count = Number(process.argv[2] ?? 10_000);
const attributes = { customerNumber: "HLD-1", authenticated: "true" };

await using world = await startWorld({ pipeline: { concurrency: 64 } });
const daemon = cli(["run", "--config", world.configPath], world, {
  NODE_OPTIONS: "--max-old-space-size=128",
});
await connected(daemon);
/** In MB; Linux keeps the high-water mark. */
const memory = (): number =>
  Math.round(
    Number(/VmHWM:\s+(\d+) kB/.exec(readFileSync(`/proc/${daemon.child.pid}/status`, "utf8"))?.[1]) / 1024,
  );
const before = memory();
const start = performance.now();
for (let n = 0; n < count; n++) {
  quickConversation(world.platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 });
}
const heard = performance.now();
await world.backend.waitFor(count, 300_000);
const seconds = (performance.now() - start) / 1000;
const keys = new Set(world.backend.accepted.map(({ key }) => key));
console.log(`${count} conversations ended within ${Math.round(heard - start)} ms`);
console.log(`${keys.size} contact logs, the last after ${seconds.toFixed(1)} s`);
console.log(`${world.backend.attempts.length - keys.size} posts too many`);
console.log(`most memory the daemon held: ${memory()} MB, of which ${before} MB before the burst`);
daemon.child.kill("SIGTERM");
await daemon.exit;
process.exitCode = keys.size === count && world.backend.attempts.length === count ? 0 : 1;
