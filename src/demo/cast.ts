import type { ContactLog } from "../model.ts";
import { type DemoBrand, brands as demoBrands } from "../simulator/stories.ts";
import type { Story } from "../simulator/story.ts";

/** What should become of a story, read from the story itself. */
export type Expectation = { readonly kind: "log" } | { readonly kind: "skip"; readonly reason: string };

/** A story on its way from the first word to its contact log. */
export interface Act {
  readonly story: Story;
  readonly expected: Expectation;
  conversationId: string | undefined;
  state: "to come" | "talking" | "ended" | "posted" | "skipped" | "dead";
  /** Events the platform sent about it, repeated ones included. */
  events: number;
  log: ContactLog | undefined;
  /** How often the backend took a log for it; more than once is a double. */
  taken: number;
  /** From the end of the contact to its log in the backend. */
  latencyMs: number | undefined;
  /** Why it was skipped, is a dead letter, or still waits. */
  reason: string | undefined;
}

export function castOf(stories: readonly Story[]): Act[] {
  return stories.map((story) => ({
    story,
    expected: expectationOf(story),
    conversationId: undefined,
    state: "to come",
    events: 0,
    log: undefined,
    taken: 0,
    latencyMs: undefined,
    reason: undefined,
  }));
}

export function expectationOf({ steps, attributes }: Story): Expectation {
  if (!steps.some((step) => "answers" in step)) return { kind: "skip", reason: "no_human_agent" };
  if (attributes.authenticated !== "true") return { kind: "skip", reason: "not_authenticated" };
  return { kind: "log" };
}

/** Nothing more is to come of it. */
export function isSettled({ state }: Act): boolean {
  return state === "posted" || state === "skipped" || state === "dead";
}

/** What was promised and did not happen, a sentence each. */
export function brokenPromises(cast: readonly Act[]): string[] {
  const missing = cast.filter(({ expected, log }) => expected.kind === "log" && !log);
  const reasons = [...new Set(missing.map(({ reason }) => reason))];
  const absent = reasons.map((reason) => {
    const ids = missing.filter((act) => act.reason === reason).map(({ story }) => story.id);
    return `no contact log arrived${reason ? ` (${reason})` : ""} for ${ids.join(", ")}`;
  });
  return [...absent, ...cast.flatMap(brokenPromise)];
}

function brokenPromise({ story, state, expected, log, taken, reason }: Act): string[] {
  if (expected.kind === "skip") {
    if (taken > 0) return [`${story.id}: a contact log was posted, though it should have been skipped`];
    if (state !== "skipped") return [`${story.id}: not skipped${reason ? ` (${reason})` : ""}`];
    return reason === expected.reason ? [] : [`${story.id}: skipped as ${reason}, not as ${expected.reason}`];
  }
  if (taken > 1) return [`${story.id}: its contact log arrived ${taken} times`];
  return log && log.brand !== brandOf(story) ? [`${story.id}: its contact log went to ${log.brand}`] : [];
}

/** Queues the stories go through. */
export function queueNames(stories: readonly Story[]): string[] {
  return [...new Set(stories.flatMap(queuesOf))];
}

/** The brand whose queue the story's last agent answered from. */
export function brandOf(story: Story): string {
  return brandOfQueue(queuesOf(story).at(-1) ?? "");
}

/** Empty for a queue that is no brand's. */
export function brandOfQueue(queue: string, brands: readonly DemoBrand[] = demoBrands): string {
  const takes = (glob: string): boolean => queue.startsWith(glob.replace(/\*$/, ""));
  return brands.find(({ queues }) => queues.some(takes))?.id ?? "";
}

function queuesOf({ steps }: Story): string[] {
  return steps.flatMap((step) =>
    "queue" in step ? [step.queue] : "transfersTo" in step ? [step.transfersTo] : [],
  );
}
