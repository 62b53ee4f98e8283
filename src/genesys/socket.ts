import { WebSocket } from "ws";
import { causeOf } from "../errors.ts";

/** A frame larger than this closes the socket: no event of the platform comes near it. */
const maxPayloadBytes = 2 ** 20;
const handshakeTimeoutMs = 15_000;

export interface SocketEvents {
  /** A text frame, as it came. */
  onFrame(text: string, socket: Socket): void;
  /** Opened or closed; look at `state`. */
  onChange(socket: Socket): void;
}

/** One WebSocket connection of a channel: thin, without decisions. Times are monotonic (`performance.now()`). */
export class Socket {
  state: "opening" | "open" | "closed" = "opening";
  /** Any frame counts as a sign of life. */
  lastInboundAt = performance.now();
  /** The same as epoch milliseconds: the monotonic clock stands still while the machine sleeps. */
  lastInboundWall = Date.now();
  lastPingAt = performance.now();
  openedAt: number | undefined;
  /** The platform announced that it will close this socket (at most a minute ahead, PROTOCOL §1.4). */
  closing = false;
  /** HTTP status of a refused handshake. */
  refusedWith: number | undefined;
  /** Why it closed, in words safe to log. */
  reason = "";
  readonly #socket: WebSocket;

  constructor(uri: string, events: SocketEvents) {
    this.#socket = new WebSocket(uri, {
      maxPayload: maxPayloadBytes,
      handshakeTimeout: handshakeTimeoutMs,
      perMessageDeflate: false,
      followRedirects: false,
    });
    this.#socket.on("open", () => {
      this.state = "open";
      this.#heard();
      this.openedAt = this.lastInboundAt;
      events.onChange(this);
    });
    this.#socket.on("message", (data, isBinary) => {
      this.#heard();
      if (!isBinary) events.onFrame(data.toString(), this);
    });
    for (const kind of ["ping", "pong"] as const) {
      this.#socket.on(kind, () => this.#heard());
    }
    this.#socket.on("unexpected-response", (_request, response) => {
      this.refusedWith = response.statusCode;
      this.reason = `handshake refused with HTTP ${response.statusCode}`;
      response.resume();
      this.#socket.terminate();
    });
    this.#socket.on("error", (error) => {
      this.reason ||= causeOf(error);
    });
    this.#socket.on("close", (code) => {
      this.state = "closed";
      this.reason ||= `closed with code ${code}`;
      events.onChange(this);
    });
  }

  #heard(): void {
    this.lastInboundAt = performance.now();
    this.lastInboundWall = Date.now();
  }

  /** The platform's own ping, a text frame (not the protocol's): answered with a `pong` text frame. */
  ping(): void {
    this.lastPingAt = performance.now();
    if (this.state === "open") this.#socket.send('{"message":"ping"}');
  }

  /** Polite end; the peer has a moment to answer. */
  close(): void {
    this.#socket.close(1000);
    setTimeout(() => this.#socket.terminate(), 1_000).unref();
  }

  /** At once: for a peer that no longer answers. */
  terminate(reason: string): void {
    this.reason ||= reason;
    this.#socket.terminate();
  }
}
