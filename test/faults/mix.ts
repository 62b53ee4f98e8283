import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { Dice } from "./dice.ts";
import { type CaseOptions, type Figures, figuresOf, reckon, type Say } from "./figures.ts";
import { type Scene, startScene } from "./scene.ts";
import type { Fate } from "./sink.ts";

/** Conversations a second, in bursts; a fault every so many of them. */
const perSecond = 120;
const burst = 12;
const conversationsPerFault = 25;
const drainMs = 300_000;
/** A peer's bad moment is over after this, met or not. */
const episodeMs = 1_000;
const huge = "x".repeat(50_000_000);

interface Fault {
  readonly name: string;
  /** How often it is drawn; a restart costs a second, a stall as much. */
  readonly weight: number;
  readonly inject: (scene: Scene, dice: Dice) => void | Promise<void>;
}

const paths = {
  conversation: /^\/api\/v2\/conversations\/[^/]+$/,
  transcriptUrl: /transcripturl/,
  transcriptFile: /^\/(?!api|oauth)/,
  history: /\/analytics\//,
  channels: /\/notifications\//,
  queues: /\/routing\/queues/,
  login: /\/oauth\/token/,
};

const anyPath = (dice: Dice): RegExp => dice.pick(Object.values(paths));
const readPath = (dice: Dice): RegExp =>
  dice.pick([paths.conversation, paths.transcriptUrl, paths.transcriptFile, paths.history, paths.queues]);

type RestFault = Parameters<Scene["world"]["platform"]["faults"]["rest"]>[0];
const rest =
  (make: (dice: Dice) => RestFault): Fault["inject"] =>
  (scene, dice) =>
    scene.world.platform.faults.rest({ times: dice.between(1, 6), ...make(dice) });

const ws =
  (make: (faults: Scene["world"]["platform"]["faults"], dice: Dice) => void): Fault["inject"] =>
  (scene, dice) =>
    make(scene.world.platform.faults, dice);

type Answer = NonNullable<Scene["model"]>["answers"][number];
const model =
  (make: (dice: Dice) => Answer): Fault["inject"] =>
  (scene, dice) => {
    const answers = Array.from({ length: dice.between(1, 4) }, () => make(dice));
    scene.model?.answers.push(...answers);
    // Nobody came: an open circuit would never see the end of what piles up meanwhile.
    setTimeout(() => {
      const left = scene.model?.answers ?? [];
      for (const answer of answers) if (left.includes(answer)) left.splice(left.indexOf(answer), 1);
    }, episodeMs).unref();
  };

/** The next posts (and look-ups) of the sink, a few of them. */
const sink =
  (fate: Fate, most = 8): Fault["inject"] =>
  (scene, dice) => {
    let left = dice.between(1, most);
    const calm = scene.sink.weather;
    const endsAt = performance.now() + episodeMs;
    scene.sink.weather = (kind) => {
      if (left <= 0 || performance.now() > endsAt) {
        scene.sink.weather = calm;
        return calm(kind);
      }
      left--;
      return fate;
    };
  };

const html = { headers: { "content-type": "text/html" }, body: "<html><h1>It works!</h1></html>" };

