/**
 * `node bench/hearing.ts [conversations] [faults]`: conversations end while the channel meets faults; every one has to
 * be accounted for, none doubled. Prints the figures the README quotes, exits 1 where they do not hold.
 */
import { quickConversation } from "../src/simulator/player.ts";
import { startWorld, until, type World } from "../test/harness.ts";

const conversations = Number(process.argv[2] ?? 1_000);
const faults = Number(process.argv[3] ?? 20);
const spreadMs = Math.max(4_000, conversations * 12);
const attributes = { customerNumber: "HLD-1", authenticated: "true" };

const kinds: readonly { readonly name: string; readonly inject: (world: World) => void }[] = [
  { name: "socket dropped", inject: ({ platform }) => platform.faults.dropSockets() },
  { name: "socket stalled", inject: ({ platform }) => platform.faults.stallSockets() },
  { name: "socket closed 1001", inject: ({ platform }) => platform.faults.closeSockets(1001) },
  { name: "planned close", inject: ({ platform }) => platform.faults.socketClosing(200) },
  { name: "channel evicted", inject: ({ platform }) => platform.faults.evictChannels() },
  { name: "token revoked", inject: ({ platform }) => platform.faults.revokeTokens() },
  { name: "subscriptions lost", inject: ({ platform }) => platform.faults.loseSubscriptions() },
  {
    name: "handshake refused",
    inject({ platform }) {
      platform.faults.refuseHandshake(503, 2);
      platform.faults.dropSockets();
    },
  },
  {
    name: "events withheld 300 ms",
    inject({ platform }) {
      platform.faults.withholdEvents(true);
      setTimeout(() => platform.faults.withholdEvents(false), 300);
    },
  },
  {
    name: "events doubled and reordered",
    inject: ({ platform }) => {
      platform.faults.duplicateEvents(20);
      platform.faults.reorderEvents(6);
    },
  },
];

await using world = await startWorld({
  timing: {
    heartbeatTimeoutMs: 400,
    pingEveryMs: 100,
    historyLagMs: 300,
    sweepEveryMs: 1_500,
    queueRefreshMs: 700,
    retryBaseMs: 50,
  },
});
const daemon = world.start();
await daemon.connected();

const ids: string[] = [];
const injected = new Map<string, number>();
for (let n = 0; n < conversations; n++) {
  const medium = n % 4 === 3 ? ("message" as const) : ("voice" as const);
  ids.push(
    quickConversation(world.platform, { queue: "Helder Facturen", attributes, medium, durationMs: 1_000 }).id,
  );
  const due = Math.floor(((n + 1) * faults) / conversations);
  const done = [...injected.values()].reduce((sum, count) => sum + count, 0);
  const kind = kinds[done % kinds.length];
  if (due > done && kind) {
    kind.inject(world);
    injected.set(kind.name, (injected.get(kind.name) ?? 0) + 1);
  }
  await new Promise((resolve) => setTimeout(resolve, spreadMs / conversations));
}
const lastEnd = performance.now();
const logged = (): Set<string> =>
  new Set(world.backend.accepted.map(({ key }) => key.split(":")[0] as string));
await until(
  () => logged().size >= conversations,
  "every conversation to be accounted for",
  60_000,
  () => `${logged().size}`,
).catch((error: Error) => console.error(error.message));
const caughtUpMs = performance.now() - lastEnd;
await new Promise((resolve) => setTimeout(resolve, 1_000));
const doubled = world.backend.accepted.length - new Set(world.backend.accepted.map(({ key }) => key)).size;
const missed = ids.filter((id) => !logged().has(id)).length;
const sources = (source: string): number =>
  daemon.lines.filter((line) => line.msg === "conversation may have ended" && line.source === source).length;
const status = (await (await fetch(`${await daemon.address()}/status`)).json()) as {
  sinceStart: Record<string, { ended: number; posted: number; waiting: object; dead: object; gaps: object }>;
};

for (const [name, count] of injected) console.log(`${String(count).padStart(6)}  ${name}`);
console.log(`${String(faults).padStart(6)}  faults injected`);
console.log(`${String(conversations).padStart(6)}  conversations ended`);
console.log(`${String(sources("notification")).padStart(6)}  told by events`);
console.log(`${String(sources("backfill")).padStart(6)}  found by back-fill`);
console.log(`${String(sources("sweep")).padStart(6)}  found by a sweep`);
console.log(`${String(missed).padStart(6)}  missed`);
console.log(`${String(doubled).padStart(6)}  doubled`);
console.log(`${String(Math.round(caughtUpMs)).padStart(6)}  ms from the last end to the last contact log`);
console.log(JSON.stringify(status.sinceStart["*"]));
await daemon.stop();
process.exitCode = missed === 0 && doubled === 0 ? 0 : 1;
