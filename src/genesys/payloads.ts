import { z } from "zod";
import { instant, list, parse, text } from "./fields.ts";

const queue = z.object({
  id: z.string().min(1),
  name: z.string().catch(""),
  enableTranscription: z.boolean().optional().catch(undefined),
});
const count = z.number().optional().catch(undefined);
const queuePage = z.object({ entities: z.array(z.unknown()).catch([]), pageCount: count, total: count });

export interface Queue {
  readonly id: string;
  readonly name: string;
  /** Undefined where the platform does not say. */
  readonly enableTranscription?: boolean | undefined;
}

export interface QueuePage {
  readonly queues: readonly Queue[];
  /** How many the page held, readable or not. */
  readonly rows: number;
  readonly pageCount: number | undefined;
  readonly total: number | undefined;
}

export function parseQueuePage(value: unknown): QueuePage {
  const { entities, pageCount, total } = parse(queuePage, value, "queue list");
  return { queues: list(queue).parse(entities), rows: entities.length, pageCount, total };
}

export function parseQueue(value: unknown): Queue {
  return parse(queue, value, "queue");
}

const channel = z.object({
  id: z.string().min(1),
  connectUri: z.url({ protocol: /^wss?$/ }),
  // A date from the platform, a number from our own state file.
  expires: z.union([z.number(), instant]),
});

/** The id is the secret of the socket (no Authorization header is sent, PROTOCOL §1.3): never log it. */
export interface ChannelAddress {
  readonly id: string;
  readonly connectUri: string;
  readonly expires?: number | undefined;
}

export function parseChannel(value: unknown): ChannelAddress {
  return parse(channel, value, "notification channel");
}

const subscriptions = z.object({
  entities: list(z.object({ id: z.string(), state: text, rejectionReason: text })),
});

export function parseSubscriptions(value: unknown): { id: string; rejected: boolean }[] {
  return parse(subscriptions, value, "subscription list").entities.map(({ id, state }) => ({
    id,
    rejected: state?.toLowerCase() === "rejected",
  }));
}