const faults: readonly Fault[] = [
  {
    name: "REST 5xx",
    weight: 4,
    inject: rest((dice) => ({ path: anyPath(dice), status: dice.pick([500, 502, 503, 504]) })),
  },
  // Without Retry-After the daemon holds every call back for seconds, which no timing shortens.
  {
    name: "REST 429",
    weight: 0.15,
    inject: rest((dice) => ({ path: readPath(dice), status: 429, times: 1 })),
  },
  {
    name: "REST 429 Retry-After",
    weight: 0.7,
    inject: rest((dice) => ({
      path: readPath(dice),
      status: 429,
      headers: { "retry-after": "1" },
      times: 1,
    })),
  },
  { name: "REST 401", weight: 1, inject: rest(() => ({ path: paths.conversation, status: 401, times: 1 })) },
  { name: "REST 404", weight: 1, inject: rest(() => ({ path: paths.transcriptUrl, status: 404 })) },
  { name: "REST reset", weight: 3, inject: rest((dice) => ({ path: anyPath(dice), reset: true })) },
  { name: "REST cut off", weight: 2, inject: rest((dice) => ({ path: anyPath(dice), resetAfterBytes: 40 })) },
  {
    name: "REST slow",
    weight: 3,
    inject: rest((dice) => ({ path: anyPath(dice), delayMs: dice.between(100, 900) })),
  },
  {
    name: "REST drips",
    weight: 0.15,
    inject: rest((dice) => ({ path: readPath(dice), drip: true, times: 1 })),
  },
  {
    name: "REST hangs",
    weight: 0.15,
    inject: rest((dice) => ({ path: readPath(dice), hang: true, times: 1 })),
  },
  {
    name: "REST HTML 200",
    weight: 2,
    inject: rest((dice) => ({ path: readPath(dice), status: 200, ...html })),
  },
  {
    name: "REST garbage 200",
    weight: 2,
    inject: rest((dice) => ({ path: readPath(dice), status: 200, body: '{"id":' })),
  },
  {
    name: "REST 50 MB",
    weight: 0.5,
    inject: rest((dice) => ({ path: readPath(dice), status: 200, body: huge, times: 1 })),
  },
  { name: "WebSocket dropped", weight: 2, inject: ws((platform) => platform.dropSockets()) },
  {
    name: "WebSocket closed",
    weight: 2,
    inject: ws((platform, dice) => platform.closeSockets(dice.pick([1001, 1011, 1012]))),
  },
  {
    name: "WebSocket stalled",
    weight: 1,
    inject: async ({ world }, dice) => {
      world.platform.faults.stallSockets({ newOnes: dice.chance(0.3) });
      await sleep(1_500);
      world.platform.faults.resumeSockets();
    },
  },
  { name: "planned close", weight: 1, inject: ws((platform) => platform.socketClosing(300)) },
  { name: "channel evicted", weight: 1, inject: ws((platform) => platform.evictChannels()) },
  { name: "token revoked", weight: 1, inject: ws((platform) => platform.revokeTokens()) },
  { name: "token expired", weight: 1, inject: ws((platform) => platform.expireTokens()) },
  { name: "subscriptions lost", weight: 1, inject: ws((platform) => platform.loseSubscriptions()) },
  {
    name: "handshake refused",
    weight: 1,
    inject: ws((platform, dice) => {
      platform.refuseHandshake(dice.pick([503, 429, 404]), 2);
      platform.dropSockets();
    }),
  },
  {
    name: "events withheld",
    weight: 1,
    inject: async ({ world }) => {
      world.platform.faults.withholdEvents(true);
      await sleep(300);
      world.platform.faults.withholdEvents(false);
    },
  },
  { name: "events doubled", weight: 2, inject: ws((platform) => platform.duplicateEvents(20)) },
  { name: "events reordered", weight: 2, inject: ws((platform) => platform.reorderEvents(10)) },
  {
    name: "transcript late",
    weight: 3,
    inject: (scene, dice) => {
      for (let n = 0; n < 3; n++)
        scene.converse({ queue: "Helder Facturen", transcriptDelayMs: dice.between(1_000, 6_000) });
    },
  },
  {
    name: "transcript never",
    weight: 1,
    inject: (scene) =>
      scene.converse({
        queue: "Noordlicht Service",
        transcriptDelayMs: Number.POSITIVE_INFINITY,
        expect: "none",
      }),
  },
  { name: "event lost", weight: 2, inject: (scene, dice) => scene.converseAny(dice, { emit: false }) },
  { name: "model refuses", weight: 0.5, inject: model(() => ({ refusal: "I cannot help with that" })) },
  { name: "model slow", weight: 2, inject: model((dice) => ({ delayMs: dice.between(200, 800) })) },
  { name: "model hangs", weight: 1, inject: model(() => ({ hang: true })) },
  { name: "model garbage", weight: 2, inject: model(() => ({ content: "no JSON at all" })) },
  { name: "model 5xx", weight: 2, inject: model((dice) => ({ status: dice.pick([500, 503]) })) },
  { name: "model 429", weight: 1, inject: model(() => ({ status: 429, headers: { "retry-after": "1" } })) },
  { name: "model reset", weight: 1, inject: model(() => ({ reset: true })) },
  { name: "model HTML", weight: 1, inject: model(() => ({ body: html.body })) },
  { name: "model 50 MB", weight: 0.3, inject: model(() => ({ body: huge })) },
  { name: "backend 503", weight: 3, inject: sink({ stores: "never", answers: { status: 503 } }) },
  {
    name: "backend 503 Retry-After",
    weight: 1,
    inject: sink({ stores: "never", answers: { status: 503, headers: { "retry-after": "1" } } }),
  },
  { name: "backend 429", weight: 1, inject: sink({ stores: "never", answers: { status: 429 } }) },
  { name: "backend 500 after the deed", weight: 2, inject: sink({ answers: { status: 500 } }) },
  { name: "backend resets", weight: 2, inject: sink({ stores: "never", answers: "reset" }) },
  { name: "backend loses its reply", weight: 4, inject: sink({ answers: "reset" }) },
  { name: "backend stores late", weight: 2, inject: sink({ stores: "late", answers: "reset" }) },
  { name: "backend hangs", weight: 1, inject: sink({ answers: "hang" }, 4) },
  { name: "backend hangs and drops", weight: 1, inject: sink({ stores: "never", answers: "hang" }, 4) },
  { name: "backend slow", weight: 3, inject: sink({ delayMs: 500 }) },
  { name: "backend drips", weight: 1, inject: sink({ answers: "drip" }, 4) },
  { name: "backend 50 MB", weight: 0.3, inject: sink({ answers: "huge" }, 1) },
  { name: "backend 422", weight: 0.5, inject: sink({ stores: "never", answers: { status: 422 } }, 1) },
  {
    name: "SIGTERM",
    weight: 0.3,
    inject: async (scene) => {
      await scene.daemon?.end("SIGTERM");
      scene.start();
    },
  },
  {
    name: "SIGKILL",
    weight: 0.5,
    inject: async (scene) => {
      await scene.daemon?.end("SIGKILL");
      scene.start();
    },
  },
  {
    name: "SIGSTOP",
    weight: 0.3,
    inject: async ({ daemon }) => {
      daemon?.signal("SIGSTOP");
      await sleep(1_500);
      daemon?.signal("SIGCONT");
    },
  },
];

