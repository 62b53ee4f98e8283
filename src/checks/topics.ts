import { randomUUID } from "node:crypto";
import type { GenesysApi } from "../genesys/api.ts";
import { countChannels } from "../genesys/probing.ts";
import { maxTopicsPerChannel, topicOfQueue } from "../genesys/topics.ts";
import { type Check, type Finding, listed } from "./check.ts";
import type { Scene } from "./scene.ts";

/**
 * A notification channel can be made, and takes the topic of each queue that is listened to, and those of single calls.
 * There is no call that deletes a channel: this one is left with nothing a daemon would miss, and goes after a day. Of 20
 * the one longest unused makes room, those without a connection first (PROTOCOL §1.2): never one a daemon listens on.
 */
export function topicsChecks(scene: Scene): readonly Check[] {
  if (!scene.config.genesys.notifications) return [];
  const { api } = scene;
  let channelId = "";
  return [
    {
      id: "channel",
      needs: ["login"],
      async run(signal) {
        const open = await countChannels(api.ask, signal);
        channelId = (await api.createChannel(signal)).id;
        return { ok: true, summary: `a notification channel can be made; the client had ${open} of 20` };
      },
    },
    {
      id: "topics",
      needs: ["channel", "queues"],
      run: async (signal) => await queueTopics(scene, channelId, signal),
    },
    {
      id: "topics.calls",
      needs: ["topics"],
      run: async (signal) => await callTopics(api, channelId, signal),
    },
  ];
}

async function queueTopics(
  { api, listened }: Scene,
  channelId: string,
  signal: AbortSignal,
): Promise<Finding> {
  const queues = (await listened(signal)).slice(0, maxTopicsPerChannel);
  const topics = queues.map(({ id }) => topicOfQueue(id));
  const refused = await api.subscribe(channelId, topics, signal);
  if (refused === undefined) {
    return { ok: false, summary: "the channel was gone as soon as it was made", mend: "try again" };
  }
  const names = queues.filter(({ id }) => refused.includes(topicOfQueue(id))).map(({ name }) => name);
  if (names.length === 0) return { ok: true, summary: `the topics of ${queues.length} queues are taken` };
  return {
    ok: false,
    summary: `the topics of ${names.length} of ${queues.length} queues are refused: ${listed(names)}`,
    mend: "give the OAuth client's role conversation:communication:view in the divisions of these queues",
  };
}

/** Signs that a transcript is there; without them the schedule alone decides when it is asked for. */
async function callTopics(api: GenesysApi, channelId: string, signal: AbortSignal): Promise<Finding> {
  const id = randomUUID();
  const topics = [
    `v2.speechandtextanalytics.conversation.${id}.topics`,
    `v2.conversations.${id}.transcription`,
  ];
  const refused = await api.subscribe(channelId, topics, signal).catch(() => topics);
  const taken = topics.length - (refused ?? topics).length;
  const rest =
    taken === topics.length ? "" : ": transcripts are asked for by schedule (these topics are optional)";
  return { ok: true, summary: `${taken} of ${topics.length} topics of single calls are taken${rest}` };
}
