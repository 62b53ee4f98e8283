import { sleep } from "../time.ts";
import type { Act } from "./acts.ts";
import { actsOf } from "./acts.ts";
import type { Conversation } from "./conversation.ts";
import type { Facts, Platform } from "./platform.ts";
import type { Scenario, Step } from "./story.ts";

export interface PlayOptions {
  /** Play time of a step that says no `ms`; 10 when left out. */
  readonly stepMs?: number;
  readonly signal?: AbortSignal;
}

export interface Played {
  readonly conversationId: string;
  /** The one that began; a conference goes on as another. */
  readonly conversation: Conversation;
  /** All ids the story went through, in order: one, but for a conference. */
  readonly conversations: readonly Conversation[];
  readonly startedAt: number;
  /** Of the last of them. Undefined where the story leaves the conversation open, as a chat is when only the agent left. */
  readonly endedAt: number | undefined;
  /** Events told to whoever had subscribed, the repeated ones included. */
  readonly events: number;
}

/** Plays a story in real time: after each step that changes the conversation its subscribers are told. */
export async function play(platform: Platform, story: Scenario, options: PlayOptions = {}): Promise<Played> {
  const { stepMs = 10, signal } = options;
  const clock = new Clock(() => platform.now());
  const conversations = [platform.begin(story, clock.now())];
  let events = 0;
  const current = () => conversations.at(-1) as Conversation;
  const tell = (conversation: Conversation) => {
    platform.publish(conversation);
    events++;
  };
  for (const step of story.steps) {
    const acts = actsOf(step, platform.organization);
    for (const act of acts) {
      await sleep((step.ms ?? stepMs) / acts.length, signal);
      const conversation = current();
      const said = conversation.utterances.length;
      if (perform(conversation, act, clock.now(), story)) tell(conversation);
      if (conversation.isSpoken) {
        for (const heard of conversation.utterances.slice(said)) platform.transcribe(conversation, heard);
      }
      if (conversation.mergedInto !== undefined) {
        conversations.push(conversation.mergedInto);
        tell(conversation.mergedInto);
      }
    }
    for (let copy = 0; copy < copiesOf(step); copy++) {
      platform.repeat(current());
      events++;
    }
  }
  await sleep(stepMs, signal);
  for (const conversation of conversations) if (conversation.wrapUp(clock.now())) tell(conversation);
  const conversation = conversations[0] as Conversation;
  const { id: conversationId, startTime: startedAt } = conversation;
  return { conversationId, conversation, conversations, startedAt, endedAt: current().endTime, events };
}

function copiesOf(step: Step): number {
  return "repeated" in step ? step.repeated : 0;
}

/** Speech is nothing the platform tells of while a call lasts, but by live transcription; messages are. */
function perform(conversation: Conversation, act: Act, at: number, story: Pick<Scenario, "id">): boolean {
  try {
    return performAct(conversation, act, at);
  } catch (error) {
    throw new Error(`story ${story.id}: ${(error as Error).message}`, { cause: error });
  }
}

function performAct(conversation: Conversation, act: Act, at: number): boolean {
  const legs = conversation.legs.length;
  act.perform(conversation, at);
  const heard = act.tells === "always" || !conversation.isSpoken || conversation.legs.length > legs;
  return act.tells !== "never" && heard;
}

export interface QuickOptions {
  readonly medium?: Scenario["medium"];
  /** Name of a queue; the platform's first when left out. */
  readonly queue?: string;
  readonly agent?: string;
  readonly customerName?: string;
  readonly externalContactId?: string;
  readonly language?: string;
  readonly attributes?: Readonly<Record<string, string>>;
  /** What was said, in order. */
  readonly lines?: readonly { readonly says: "customer" | "agent"; readonly text: string }[];
  /** The whole conversation instead of queue, agent and lines. */
  readonly steps?: readonly Step[];
  /** The platform ends it, rather than the customer. */
  readonly expires?: "inactivity" | "session.expired";
  readonly id?: string;
  /** Epoch milliseconds by the platform's clock; now when left out. */
  readonly endedAt?: number;
  readonly durationMs?: number;
  /** Overrides the platform's delay; Infinity for a transcript that never comes. */
  readonly transcriptDelayMs?: number;
  /** False for a conversation nobody is told of, as in an outage. */
  readonly emit?: boolean;
}

const smallTalk = [
  { says: "agent", text: "Good morning, how can I help you?" },
  { says: "customer", text: "I have a question about my last invoice." },
  { says: "agent", text: "I have corrected it, you will get a new one today." },
  { says: "customer", text: "Thank you, goodbye." },
] as const;

/**
 * A conversation that is over already: made at once, its times spread over `durationMs`, one event told, the last.
 * Of a conference it is the conversation that goes on.
 */
export function quickConversation(platform: Platform, options: QuickOptions = {}): Conversation {
  const { medium = "voice", endedAt = platform.now(), durationMs = 60_000 } = options;
  const startedAt = endedAt - durationMs;
  const facts: Facts = {
    medium,
    language: options.language ?? "en-us",
    attributes: options.attributes ?? {},
    customerName: options.customerName ?? "Alex Customer",
    externalContactId: options.externalContactId,
  };
  const acts = quickSteps(platform, options).flatMap((step) => actsOf(step, platform.organization));
  const first = platform.begin(facts, startedAt, options.id);
  first.transcriptDelayMs = options.transcriptDelayMs ?? first.transcriptDelayMs;
  let conversation = first;
  acts.forEach((act, index) => {
    const at = startedAt + Math.round(((index + 1) * durationMs) / acts.length);
    perform(conversation, act, at, { id: "quick" });
    conversation = conversation.mergedInto ?? conversation;
  });
  if (options.expires !== undefined) conversation.expire(options.expires, endedAt);
  if (options.emit !== false) for (const one of new Set([first, conversation])) platform.publish(one);
  return conversation;
}

function quickSteps(platform: Platform, options: QuickOptions): readonly Step[] {
  if (options.steps !== undefined) return options.steps;
  const queue = options.queue ?? platform.queues[0]?.name;
  if (queue === undefined) throw new Error("the platform has no queue");
  const lines = options.lines ?? smallTalk;
  const end: Step[] = options.expires === undefined ? [{ customerLeaves: true }] : [];
  return [{ queue }, { answers: options.agent ?? "Sam Agent" }, ...lines, ...end];
}

/** Wall time that never shows the same instant twice, so that the order of steps is in their times. */
class Clock {
  readonly #wall: () => number;
  #last = 0;

  constructor(wall: () => number) {
    this.#wall = wall;
  }

  now(): number {
    this.#last = Math.max(this.#wall(), this.#last + 1);
    return this.#last;
  }
}