interface Entry {
  /** After so many conversations. */
  readonly after: number;
  readonly fault: Fault;
  /** What it draws is its own, whatever happens at the same time. */
  readonly seed: number;
}

/** Everything that can go wrong, at random, while conversations end; the same seed plays the same script. */
export async function mix({ size, seed, say }: CaseOptions): Promise<Figures> {
  const script = scriptOf(size, seed);
  const named = script.map(({ after, fault, seed }) => `${after} ${fault.name} ${seed}`).join("\n");
  const hash = createHash("sha256").update(named).digest("hex").slice(0, 12);
  say(`  seed ${seed}, script ${hash}: ${script.length} faults`);
  await using scene = await startScene({ withModel: true });
  await scene.startHearing();
  await play(scene, script, size, new Dice(seed + 1), say);
  calm(scene);
  const restAt = performance.now();
  const drained = await scene.drained(drainMs, say);
  say(`  at rest ${Math.round((performance.now() - restAt) / 1000)} s after the last conversation`);
  const exit = await scene.daemon?.end("SIGTERM");
  const reckoning = reckon(scene.expected, scene.sink, scene.world.stateFile);
  for (const [name, count] of countsOf(script)) say(`  ${String(count).padStart(5)}  ${name}`);
  for (const death of scene.deaths) say(`  ended by itself: ${death}`);
  const figures = figuresOf("mix", reckoning, [`${script.length} faults`, `seed ${seed} (${hash})`], say);
  return { ...figures, passed: figures.passed && drained && exit === 0 && scene.deaths.length === 0 };
}

function scriptOf(size: number, seed: number): Entry[] {
  const dice = new Dice(seed);
  const all = faults.reduce((sum, { weight }) => sum + weight, 0);
  const draw = (): Fault => {
    let left = dice.next() * all;
    for (const fault of faults) {
      left -= fault.weight;
      if (left < 0) return fault;
    }
    return faults[0] as Fault;
  };
  return Array.from({ length: Math.ceil(size / conversationsPerFault) }, () => ({
    after: dice.between(1, size),
    fault: draw(),
    seed: dice.between(1, 2 ** 31),
  })).toSorted((a, b) => a.after - b.after);
}

async function play(
  scene: Scene,
  script: readonly Entry[],
  size: number,
  dice: Dice,
  say: Say,
): Promise<void> {
  const startedAt = performance.now();
  let next = 0;
  // Two faults that take a while do not take turns; two of the process itself do.
  const underWay = new Set<Promise<void>>();
  let turn: Promise<void> = Promise.resolve();
  for (let ended = 0; ended < size; ) {
    for (let n = 0; n < burst && ended < size; n++) {
      scene.converseAny(dice);
      ended++;
      for (; script[next] && (script[next]?.after ?? 0) <= ended; next++) {
        const { fault, seed } = script[next] as Entry;
        const inject = async (): Promise<void> => await fault.inject(scene, new Dice(seed));
        const takesTurns = fault.name.startsWith("SIG");
        const done = takesTurns ? turn.then(inject) : inject();
        if (takesTurns) turn = done;
        underWay.add(done);
        void done.finally(() => underWay.delete(done));
      }
    }
    if (ended % 2_004 === 0) {
      scene.forgetRequests();
      say(`  ${ended} ended, ${scene.sink.conversations} taken`);
    }
    await sleep(Math.max(1, startedAt + (ended / perSecond) * 1000 - performance.now()));
  }
  await Promise.all(underWay);
}

function calm(scene: Scene): void {
  scene.world.platform.faults.clear();
  scene.sink.weather = () => undefined;
  if (scene.model) scene.model.answers.length = 0;
}

function countsOf(script: readonly Entry[]): [string, number][] {
  const counts = new Map<string, number>();
  for (const { fault } of script) counts.set(fault.name, (counts.get(fault.name) ?? 0) + 1);
  return [...counts].toSorted(([, a], [, b]) => b - a);
}
