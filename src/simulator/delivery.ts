import type { Channels } from "./channels.ts";
import { frame } from "./channels.ts";
import type { Conversation } from "./conversation.ts";
import type { Sockets } from "./sockets.ts";

/** How long a held-back event waits for one to overtake it. */
const overtakeMs = 100;

interface Publication {
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

/** Turns a conversation's state into events: one a queue it has been in, generic and media topic, to who subscribed. */
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
      const names = new Set([...channel.topics.values()].flat());
      for (const { topicName, eventBody } of publications) {
        if (names.has(topicName)) this.#sockets.send(channel, frame(topicName, eventBody));
      }
    }
  }
}

function publicationsOf(conversation: Conversation): Publication[] {
  const [event, mediaEvent] = [conversation.toEvent(), conversation.toMediaEvent()];
  const media = conversation.medium === "voice" ? "calls" : "messages";
  return conversation.queueIds.flatMap((queueId) => {
    const topicName = `v2.routing.queues.${queueId}.conversations`;
    return [
      { topicName, eventBody: event },
      { topicName: `${topicName}.${media}`, eventBody: mediaEvent },
    ];
  });
}
