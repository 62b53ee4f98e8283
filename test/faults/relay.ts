import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";

/** `up` is from the daemon to its peer. */
export const darknesses = ["swallow both", "swallow up", "swallow down", "reset", "trickle"] as const;
export type Darkness = (typeof darknesses)[number];

const trickleMs = 100;

/**
 * A TCP proxy that forwards until it is told otherwise. What it swallows is gone: no FIN, no RST, and a connection that
 * was open in the dark stays dark afterwards, as one behind a firewall that forgot it.
 */
export class Relay implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #rewrite: (chunk: Buffer) => Buffer;
  /** Where it leads to; a connection that comes before that is known waits. */
  target: number | undefined;
  #darkness: Darkness | undefined;
  #dark = new WeakMap<Socket, Darkness>();

  private constructor(target: number | undefined, rewrite: (chunk: Buffer) => Buffer) {
    this.target = target;
    this.#rewrite = rewrite;
    this.#server = createServer((near) => this.#accept(near));
  }

  /** @param rewrite of what the peer sends, of the same length: addresses that would lead past the relay */
  static async start(target?: number, rewrite: (chunk: Buffer) => Buffer = (chunk) => chunk): Promise<Relay> {
    const relay = new Relay(target, rewrite);
    relay.#server.listen(0, "127.0.0.1");
    await once(relay.#server, "listening");
    return relay;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  darken(darkness: Darkness): void {
    this.#darkness = darkness;
    for (const socket of this.#sockets) {
      if (darkness === "reset") socket.resetAndDestroy();
      else this.#dark.set(socket, darkness);
    }
  }

  /** From now on new connections are well; a trickle flows again. */
  heal(): void {
    const trickled = this.#darkness === "trickle";
    this.#darkness = undefined;
    if (trickled) this.#dark = new WeakMap();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const socket of this.#sockets) socket.destroy();
    this.#server.close();
    await once(this.#server, "close");
  }

  #accept(near: Socket): void {
    if (this.#darkness === "reset") return void near.resetAndDestroy();
    if (this.target === undefined) return void near.destroy();
    const far = connect(this.target, "127.0.0.1");
    for (const [socket, other, way] of [
      [near, far, "up"],
      [far, near, "down"],
    ] as const) {
      this.#sockets.add(socket);
      if (this.#darkness) this.#dark.set(socket, this.#darkness);
      socket.on("data", (chunk) => this.#forward(socket, other, way, chunk));
      socket.on("error", () => socket.destroy());
      socket.on("end", () => {
        // In the dark nobody hears that the other one went away.
        if (!this.#swallows(socket, way)) other.end();
      });
      socket.on("close", () => {
        this.#sockets.delete(socket);
        if (!this.#swallows(socket, way)) other.destroy();
      });
    }
  }

  #swallows(socket: Socket, way: "up" | "down"): boolean {
    const darkness = this.#dark.get(socket);
    return darkness === "swallow both" || darkness === `swallow ${way}`;
  }

  #forward(socket: Socket, other: Socket, way: "up" | "down", chunk: Buffer): void {
    if (this.#swallows(socket, way)) return;
    const data = way === "down" ? this.#rewrite(chunk) : chunk;
    if (this.#dark.get(socket) !== "trickle") return void other.write(data);
    // A byte at a time until it is light again, then the rest.
    socket.pause();
    let at = 0;
    const timer = setInterval(() => {
      const end = this.#dark.get(socket) === "trickle" ? at + 1 : data.length;
      if (!other.destroyed) other.write(data.subarray(at, end));
      at = end;
      if (at < data.length && !other.destroyed) return;
      clearInterval(timer);
      socket.resume();
    }, trickleMs);
  }
}
