/** Topics a channel may hold (PROTOCOL §1.2). */
export const maxTopicsPerChannel = 1000;
/** Channels one OAuth client may hold; the 21st evicts the one longest unused (PROTOCOL §1.2). One is kept for signs. */
export const maxQueueChannels = 19;

const queueTopic = /^v2\.routing\.queues\.([^.?]+)\.conversations$/;

/** All media of a queue in one topic, a snapshot of the whole conversation in each event (PROTOCOL §2.1). */
export function topicOfQueue(queueId: string): string {
  return `v2.routing.queues.${queueId}.conversations`;
}

/** The queue an event came from; undefined for every other topic. */
export function queueOfTopic(topicName: string): string | undefined {
  return queueTopic.exec(topicName)?.[1];
}

/**
 * Spreads topics over channels so that those already placed stay where they are: moving one is a gap.
 * @returns one list a channel, in the order of `placed`; topics beyond 19 channels come back in `left`
 */
export function packTopics(
  wanted: readonly string[],
  placed: readonly (readonly string[])[],
): { channels: string[][]; left: string[] } {
  const want = new Set(wanted);
  const channels = placed.map((topics) => topics.filter((topic) => want.delete(topic)));
  const left: string[] = [];
  for (const topic of want) {
    const room = channels.find((topics) => topics.length < maxTopicsPerChannel);
    if (room) room.push(topic);
    else if (channels.length < maxQueueChannels) channels.push([topic]);
    else left.push(topic);
  }
  return { channels, left };
}
