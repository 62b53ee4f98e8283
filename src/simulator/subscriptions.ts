import type { Channel } from "./channels.ts";
import { maxTopics } from "./channels.ts";
import { expandTopic } from "./topics.ts";

export interface ChannelTopic {
  readonly id: string;
  readonly state?: "Permitted" | "Rejected";
  readonly rejectionReason?: string;
  readonly missingPermissions?: readonly string[];
  readonly selfUri?: string;
}

export type Subscribed =
  | { readonly kind: "done"; readonly entities: readonly ChannelTopic[] }
  | { readonly kind: "invalid" }
  | { readonly kind: "too many" }
  | { readonly kind: "forbidden"; readonly permission: string };

interface Wish {
  readonly topic: string;
  readonly permitted: readonly string[];
  readonly denied: readonly { readonly name: string; readonly permission: string }[];
}

/**
 * What may be subscribed. One bad topic fails the whole request, and so does one missing permission unless
 * `ignoreErrors` asks for an answer a topic.
 */
export class Subscriptions {
  readonly #permissionMissing: (name: string) => string | undefined;

  /** @param permissionMissing the permission the client lacks for a topic */
  constructor(permissionMissing: (name: string) => string | undefined) {
    this.#permissionMissing = permissionMissing;
  }

  replace(
    channel: Channel,
    topics: readonly string[],
    options: { readonly ignoreErrors: boolean },
  ): Subscribed {
    return this.#apply(channel, topics, new Map(), options.ignoreErrors);
  }

  add(channel: Channel, topics: readonly string[], options: { readonly ignoreErrors: boolean }): Subscribed {
    return this.#apply(channel, topics, channel.topics, options.ignoreErrors);
  }

  drop(channel: Channel, topics: readonly string[]): void {
    for (const topic of topics) channel.topics.delete(topic);
  }

  #apply(
    channel: Channel,
    topics: readonly string[],
    kept: ReadonlyMap<string, readonly string[]>,
    ignoreErrors: boolean,
  ): Subscribed {
    const wishes = this.#read(topics);
    if (wishes === undefined) return { kind: "invalid" };
    const next = new Map(kept);
    for (const { topic, permitted } of wishes) if (permitted.length > 0) next.set(topic, permitted);
    if (new Set([...next.keys(), ...topics]).size > maxTopics) return { kind: "too many" };
    const denied = wishes.flatMap((wish) => wish.denied)[0];
    if (denied !== undefined && !ignoreErrors) return { kind: "forbidden", permission: denied.permission };
    channel.topics = next;
    return { kind: "done", entities: ignoreErrors ? wishes.flatMap(verdicts) : listTopics(channel) };
  }

  #read(topics: readonly string[]): Wish[] | undefined {
    const wishes: Wish[] = [];
    for (const topic of new Set(topics)) {
      const names = expandTopic(topic);
      if (names === undefined) return undefined;
      const denied = names.flatMap((name) => {
        const permission = this.#permissionMissing(name);
        return permission === undefined ? [] : [{ name, permission }];
      });
      const permitted = names.filter((name) => denied.every((refusal) => refusal.name !== name));
      wishes.push({ topic, permitted, denied });
    }
    return wishes;
  }
}

/** A combined topic can come back permitted together with the one of its names that was not. */
function verdicts({ topic, permitted, denied }: Wish): ChannelTopic[] {
  const rejected = denied.map(
    ({ name, permission }): ChannelTopic => ({
      id: permitted.length > 0 ? name : topic,
      state: "Rejected",
      rejectionReason: "missing permissions",
      missingPermissions: [permission],
    }),
  );
  return permitted.length > 0 ? [{ id: topic, state: "Permitted" }, ...rejected] : rejected.slice(0, 1);
}

export function listTopics(channel: Channel): ChannelTopic[] {
  return [...channel.topics.keys()].map((id) => ({
    id,
    selfUri: `/api/v2/notifications/channels/${channel.id}/subscriptions/${id}`,
  }));
}
