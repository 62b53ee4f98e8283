import { playWorld } from "../fuzz/world.ts";
import type { CaseOptions, Figures } from "./figures.ts";

const perWorld = 50;

/**
 * Conversations made up at random and told in every way the platform tells them, a world of fifty after the other; in
 * every third world what is told is damaged beyond that. The seed counts up: a violation names the world's own.
 */
export async function fuzz({ size, seed, say }: CaseOptions): Promise<Figures> {
  const worlds = Math.ceil(size / perWorld);
  const sums = { contacts: 0, posted: 0, events: 0 };
  const violations: string[] = [];
  for (let world = 0; world < worlds; world++) {
    const damaged = world % 3 === 2;
    const outcome = await playWorld({ seed: seed + world, conversations: perWorld, damaged });
    sums.contacts += outcome.contacts;
    sums.posted += outcome.posted;
    sums.events += outcome.events;
    for (const violation of outcome.violations) say(`  ${damaged ? "damaged, " : ""}${violation}`);
    violations.push(...outcome.violations);
    if (world % 10 === 9)
      say(`  ${world + 1} worlds, ${sums.posted} posted, ${violations.length} violations`);
  }
  const { contacts, posted, events } = sums;
  const line = `fuzz: ${worlds} worlds, ${worlds * perWorld} conversations, ${contacts} contacts, ${events} events, ${posted} posted, seed ${seed}, ${violations.length} violations`;
  return { line, passed: violations.length === 0 };
}
