/** `v2.system.socket_closing` → `socket_closing`, without the channel id some carry; undefined for an event. */
export function systemTopicOf(topic: string): string | undefined {
  if (topic === "channel.metadata" || topic === "v2.subscription.updated") return "metadata";
  return /^v2\.system\.([a-z_]+)/.exec(topic)?.[1];
}

/** What is read of a frame. */
export interface Frame {
  readonly topicName?: unknown;
  readonly eventBody?: unknown;
  readonly result?: unknown;
}

/** What came on the socket; undefined where it is no JSON object. */
export function parseFrame(text: string): Frame | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The answer to a command on the socket: 404 is a channel that expired or was replaced (PROTOCOL §1.4). */
export function saysGone({ result }: Frame): boolean {
  return result === "404" || result === 404;
}
