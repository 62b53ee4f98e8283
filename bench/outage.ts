/**
 * `node bench/outage.ts [scale]`: an hour without a notification channel at 40 ends a minute, caught up inside 300
 * requests a minute while live ends go on at 40 a minute. Played `scale` times faster than life (60 by default: a
 * minute is a second), the rate limit's minute with it. Prints the simulated minutes and the live latencies.
 */
import { quickConversation } from "../src/simulator/player.ts";
import { startWorld, until } from "../test/harness.ts";

const scale = Number(process.argv[2] ?? 60);
const minuteMs = 60_000 / scale;
const perMinute = 40;
const outageMinutes = 60;
const liveMinutes = 30;
const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const call = { queue: "Helder Facturen", attributes, durationMs: minuteMs, transcriptDelayMs: 0 } as const;

await using world = await startWorld({
  platform: { requestsPerMinute: 300, rateWindowMs: minuteMs, transcriptDelayMs: 0 },
  timing: {
    historyLagMs: minuteMs,
    sweepEveryMs: 600_000,
    transcriptFirstMs: 300,
    heartbeatTimeoutMs: 5_000,
    pingEveryMs: 1_000,
  },
  edit(file) {
    file.genesys.requestsPerMinute = 300;
  },
  rateWindowMs: minuteMs,
});
const first = world.start();
await first.connected();
await new Promise((resolve) => setTimeout(resolve, 50));
await first.stop();

const missed = new Set<string>();
const outageStart = Date.now();
for (let n = 0; n < perMinute * outageMinutes; n++) {
  const endedAt = outageStart + (n * minuteMs) / perMinute;
  missed.add(quickConversation(world.platform, { ...call, endedAt, emit: false }).id);
}
// The hour passes.
await new Promise((resolve) => setTimeout(resolve, outageMinutes * minuteMs));

const second = world.start();
await second.connected();
const start = performance.now();
const liveEndedAt = new Map<string, number>();
const live = (async () => {
  for (let n = 0; n < perMinute * liveMinutes; n++) {
    const { id } = quickConversation(world.platform, call);
    liveEndedAt.set(id, Date.now());
    await new Promise((resolve) =>
      setTimeout(resolve, Math.max(0, start + ((n + 1) * minuteMs) / perMinute - performance.now())),
    );
  }
})();
// Asked every few milliseconds in the process the platform runs in: what is there already is not looked for again.
const waitedFor = new Set(missed);
let seen = 0;
const caughtUp = (): boolean => {
  for (; seen < world.backend.accepted.length; seen++)
    waitedFor.delete(world.backend.accepted[seen]?.key ?? "");
  return waitedFor.size === 0;
};
await until(caughtUp, "the outage to be caught up", 120_000);
const minutes = (performance.now() - start) / minuteMs;
await live;
await until(() => world.backend.accepted.length >= missed.size + liveEndedAt.size, "the live ends", 60_000);

const latencies = world.backend.accepted
  .flatMap(({ key, at }) => (liveEndedAt.has(key) ? [at - (liveEndedAt.get(key) as number)] : []))
  .sort((a, b) => a - b);
const quantile = (q: number): number => Math.round(latencies[Math.floor(latencies.length * q)] as number);
const refused = world.platform.requests.filter(({ status }) => status === 429).length;
const doubled = world.backend.accepted.length - new Set(world.backend.accepted.map(({ key }) => key)).size;
console.log(`${missed.size} conversations missed in an outage of ${outageMinutes} simulated minutes`);
console.log(
  `caught up in ${minutes.toFixed(1)} simulated minutes inside 300 requests a minute (${refused} answered 429)`,
);
console.log(
  `${latencies.length} live ends meanwhile, from end to contact log: median ${quantile(0.5)} ms, p95 ${quantile(0.95)} ms, ` +
    `slowest ${quantile(0.9999)} ms of real time (a simulated minute is ${minuteMs} ms)`,
);
console.log(`${doubled} doubled`);
await second.stop();
process.exitCode = minutes < 30 && doubled === 0 ? 0 : 1;
