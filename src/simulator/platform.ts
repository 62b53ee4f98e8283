import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { fastify } from "fastify";
import { addAnalytics } from "./api/analytics.ts";
import { addConversations } from "./api/conversations.ts";
import type { RequestEntry } from "./api/gate.ts";
import { addGate } from "./api/gate.ts";
import { addNotifications } from "./api/notifications.ts";
import { addOAuth } from "./api/oauth.ts";
import { addOrganization } from "./api/organization.ts";
import { addSpeech } from "./api/speech.ts";
import { Channels } from "./channels.ts";
import { Conversation } from "./conversation.ts";
import { Delivery } from "./delivery.ts";
import { Faults } from "./faults.ts";
import type { Queue, QueueOptions } from "./organization.ts";
import { Organization } from "./organization.ts";
import { Sockets } from "./sockets.ts";
import { presignedSeconds, startStorage } from "./storage.ts";
import type { Story } from "./story.ts";
import { Subscriptions } from "./subscriptions.ts";
import { Tokens } from "./tokens.ts";

/** Genesys limits page: `request.bytes.max`. */
const maxRequestBytes = 512_000;

const defaults = {
  port: 0,
  clientId: "simulated-client",
  clientSecret: "simulated-secret",
  queues: [{ name: "Support" }, { name: "Billing" }] as readonly QueueOptions[],
  /** OAuth client default: a day. */
  tokenSeconds: 86_400,
  heartbeatMs: 30_000,
  channelLifeMs: 86_400_000,
  /** How long after its end a call's transcript is ready. */
  transcriptDelayMs: 300,
  /** Life of a pre-signed transcript URL. */
  transcriptUrlSeconds: presignedSeconds,
  /** How late `endTime` shows in GET conversation after the last leg ended. */
  endTimeDelayMs: 0,
  /** How late analytics knows of a conversation's start and end. */
  analyticsLagMs: 0,
  requestsPerMinute: 300,
  latencyMs: 0,
};

export type PlatformOptions = Partial<typeof defaults>;

/** A local Genesys Cloud: REST and WebSocket on one port, transcripts on another. */
export interface Platform extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: API, login and streaming host in one. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Every HTTP request, transcript downloads included, in order of arrival. Whoever has seen enough may empty it. */
  readonly requests: RequestEntry[];
  readonly faults: Faults;
  readonly queues: readonly Queue[];
  readonly conversations: ReadonlyMap<string, Conversation>;
  /** What exists in the world behind the API. */
  readonly organization: Organization;
  /** WebSockets open now. */
  readonly openSockets: number;
  /** Queues come and go, and no topic tells it. */
  addQueue(options: QueueOptions): Queue;
  removeQueue(name: string): void;
  /** A customer arrives; nobody is told before a queue is involved. */
  begin(
    facts: Pick<Story, "medium" | "language" | "attributes" | "customerName">,
    at: number,
    id?: string,
  ): Conversation;
  /** Tells those who subscribed how the conversation is now. */
  publish(conversation: Conversation): void;
  /** Tells the last event again. */
  repeat(conversation: Conversation): void;
}

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const settings = { ...defaults, ...options };
  const stopped = new AbortController();
  const organization = new Organization();
  for (const queue of settings.queues) organization.addQueue(queue);
  const requests: RequestEntry[] = [];
  const tokens = new Tokens(settings.tokenSeconds * 1000);
  const faults: Faults = new Faults(() => ({ channels, sockets, tokens, delivery: delivery.faults }));
  const subscriptions = new Subscriptions((topic) => faults.permissionMissing(topic));
  const sockets: Sockets = new Sockets({
    heartbeatMs: settings.heartbeatMs,
    organizationId: organization.id,
    channels: () => channels,
    subscriptions: () => subscriptions,
    refusal: () => faults.takeRefusal(),
  });
  let baseUrl = "";
  const channels: Channels = new Channels(settings.channelLifeMs, {
    socketOrigin: () => baseUrl.replace(/^http/, "ws"),
    onGone: (channel, why) => sockets.gone(channel, why),
  });
  const delivery = new Delivery(channels, sockets);
  const storage = await startStorage(faults, requests);

  const app = fastify({ bodyLimit: maxRequestBytes, forceCloseConnections: true, exposeHeadRoutes: false });
  addGate(app, { tokens, faults, requests, signal: stopped.signal, ...settings });
  addOAuth(app, { tokens, ...settings });
  addOrganization(app, organization);
  addNotifications(app, { channels, subscriptions, sockets });
  addConversations(app, organization, settings.endTimeDelayMs);
  addSpeech(app, organization, storage, settings.transcriptUrlSeconds);
  addAnalytics(app, organization, settings.analyticsLagMs);
  sockets.attach(app.server);
  baseUrl = await open(app, settings.port);

  return {
    baseUrl,
    clientId: settings.clientId,
    clientSecret: settings.clientSecret,
    requests,
    faults,
    queues: organization.queues,
    conversations: organization.conversations,
    organization,
    get openSockets() {
      return sockets.open.length;
    },
    addQueue: (queue) => organization.addQueue(queue),
    removeQueue: (name) => organization.removeQueue(name),
    begin(facts, startTime, id) {
      const { medium, language, attributes, customerName } = facts;
      const conversation = new Conversation({
        ...(id === undefined ? {} : { id }),
        ...{ medium, language, attributes, customerName, startTime },
        organizationId: organization.id,
        divisionId: organization.divisionId,
        transcriptDelayMs: settings.transcriptDelayMs,
      });
      organization.conversations.set(conversation.id, conversation);
      return conversation;
    },
    publish: (conversation) => delivery.publish(conversation),
    repeat: (conversation) => delivery.repeat(conversation),
    async [Symbol.asyncDispose]() {
      stopped.abort();
      delivery.dispose();
      channels.clear();
      sockets.dispose();
      await Promise.all([close(app), storage[Symbol.asyncDispose]()]);
    },
  };
}

async function open(app: FastifyInstance, port: number): Promise<string> {
  await app.listen({ port, host: "127.0.0.1" });
  return `http://127.0.0.1:${(app.server.address() as AddressInfo).port}`;
}

/** Answers under way are cut off: a simulator that waits for them could not be left. */
async function close(app: FastifyInstance): Promise<void> {
  const closed = app.server.listening ? once(app.server, "close") : undefined;
  app.server.closeAllConnections();
  await Promise.all([app.close(), closed]);
}
