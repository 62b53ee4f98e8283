import { randomUUID } from "node:crypto";
import type { IncomingMessage, Server } from "node:http";
import type { Duplex } from "node:stream";
import type { WebSocket } from "ws";
import { WebSocketServer } from "ws";
import type { Channel, Channels } from "./channels.ts";
import { frame } from "./channels.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { isLive } from "./tokens.ts";

/** SystemMessage kinds that arrive without a subscription. */
type SystemTopic = "no_longer_subscribed" | "token_revoked" | "subscription_changed";

export interface SocketOptions {
  readonly heartbeatMs: number;
  readonly organizationId: string;
  readonly channels: () => Channels;
  readonly subscriptions: () => Subscriptions;
  /** A status to refuse the next handshake with. */
  readonly refusal: () => number | undefined;
}

/** The WebSockets of the channels: one a channel, a newer one takes the place of the older. */
export class Sockets {
  readonly #wss = new WebSocketServer({ noServer: true, autoPong: false });
  readonly #stalled = new Set<WebSocket>();
  #stallsNewOnes = false;
  readonly #closers = new Set<NodeJS.Timeout>();
  readonly #options: SocketOptions;
  readonly #heartbeat: NodeJS.Timeout;

  constructor(options: SocketOptions) {
    this.#options = options;
    this.#heartbeat = setInterval(() => this.#beat(), options.heartbeatMs);
  }

  attach(server: Server): void {
    server.on("upgrade", (request, socket, head) => this.#upgrade(request, socket, head));
  }

  /** Every open socket, whether or not a channel still knows it. */
  get open(): WebSocket[] {
    return [...this.#wss.clients];
  }

  /** False when nobody listens or the socket is stalled. */
  send(channel: Channel, message: object): boolean {
    return channel.socket !== undefined && this.#write(channel.socket, message);
  }

  system(
    channel: Channel,
    type: SystemTopic,
    reason?: "another_channel_subscribed" | "user_tokens_revoked",
  ): void {
    const topic =
      type === "subscription_changed" ? "v2.subscription.updated" : `v2.system.${type}.${channel.id}`;
    const body = {
      channelId: channel.id,
      systemTopicType: type,
      correlationId: randomUUID(),
      organizationId: this.#options.organizationId,
      oauthClientId: channel.clientId,
      reason,
      message: type.replaceAll("_", " "),
      data: {},
    };
    this.send(channel, frame(topic, body));
  }

  /** The channel went away under its socket. */
  gone(channel: Channel, why: "evicted" | "expired"): void {
    if (why === "evicted") this.system(channel, "no_longer_subscribed", "another_channel_subscribed");
    if (channel.socket !== undefined) this.#dismiss(channel.socket, 1001, `channel ${why}`);
  }

  /** No close frame: the TCP connection just ends. */
  drop(): void {
    for (const socket of this.open) socket.terminate();
  }

  close(code: number): void {
    for (const socket of this.open) this.#dismiss(socket, code, "");
  }

  /** Open sockets stay open and neither read nor write; sockets opened later are well, unless they are to stall, too. */
  stall(newOnes: boolean): void {
    this.#stallsNewOnes = newOnes;
    for (const socket of this.open) this.#stall(socket);
  }

  #stall(socket: WebSocket): void {
    this.#stalled.add(socket);
    socket.pause();
  }

  resume(): void {
    this.#stallsNewOnes = false;
    for (const socket of this.#stalled) socket.resume();
    this.#stalled.clear();
  }

  /** Announces the close of the sockets open now; the channel and its subscriptions stay. */
  closing(withinMs: number): void {
    const sockets = this.open;
    const body = { message: "The web socket connection is about to be closed", data: {} };
    for (const socket of sockets) this.#write(socket, frame("v2.system.socket_closing", body));
    const closer = setTimeout(() => {
      this.#closers.delete(closer);
      for (const socket of sockets) this.#dismiss(socket, 1001, "closing");
    }, withinMs);
    this.#closers.add(closer);
  }

  dispose(): void {
    clearInterval(this.#heartbeat);
    for (const closer of this.#closers) clearTimeout(closer);
    this.drop();
    this.#wss.close();
  }

  #upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    socket.on("error", () => socket.destroy());
    const id = /^\/channels\/([^/?]+)/.exec(request.url ?? "")?.[1];
    const channel = this.#options.channels().get(id ?? "");
    const status = this.#options.refusal() ?? (channel === undefined ? 404 : undefined);
    if (channel === undefined || status !== undefined) {
      socket.end(`HTTP/1.1 ${status ?? 404} Refused\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`, () =>
        socket.destroy(),
      );
      return;
    }
    this.#wss.handleUpgrade(request, socket, head, (accepted) => this.#accept(channel, accepted));
  }

  #accept(channel: Channel, socket: WebSocket): void {
    const former = channel.socket;
    channel.socket = socket;
    this.#options.channels().touch(channel);
    if (former !== undefined) this.#dismiss(former, 1000, "replaced by a newer connection");
    socket.on("error", () => socket.terminate());
    socket.on("ping", (data) => socket.pong(data));
    socket.on("message", (data) => this.#heard(channel, socket, String(data)));
    if (this.#stallsNewOnes) this.#stall(socket);
    socket.on("close", () => {
      this.#stalled.delete(socket);
      if (channel.socket === socket) channel.socket = undefined;
    });
  }

  #heard(channel: Channel, socket: WebSocket, text: string): void {
    const request = parse(text);
    if (request?.message === "ping") {
      this.#write(socket, { topicName: "channel.metadata", eventBody: { message: "pong" } });
    } else if (request?.message === "subscribe" || request?.message === "unsubscribe") {
      const { correlationId } = request;
      this.#write(socket, { ...this.#subscribe(channel, request.message, request.topics), correlationId });
    }
  }

  /** 404 when the channel or the token behind it is gone. */
  #subscribe(channel: Channel, message: "subscribe" | "unsubscribe", topics: unknown) {
    const alive = this.#options.channels().get(channel.id) === channel && isLive(channel.token);
    if (!alive) return { result: "404" };
    if (!Array.isArray(topics) || !topics.every((topic) => typeof topic === "string")) {
      return { result: "400", status: "error" };
    }
    const subscriptions = this.#options.subscriptions();
    if (message === "unsubscribe") {
      subscriptions.drop(channel, topics);
      return { result: "200", status: "unsubscribed" };
    }
    return subscriptions.add(channel, topics, { ignoreErrors: false }).kind === "done"
      ? { result: "200", status: "subscribed" }
      : { result: "400", status: "failure" };
  }

  #beat(): void {
    for (const socket of this.open) {
      this.#write(socket, { topicName: "channel.metadata", eventBody: { message: "WebSocket Heartbeat" } });
    }
  }

  #write(socket: WebSocket, message: object): boolean {
    if (this.#stalled.has(socket) || socket.readyState !== socket.OPEN) return false;
    socket.send(JSON.stringify(message));
    return true;
  }

  /** A stalled peer would never answer a close frame. */
  #dismiss(socket: WebSocket, code: number, reason: string): void {
    if (this.#stalled.has(socket)) socket.terminate();
    else socket.close(code, reason);
  }
}

function parse(text: string): { message?: unknown; topics?: unknown; correlationId?: unknown } | undefined {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
