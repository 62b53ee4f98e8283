import { setTimeout as sleep } from "node:timers/promises";
import { Dice } from "./dice.ts";
import { type CaseOptions, type Figures, figuresOf, reckon } from "./figures.ts";
import { type Scene, startScene } from "./scene.ts";
import type { Fate } from "./sink.ts";

/** Conversations that end in one life of the daemon. */
const perLife = 24;
/** How long it may take to come to rest at the end. */
const drainMs = 400_000;
/** This part of the lives ends while the process still starts. */
const dieYoung = 0.25;

/**
 * `kill -9` at random moments of a real process, while conversations end all the time and the destinations are slow,
 * refuse, and lose their answers.
 */
export async function kill({ size, seed, say }: CaseOptions): Promise<Figures> {
  const dice = new Dice(seed);
  await using scene = await startScene();
  await scene.startHearing();
  scene.sink.weather = () => weather(dice);
  let kills = 0;
  while (scene.expected.size < size) {
    await live(scene, dice, Math.min(perLife, size - scene.expected.size));
    await scene.daemon?.end("SIGKILL");
    kills++;
    scene.forgetRequests();
    if (kills % 20 === 0)
      say(`  ${kills} kills, ${scene.expected.size} ended, ${scene.sink.conversations} taken`);
    scene.start();
  }
  scene.sink.weather = () => undefined;
  const drained = await scene.drained(drainMs, say);
  const exit = await scene.daemon?.end("SIGTERM");
  const reckoning = reckon(scene.expected, scene.sink, scene.world.stateFile);
  for (const death of scene.deaths) say(`  ended by itself: ${death}`);
  const figures = figuresOf("kill", reckoning, [`${kills} kills`, `${scene.sink.posts} posts`], say);
  return { ...figures, passed: figures.passed && drained && exit === 0 && scene.deaths.length === 0 };
}

/** One life: conversations end at random moments of it. */
async function live(scene: Scene, dice: Dice, conversations: number): Promise<void> {
  const lifeMs = dice.chance(dieYoung) ? dice.between(0, 700) : dice.between(700, 2_200);
  const moments = Array.from({ length: conversations }, () => dice.next() * lifeMs).toSorted((a, b) => a - b);
  const bornAt = performance.now();
  for (const moment of moments) {
    await sleep(Math.max(0, bornAt + moment - performance.now()));
    scene.converseAny(dice);
  }
  await sleep(Math.max(0, bornAt + lifeMs - performance.now()));
}

function weather(dice: Dice): Fate | undefined {
  const drawn = dice.next();
  if (drawn < 0.5) return undefined;
  if (drawn < 0.75) return { delayMs: dice.between(20, 400) };
  if (drawn < 0.8) return { stores: "never", answers: { status: 503 } };
  if (drawn < 0.83) return { stores: "never", answers: { status: 503, headers: { "retry-after": "1" } } };
  if (drawn < 0.86) return { stores: "never", answers: "reset" };
  if (drawn < 0.94) return { answers: "reset" };
  if (drawn < 0.97) return { stores: "late", answers: "reset" };
  return { answers: { status: 500 } };
}
