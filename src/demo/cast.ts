import type { ContactLog } from "../model.ts";
import type { Story } from "../simulator/story.ts";

/** What should become of a story, read from the story itself. */
export type Expectation = { readonly kind: "log" } | { readonly kind: "skip"; readonly reason: string };

/** A story on its way from the first word to its contact log. */
export interface Act {
  readonly story: Story;
  readonly expected: Expectation;
  conversationId: string | undefined;
  state: "to come" | "talking" | "ended" | "posted" | "skipped";
  /** Events the platform sent about it, repeated ones included. */
  events: number;
  log: ContactLog | undefined;
  /** How often the backend took a log for it; more than once is a double. */
  taken: number;
  /** From the end of the contact to its log in the backend. */
  latencyMs: number | undefined;
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

function expectationOf({ steps, attributes }: Story): Expectation {
  if (!steps.some((step) => "answers" in step)) return { kind: "skip", reason: "no_human_agent" };
  if (attributes.authenticated !== "true") return { kind: "skip", reason: "not_authenticated" };
  return { kind: "log" };
}

/** Nothing more is to come of it. */
export function isSettled({ state }: Act): boolean {
  return state === "posted" || state === "skipped";
}

/** What was promised and did not happen, a sentence each. */
export function brokenPromises(cast: readonly Act[], brandOf: (story: Story) => string): string[] {
  return cast.flatMap((act) => {
    const { story, expected, log, taken, reason } = act;
    if (expected.kind === "skip") {
      if (taken > 0) return [`${story.id}: a contact log was posted, though it should have been skipped`];
      return reason === expected.reason
        ? []
        : [`${story.id}: skipped as ${reason}, not as ${expected.reason}`];
    }
    if (!log) return [`${story.id}: no contact log arrived${reason ? ` (${reason})` : ""}`];
    if (taken > 1) return [`${story.id}: its contact log arrived ${taken} times`];
    if (log.brand !== brandOf(story)) return [`${story.id}: its contact log went to ${log.brand}`];
    return [];
  });
}
