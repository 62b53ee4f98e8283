import { Socket, type SocketEvents } from "./socket.ts";

export interface SocketsTiming {
  readonly pingEveryMs: number;
  readonly heartbeatTimeoutMs: number;
}

export interface SocketsEvents extends Pick<SocketEvents, "onFrame"> {
  onOpen(): void;
  /** One that was in use, or was to be, has closed. */
  onLost(socket: Socket): void;
}

/**
 * The sockets of one channel: the live one and, while the platform is about to close that, its replacement on the same
 * connectUri, which the platform allows because subscriptions belong to the channel. Acts only when told to.
 */
export class Sockets {
  readonly #timing: SocketsTiming;
  readonly #events: SocketsEvents;
  #live: Socket | undefined;
  #replacement: Socket | undefined;
  #lastHeardAt: number | undefined;
  #stopped = false;

  constructor(timing: SocketsTiming, events: SocketsEvents) {
    this.#timing = timing;
    this.#events = events;
  }

  /** The live one, opening or open. */
  get live(): Socket | undefined {
    return this.#live;
  }

  /** Epoch milliseconds of the last frame, while the live one is open. */
  get heardAt(): number | undefined {
    return this.#live?.state === "open" ? this.#live.lastInboundWall : undefined;
  }

  /** Epoch milliseconds of the last frame on any of them; undefined before the first. */
  get lastHeardAt(): number | undefined {
    return this.#lastHeardAt;
  }

  /** `connect` would open one. */
  get lacking(): boolean {
    return this.#live === undefined || (this.#live.closing && this.#replacement === undefined);
  }

  /** The live one has been open for longer than a moment. */
  get lasting(): boolean {
    const { state, openedAt = Infinity } = this.#live ?? {};
    return state === "open" && performance.now() - openedAt >= this.#timing.pingEveryMs;
  }

  /** When the live one is to be pinged, and when it will have been silent for too long (monotonic); Infinity without one. */
  get dutyAt(): number {
    if (this.#live?.state !== "open") return Infinity;
    const { pingEveryMs, heartbeatTimeoutMs } = this.#timing;
    return Math.min(this.#live.lastPingAt + pingEveryMs, this.#live.lastInboundAt + heartbeatTimeoutMs);
  }

  /** It is the live one, and no other is to take its place. */
  isAlone(socket: Socket): boolean {
    return socket === this.#live && this.#replacement === undefined;
  }

  /** Opens the live one, or a replacement for one that is about to close, where it lacks. */
  connect(uri: string): void {
    if (!this.lacking || this.#stopped) return;
    const socket = new Socket(uri, {
      onFrame: (text, from) => {
        this.#lastHeardAt = from.lastInboundWall;
        this.#events.onFrame(text, from);
      },
      onChange: (changed) => this.#onChange(changed),
    });
    if (this.#live === undefined) this.#live = socket;
    else this.#replacement = socket;
  }

  /** The replacement becomes the live one once it is open, or at once where the old one is gone already. */
  takeOver(): void {
    const replacement = this.#replacement;
    if (!replacement || (this.#live && replacement.state !== "open")) return;
    this.#replacement = undefined;
    const old = this.#live;
    this.#live = replacement;
    old?.close();
  }

  /** A socket on which nothing came for too long is dead, whatever it says of itself. @returns the one given up */
  dropSilent(): Socket | undefined {
    const socket = this.#live;
    if (socket?.state !== "open") return undefined;
    const silentMs = performance.now() - socket.lastInboundAt;
    if (silentMs < this.#timing.heartbeatTimeoutMs) return undefined;
    this.#live = undefined;
    socket.terminate(`nothing heard for ${Math.round(silentMs)} ms`);
    return socket;
  }

  /** Where it is time. */
  ping(): void {
    if (this.#live?.state !== "open") return;
    if (performance.now() - this.#live.lastPingAt >= this.#timing.pingEveryMs) this.#live.ping();
  }

  /** Ends all of them; none is told lost. */
  drop(reason: string): void {
    const sockets = [this.#live, this.#replacement];
    this.#live = this.#replacement = undefined;
    for (const socket of sockets) socket?.terminate(reason);
  }

  /** For good, and politely. */
  close(): void {
    this.#stopped = true;
    this.#live?.close();
    this.#replacement?.terminate("stopped");
  }

  #onChange(socket: Socket): void {
    if (this.#stopped) return;
    if (socket.state === "open") {
      this.#lastHeardAt ??= socket.lastInboundWall;
      this.#events.onOpen();
      return;
    }
    if (socket === this.#replacement) this.#replacement = undefined;
    else if (socket === this.#live) this.#live = undefined;
    else return;
    this.#events.onLost(socket);
  }
}
