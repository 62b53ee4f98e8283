import { once } from "node:events";
import { WebSocket } from "ws";
import type { Platform } from "../../src/simulator/platform.ts";
import { Alarm } from "../../src/time.ts";

/** JSON as a test looks at it. */
// biome-ignore lint/suspicious/noExplicitAny: what came over the wire is checked by the test that reads it
export type Json = any;

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
}

/** An API client without any wit: one call, one answer. */
export class Client {
  readonly platform: Platform;
  token = "";

  constructor(platform: Platform) {
    this.platform = platform;
  }

  static async of(platform: Platform): Promise<Client> {
    const client = new Client(platform);
    await client.login();
    return client;
  }

  async login(secret = this.platform.clientSecret): Promise<Answered> {
    const answer = await request(`${this.platform.baseUrl}/oauth/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${this.platform.clientId}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials" }),
    });
    this.token = answer.body?.access_token ?? "";
    return answer;
  }

  async call(method: string, path: string, body?: unknown): Promise<Answered> {
    return await request(`${this.platform.baseUrl}/api/v2${path}`, {
      method,
      headers: { authorization: `Bearer ${this.token}`, "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  }

  /** A new channel subscribed to these topics, with its socket open. */
  async listen(...topics: string[]): Promise<Socket> {
    const { body: channel } = await this.call("POST", "/notifications/channels");
    await this.subscribe(channel.id, topics);
    return await Socket.open(channel.connectUri, channel.id);
  }

  async subscribe(channelId: string, topics: readonly string[], query = ""): Promise<Answered> {
    const entities = topics.map((id) => ({ id }));
    return await this.call("PUT", `/notifications/channels/${channelId}/subscriptions${query}`, entities);
  }
}

async function request(url: string, init: RequestInit): Promise<Answered> {
  const response = await fetch(url, init);
  const text = await response.text();
  return {
    status: response.status,
    headers: response.headers,
    body: text === "" ? undefined : JSON.parse(text),
  };
}

/** A WebSocket client that remembers frames until somebody waits for them. */
export class Socket implements Disposable {
  readonly channelId: string;
  readonly ws: WebSocket;
  readonly frames: Json[] = [];
  closedWith: number | undefined;
  readonly #alarm = new Alarm();

  constructor(uri: string, channelId: string) {
    this.channelId = channelId;
    this.ws = new WebSocket(uri);
    this.ws.on("message", (data) => {
      this.frames.push(JSON.parse(String(data)));
      this.#alarm.wake();
    });
    this.ws.on("close", (code) => {
      this.closedWith = code;
      this.#alarm.wake();
    });
    this.ws.on("error", () => {});
  }

  static async open(uri: string, channelId = ""): Promise<Socket> {
    const socket = new Socket(uri, channelId);
    await once(socket.ws, "open");
    return socket;
  }

  send(message: object): void {
    this.ws.send(JSON.stringify(message));
  }

  /** Takes the first frame that fits, waiting for it. */
  async next(fits: (frame: Json) => boolean = isEvent, timeoutMs = 3000): Promise<Json> {
    const found = await this.#until(() => {
      const index = this.frames.findIndex(fits);
      return index < 0 ? undefined : this.frames.splice(index, 1)[0];
    }, timeoutMs);
    if (found === undefined)
      throw new Error(`no such frame among ${JSON.stringify(this.frames).slice(0, 500)}`);
    return found;
  }

  async closed(timeoutMs = 3000): Promise<number> {
    const code = await this.#until(() => this.closedWith, timeoutMs);
    if (code === undefined) throw new Error("the socket is still open");
    return code;
  }

  /** Everything the platform had sent up to now has arrived once a later pong has. */
  async settled(): Promise<void> {
    this.send({ message: "ping" });
    await this.next((frame) => frame.eventBody?.message === "pong");
  }

  [Symbol.dispose](): void {
    this.ws.terminate();
  }

  async #until<T>(look: () => T | undefined, timeoutMs: number): Promise<T | undefined> {
    const deadline = Date.now() + timeoutMs;
    for (;;) {
      const found = look();
      if (found !== undefined || Date.now() >= deadline) return found;
      await this.#alarm.wait(deadline - Date.now());
    }
  }
}

/** Events of conversations, as against control frames and system topics. */
export function isEvent(frame: Json): boolean {
  return /^v2\.routing\.queues\./.test(frame.topicName);
}

export function queueTopic(platform: Platform, name: string, suffix = ""): string {
  return `v2.routing.queues.${platform.organization.queueNamed(name).id}.conversations${suffix}`;
}

/** The handshake's HTTP status when it is refused. */
export async function refusalOf(uri: string): Promise<number> {
  const ws = new WebSocket(uri);
  ws.on("error", () => {});
  const [, response] = await once(ws, "unexpected-response");
  ws.terminate();
  return response.statusCode;
}
