/**
 * `node bench/soak.ts [contacts]`: one real daemon process through an hour's work in some minutes, calls and chats, ended
 * as fast as it posts them, its heap held to 256 MB. Samples its memory and its open files, and prints them by tenths; exits 1 where a contact log
 * is missing or doubled, or where memory or files go on growing.
 */
import { readdirSync, readFileSync } from "node:fs";
import { quickConversation } from "../src/simulator/player.ts";
import { cli, connected } from "../test/cli.ts";
import { startWorld, until } from "../test/harness.ts";

const count = Number(process.argv[2] ?? 200_000);
const inFlight = 400;
const tenths = 10;
/** Between the middle of the run and its end: beyond this it grows. */
const mostGrowth = 1.25;

interface Sample {
  readonly posted: number;
  readonly rssMb: number;
  readonly files: number;
}

await using world = await startWorld({ pipeline: { concurrency: 64 } });
const daemon = cli(["run", "--config", world.configPath], world, {
  NODE_OPTIONS: "--max-old-space-size=256",
});
await connected(daemon);
const { pid } = daemon.child;
const posted = (): number => world.backend.accepted.length;
const sample = (): Sample => ({
  posted: posted(),
  rssMb: Math.round(
    Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024,
  ),
  files: readdirSync(`/proc/${pid}/fd`).length,
});

const samples: Sample[] = [];
const start = performance.now();
let ended = 0;
while (posted() < count) {
  while (ended < count && ended - posted() < inFlight) {
    ended++;
    const call = ended % 3 !== 0;
    quickConversation(world.platform, {
      medium: call ? "voice" : "message",
      queue: call ? "Helder Facturen" : "Noordlicht Chat",
      attributes: { customerNumber: `C-${ended % 1000}`, authenticated: "true" },
      durationMs: 1_000,
    });
  }
  const before = posted();
  await until(() => posted() > before || posted() >= count, "the next contact log", 120_000);
  if (posted() >= ((samples.length + 1) * count) / tenths) {
    samples.push(sample());
    const { rssMb, files } = samples.at(-1) as Sample;
    const seconds = (performance.now() - start) / 1000;
    console.log(`${posted()} posted after ${seconds.toFixed(0)} s: ${rssMb} MB, ${files} open files`);
  }
}
const keys = new Set(world.backend.accepted.map(({ key }) => key));
const doubled = world.backend.attempts.length - keys.size;
const middle = samples[Math.floor(tenths / 2)] as Sample;
const last = samples.at(-1) as Sample;
const growth = last.rssMb / middle.rssMb;
console.log(`${keys.size} contact logs of ${count}, ${doubled} posts too many`);
console.log(
  `memory ×${growth.toFixed(2)} and ${last.files - middle.files} open files more from the middle to the end`,
);
daemon.child.kill("SIGTERM");
await daemon.exit;
const isFlat = growth <= mostGrowth && last.files - middle.files <= inFlight;
process.exitCode = keys.size === count && doubled === 0 && isFlat ? 0 : 1;
