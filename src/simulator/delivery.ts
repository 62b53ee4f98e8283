import type { Channel, Channels } from "./channels.ts";
import { frame } from "./channels.ts";
import type { Conversation } from "./conversation.ts";
import type { LegMedia } from "./legs.ts";
import type { Sockets } from "./sockets.ts";

/** How long a held-back event waits for one to overtake it. */
const overtakeMs = 100;

export interface Publication {
  readonly topicName: string;
  readonly eventBody: object;
}

/** Faults of the way from an event to its subscribers; the platform promises no better than at most once. */
export interface DeliveryFaults {
  withheld: boolean;
  /** Events still to be delivered twice. */
  duplicates: number;
  /** Events still to be overtaken by the next one. */
  reorders: number;
}

/**
 * Turns a conversation's state into events, generic and media topic, to who subscribed: one for each queue it has
 * been in and each user who took part.
 */
export class Delivery {
  readonly faults: DeliveryFaults = { withheld: false, duplicates: 0, reorders: 0 };
  readonly #channels: Channels;
  readonly #sockets: Sockets;
  /** What was told of each conversation last. */
  readonly #last = new Map<string, readonly Publication[]>();
  #held: { readonly publications: readonly Publication[]; readonly timer: NodeJS.Timeout } | undefined;

  constructor(channels: Channels, sockets: Sockets) {
    this.#channels = channels;
    this.#sockets = sockets;
  }

  publish(conversation: Conversation): void {
    const publications = publicationsOf(conversation);
    this.#last.set(conversation.id, publications);
    if (this.faults.withheld) return;
    if (this.faults.reorders > 0 && this.#held === undefined) {
      this.faults.reorders--;
      this.#held = { publications, timer: setTimeout(() => this.flush(), overtakeMs) };
      return;
    }
    this.#deliver(publications);
    if (this.faults.duplicates > 0) {
      this.faults.duplicates--;
      this.#deliver(publications);
    }
    this.flush();
  }

  /** The last event again: same content, another CorrelationId. */
  repeat(conversation: Conversation): void {
    if (!this.faults.withheld) this.#deliver(this.#last.get(conversation.id) ?? []);
  }

  /** A topic of its own, beside the conversation's state; never doubled nor overtaken on demand. */
  sign(publication: Publication): void {
    if (!this.faults.withheld) this.#deliver([publication]);
  }

  /** Lets a held-back event go. */
  flush(): void {
    const held = this.#held;
    if (held === undefined) return;
    clearTimeout(held.timer);
    this.#held = undefined;
    this.#deliver(held.publications);
  }

  dispose(): void {
    clearTimeout(this.#held?.timer);
    this.#held = undefined;
  }

  #deliver(publications: readonly Publication[]): void {
    for (const channel of this.#channels.all()) {
      if (channel.socket === undefined || channel.token.revoked) continue;
      const names = namesOf(channel);
      for (const { topicName, eventBody } of publications) {
        if (names.has(topicName)) this.#sockets.send(channel, frame(topicName, eventBody));
      }
    }
  }
}

/** Names a set of topics delivers, by the set; one that shrank is read again, one that grew is another set. */
const namesOfTopics = new WeakMap<
  Channel["topics"],
  { readonly size: number; readonly names: Set<string> }
>();

function namesOf({ topics }: Channel): ReadonlySet<string> {
  const kept = namesOfTopics.get(topics);
  if (kept?.size === topics.size) return kept.names;
  const names = new Set([...topics.values()].flat());
  namesOfTopics.set(topics, { size: topics.size, names });
  return names;
}

const mediaTopics: Readonly<Record<LegMedia, string>> = {
  call: "calls",
  message: "messages",
  callback: "callbacks",
  email: "emails",
};

function publicationsOf(conversation: Conversation): Publication[] {
  const event = conversation.toEvent();
  const ofMedia = [...new Set(conversation.legs.map(({ media }) => media))].map((media) => ({
    suffix: `.${mediaTopics[media]}`,
    eventBody: conversation.toMediaEvent(media),
  }));
  const users = new Set(conversation.legs.flatMap(({ userId }) => userId ?? []));
  const topics = [
    ...conversation.queueIds.map((id) => `v2.routing.queues.${id}.conversations`),
    ...[...users].map((id) => `v2.users.${id}.conversations`),
  ];
  return topics.flatMap((topicName) => [
    { topicName, eventBody: event },
    ...ofMedia.map(({ suffix, eventBody }) => ({ topicName: `${topicName}${suffix}`, eventBody })),
  ]);
}
