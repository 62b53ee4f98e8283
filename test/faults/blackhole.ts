import { setTimeout as sleep } from "node:timers/promises";
import { Dice } from "./dice.ts";
import { type CaseOptions, type Expected, type Figures, figuresOf, isDrained, reckon } from "./figures.ts";
import { type Darkness, darknesses, Relay } from "./relay.ts";
import { type Addresses, type Scene, startScene } from "./scene.ts";

const peers = ["destination", "model", "platform", "transcripts"] as const;
type Peer = (typeof peers)[number];
/** Between two conversations. */
const pauseMs = 40;
const recoveryLimitMs = 90_000;

/**
 * Each peer in turn is behind a connection on which everything disappears, in one way or both, or which resets or
 * trickles, while conversations end. `size` is how many such nights there are; every peer has each kind in turn.
 */
export async function blackhole({ size, seed, say }: CaseOptions): Promise<Figures> {
  const dice = new Dice(seed);
  await using relays = new AsyncDisposableStack();
  let roads: Record<Peer, Relay> | undefined;
  await using scene = await startScene({
    withModel: true,
    route: async (addresses) => {
      const led = await leadAll(addresses, relays);
      roads = led.roads;
      return led.addresses;
    },
  });
  await scene.startHearing();
  const recoveries: number[] = [];
  let passed = true;
  for (let night = 0; night < size; night++) {
    const peer = peers[night % peers.length] as Peer;
    const darkness = darknesses[Math.floor(night / peers.length) % darknesses.length] as Darkness;
    const road = roads?.[peer] as Relay;
    await under(scene, dice, 400);
    road.darken(darkness);
    await under(scene, dice, dice.between(1_500, 3_000));
    road.heal();
    const recoveryMs = await recovery(scene, dice);
    if (recoveryMs === undefined) passed = false;
    else recoveries.push(recoveryMs);
    const told =
      recoveryMs === undefined ? "NOT recovered" : `${(recoveryMs / 1000).toFixed(1)} s to recover`;
    say(`  ${peer}: ${darkness}, ${told}`);
    scene.forgetRequests();
  }
  passed = (await scene.drained(recoveryLimitMs, say)) && passed;
  const exit = await scene.daemon?.end("SIGTERM");
  const reckoning = reckon(scene.expected, scene.sink, scene.world.stateFile);
  for (const death of scene.deaths) say(`  ended by itself: ${death}`);
  const slowest = `slowest recovery ${(Math.max(...recoveries) / 1000).toFixed(1)} s`;
  const figures = figuresOf("blackhole", reckoning, [`${size} black holes`, slowest], say);
  return { ...figures, passed: figures.passed && passed && exit === 0 && scene.deaths.length === 0 };
}

async function under(scene: Scene, dice: Dice, forMs: number): Promise<void> {
  for (const end = performance.now() + forMs; performance.now() < end; await sleep(pauseMs))
    scene.converseAny(dice);
}

/** Until all that had ended when the light came back is settled, while more ends; undefined where it takes too long. */
async function recovery(scene: Scene, dice: Dice): Promise<number | undefined> {
  const ended = new Map<string, Expected>(scene.expected);
  const lightAt = performance.now();
  while (performance.now() < lightAt + recoveryLimitMs) {
    if (isDrained(scene.world.stateFile, ended)) return performance.now() - lightAt;
    await under(scene, dice, 2 * pauseMs);
  }
  return undefined;
}

/** A relay a peer. The platform tells its own addresses (WebSocket, transcript files): they are led past it, too. */
async function leadAll(
  { platform, sink, model }: Addresses,
  relays: AsyncDisposableStack,
): Promise<{ roads: Record<Peer, Relay>; addresses: Addresses }> {
  const transcripts = relays.use(await Relay.start());
  const platformPort = portOf(platform);
  const byPlatform: Relay = relays.use(
    await Relay.start(platformPort, (chunk) => {
      if (!chunk.includes("127.0.0.1:")) return chunk;
      const text = chunk.toString("latin1").replaceAll(/127\.0\.0\.1:(\d{5})/g, (_all, port: string) => {
        if (Number(port) === platformPort) return `127.0.0.1:${byPlatform.port}`;
        transcripts.target = Number(port);
        return `127.0.0.1:${transcripts.port}`;
      });
      return Buffer.from(text, "latin1");
    }),
  );
  const roads = {
    platform: byPlatform,
    transcripts,
    model: relays.use(await Relay.start(portOf(model))),
    destination: relays.use(await Relay.start(portOf(sink))),
  };
  const at = ({ port }: Relay): string => `http://127.0.0.1:${port}`;
  return {
    roads,
    addresses: { platform: at(byPlatform), sink: at(roads.destination), model: `${at(roads.model)}/v1` },
  };
}

const portOf = (url: string): number => Number(new URL(url).port);
