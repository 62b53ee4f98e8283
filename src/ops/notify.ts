import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { delimiter, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

/** Who started the daemon and wants to hear of it; systemd, by sd_notify(3). */
export interface Supervisor {
  /** `$NOTIFY_SOCKET`. */
  readonly socket: string;
  /** `$WATCHDOG_USEC`, in milliseconds; undefined where no sign of life is asked for. */
  readonly watchdogMs: number | undefined;
  /** `$PATH`. */
  readonly path: string;
}

export interface NotifyOptions {
  readonly supervisor: Supervisor | undefined;
  /** How often each part of the daemon has gone round; all of them must have moved between two beats. */
  readonly turns: Readonly<Record<string, () => number>>;
  /** Why no work can be claimed, or undefined. It is known, and a new start would not mend it: a full disk. */
  readonly blocked: () => string | undefined;
  /** Why nothing is heard, or undefined: what `systemctl status` shows. */
  readonly deaf: () => string | undefined;
  readonly reports: {
    notifyFailed(error: unknown): void;
    /** These parts stand still: the supervisor is not told that all is well. */
    stalled(parts: readonly string[]): void;
  };
}

const usual = ["/usr/bin", "/bin"];
const sendMs = 10_000;
/** How often a start that takes long asks for more time, and for how much: Genesys may be away for hours. */
const startingBeatMs = 30_000;
const startingMoreMs = 120_000;

/**
 * Tells systemd how the daemon is: READY=1 once, WATCHDOG=1 while all parts go round, STOPPING=1. Node has no datagram
 * socket of the Unix kind, so `systemd-notify` sends. What cannot be sent is reported once and changes nothing.
 */
export class Notify {
  readonly #options: NotifyOptions;
  readonly #program: string | undefined;
  #ready = false;
  #failed = false;
  /** One message after the other. */
  #sending: Promise<void> = Promise.resolve();
  #seen: ReadonlyMap<string, number>;

  constructor(options: NotifyOptions) {
    this.#options = options;
    this.#program = options.supervisor && programIn(options.supervisor.path);
    this.#seen = this.#turns();
  }

  /** The daemon does its work; only the first time counts. */
  readonly ready = (): void => {
    if (this.#ready) return;
    this.#ready = true;
    void this.#send("READY=1", "STATUS=ready");
  };

  /** Beats until `stop` aborts, and says so then; at once over where nobody listens. */
  async run(stop: AbortSignal): Promise<void> {
    if (!this.#options.supervisor) return;
    this.#seen = this.#turns();
    while (!stop.aborted) {
      await sleep(this.#everyMs(), undefined, { signal: stop }).catch(() => {});
      if (!stop.aborted) await this.#beat();
    }
    await this.#send("STOPPING=1", "STATUS=draining");
  }

  #everyMs(): number {
    const half = (this.#options.supervisor?.watchdogMs ?? 2 * startingBeatMs) / 2;
    return this.#ready ? half : Math.min(half, startingBeatMs);
  }

  async #beat(): Promise<void> {
    const stalled = this.#stalled();
    if (stalled.length > 0) {
      this.#options.reports.stalled(stalled);
      return;
    }
    const { blocked, deaf } = this.#options;
    const state = blocked() ?? deaf() ?? (this.#ready ? "ready" : "starting");
    await this.#send(
      "WATCHDOG=1",
      `STATUS=${state.replace(/\p{Cc}+/gu, " ")}`,
      ...(this.#ready ? [] : [`EXTEND_TIMEOUT_USEC=${startingMoreMs * 1_000}`]),
    );
  }

  /** What has not moved since the last beat. */
  #stalled(): string[] {
    const before = this.#seen;
    this.#seen = this.#turns();
    return [...this.#seen].filter(([part, turns]) => turns === before.get(part)).map(([part]) => part);
  }

  #turns(): ReadonlyMap<string, number> {
    return new Map(Object.entries(this.#options.turns).map(([part, turns]) => [part, turns()]));
  }

  #send(...assignments: string[]): Promise<void> {
    const { supervisor, reports } = this.#options;
    if (!supervisor) return Promise.resolve();
    this.#sending = this.#sending
      .then(() => send(this.#program, supervisor.socket, assignments))
      .catch((error: unknown) => {
        if (!this.#failed) reports.notifyFailed(error);
        this.#failed = true;
      });
    return this.#sending;
  }
}

function programIn(path: string): string | undefined {
  return [...usual, ...path.split(delimiter).filter((folder) => folder !== "")]
    .map((folder) => join(folder, "systemd-notify"))
    .find((file) => existsSync(file));
}

/** It is told the socket and nothing else of our environment. */
async function send(
  program: string | undefined,
  socket: string,
  assignments: readonly string[],
): Promise<void> {
  if (program === undefined) throw new Error("systemd-notify is not there");
  await new Promise<void>((resolve, reject) => {
    const options = { env: { NOTIFY_SOCKET: socket }, timeout: sendMs };
    execFile(program, [...assignments], options, (error) => (error ? reject(error) : resolve()));
  });
}
