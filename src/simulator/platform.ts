import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { FastifyInstance } from "fastify";
import { fastify } from "fastify";
import { addAnalytics } from "./api/analytics.ts";
import { addAvailableTopics } from "./api/available-topics.ts";
import { addConversations } from "./api/conversations.ts";
import type { RequestEntry } from "./api/gate.ts";
import { addGate } from "./api/gate.ts";
import { addNotifications } from "./api/notifications.ts";
import { addOAuth } from "./api/oauth.ts";
import { addOrganization } from "./api/organization.ts";
import { addParticipants } from "./api/participants.ts";
import { addRecordings } from "./api/recordings.ts";
import { addRecords } from "./api/records.ts";
import { addSpeech } from "./api/speech.ts";
import { Channels } from "./channels.ts";
import { Conversation } from "./conversation.ts";
import { Delivery } from "./delivery.ts";
import { Faults } from "./faults.ts";
import type { Utterance } from "./legs.ts";
import type { Queue, QueueOptions } from "./organization.ts";
import { Organization } from "./organization.ts";
import { Records } from "./records.ts";
import { Signs } from "./signs.ts";
import { Sockets } from "./sockets.ts";
import { presignedSeconds, startStorage } from "./storage.ts";
import type { Scenario } from "./story.ts";
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
  /** How much later than its URL the transcript search knows of a transcript. */
  searchLagMs: 0,
  /** How long after a call's end its recording is being transcoded. */
  transcodeMs: 0,
  /** Details queries of more than 7 days are refused, as some organisations see, rather than of more than 31. */
  strictSevenDays: false,
  requestsPerMinute: 300,
  /** What a minute is to the rate limit: bench plays hours in minutes. */
  rateWindowMs: 60_000,
  latencyMs: 0,
  /** See `faults.clockSkewMs`. */
  clockSkewMs: 0,
  /** See `faults.driftPages`. */
  driftPages: 0,
};

export type PlatformOptions = Partial<typeof defaults>;

/** A local Genesys Cloud: REST and WebSocket on one port, transcripts on another. */
export interface Platform extends AsyncDisposable {
  /** `http://127.0.0.1:PORT`: API, login and streaming host in one. */
  readonly baseUrl: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** The client has another secret from now on; tokens it got with the old one live on. */
  changeSecret(secret: string): void;
  /** Every HTTP request, transcript downloads included, in order of arrival. Whoever has seen enough may empty it. */
  readonly requests: RequestEntry[];
  readonly faults: Faults;
  readonly queues: readonly Queue[];
  readonly conversations: ReadonlyMap<string, Conversation>;
  /** What exists in the world behind the API. */
  readonly organization: Organization;
  /** What others wrote: notes, cases, executions of data actions. */
  readonly records: Records;
  /** WebSockets open now. */
  readonly openSockets: number;
  /** The platform's own clock, by which everything it tells is dated. */
  now(): number;
  /** Queues come and go, and no topic tells it. */
  addQueue(options: QueueOptions): Queue;
  removeQueue(name: string): void;
  /** A customer arrives; nobody is told before a queue is involved. */
  begin(facts: Facts, at: number, id?: string): Conversation;
  /** Tells those who subscribed how the conversation is now; after its end, also what its transcript brings. */
  publish(conversation: Conversation): void;
  /** Tells the last event again. */
  repeat(conversation: Conversation): void;
  /** Tells those who subscribed a call's live transcription what was said. */
  transcribe(conversation: Conversation, utterance: Utterance): void;
}

/** What is there of a story when it begins. */
export type Facts = Pick<
  Scenario,
  "medium" | "language" | "attributes" | "customerName" | "externalContactId" | "begins"
>;

export async function startPlatform(options: PlatformOptions = {}): Promise<Platform> {
  const settings = { ...defaults, ...options };
  const stopped = new AbortController();
  const organization = new Organization();
  for (const queue of settings.queues) organization.addQueue(queue);
  const records = new Records();
  const requests: RequestEntry[] = [];
  const tokens = new Tokens(settings.tokenSeconds * 1000);
  const faults: Faults = new Faults(() => ({ channels, sockets, tokens, delivery: delivery.faults }));
  Object.assign(faults, { clockSkewMs: settings.clockSkewMs, driftPages: settings.driftPages });
  const now = () => Date.now() + faults.clockSkewMs;
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
    skewMs: () => faults.clockSkewMs,
    onGone: (channel, why) => sockets.gone(channel, why),
  });
  const delivery = new Delivery(channels, sockets);
  const signs = new Signs({ organization, now, publish: (publication) => delivery.sign(publication) });
  const storage = await startStorage(faults, requests);

  const app = fastify({ bodyLimit: maxRequestBytes, forceCloseConnections: true, exposeHeadRoutes: false });
  addGate(app, { tokens, faults, requests, signal: stopped.signal, ...settings });
  addOAuth(app, { tokens, clientId: settings.clientId, secret: () => settings.clientSecret });
  addOrganization(app, organization);
  addNotifications(app, { channels, subscriptions, sockets });
  addAvailableTopics(app);
  const parts = { organization, faults, storage, now, ...settings };
  addConversations(app, parts);
  addParticipants(app, parts);
  addRecords(app, { organization, records, now });
  addSpeech(app, parts);
  addRecordings(app, parts);
  addAnalytics(app, parts);
  sockets.attach(app.server);
  baseUrl = await open(app, settings.port);

  return {
    baseUrl,
    clientId: settings.clientId,
    get clientSecret() {
      return settings.clientSecret;
    },
    changeSecret(secret) {
      settings.clientSecret = secret;
    },
    requests,
    faults,
    queues: organization.queues,
    conversations: organization.conversations,
    organization,
    records,
    get openSockets() {
      return sockets.open.length;
    },
    addQueue: (queue) => organization.addQueue(queue),
    removeQueue: (name) => organization.removeQueue(name),
    begin(facts, startTime, id) {
      const { medium, language, attributes, customerName, externalContactId, begins } = facts;
      if (externalContactId !== undefined) records.contacts.add(externalContactId);
      const conversation = new Conversation({
        ...(id === undefined ? {} : { id }),
        ...{ medium, language, attributes, customerName, externalContactId, begins, startTime },
        organizationId: organization.id,
        divisionId: organization.divisionId,
        transcriptDelayMs: settings.transcriptDelayMs,
      });
      organization.conversations.set(conversation.id, conversation);
      return conversation;
    },
    now,
    publish(conversation) {
      delivery.publish(conversation);
      signs.changed(conversation);
    },
    transcribe: (conversation, utterance) => signs.heard(conversation, utterance),
    repeat: (conversation) => delivery.repeat(conversation),
    async [Symbol.asyncDispose]() {
      stopped.abort();
      signs.dispose();
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
