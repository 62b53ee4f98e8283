import type { Backend } from "../simulator/backend.ts";
import type { Platform } from "../simulator/platform.ts";
import type { LogLine } from "./daemon.ts";

/** What a fault of the worst hour can do, and see. */
export interface Scene {
  readonly platform: Platform;
  readonly backend: Backend;
  /** `kill -9`, and the next run a moment later. */
  killDaemon(): Promise<void>;
  /** Resolves at the next line of the daemon's log, after this moment, that fits. */
  logged(fits: (line: LogLine) => boolean): Promise<unknown>;
  /** Resolves once that is so; looked at often. */
  until(holds: () => boolean): Promise<void>;
  pause(ms: number): Promise<void>;
  /** How many of the late transcripts' contact logs are still to come. */
  lateOnes(): number;
  /** Whether the daemon knows of all that ended since then and until then (by the simulator's clock). */
  knowsEnds(from: number, to: number): boolean;
}

export interface Fault {
  readonly name: string;
  /** What happens, as a person reads it. */
  readonly happens: string;
  /** When it is over: made good, seen from outside. */
  readonly over: string;
  /** Lets it happen; resolves when it is over. */
  play(scene: Scene): Promise<void>;
}

const refusedHandshakes = 4;
const refusals = 8;
const lostReplies = 4;
const slowDowns = 3;
const stormMs = 2_500;
const doublesMs = 2_500;
const silenceMs = 1_500;

const connected = ({ msg }: LogLine): boolean => msg === "channel connected";

/** Lets it happen, and waits for the channel that is made or opened anew; listened for first, so that none is missed. */
async function reconnects({ logged }: Scene, happen: () => void): Promise<void> {
  const again = logged(connected);
  happen();
  await again;
}

/** In the order in which they are played. */
export const faults: readonly Fault[] = [
  {
    name: "late transcripts",
    happens: "some calls' transcripts come seconds late",
    over: "the last of them has its log",
    async play({ until, lateOnes }) {
      await until(() => lateOnes() === 0);
    },
  },
  {
    name: "drop",
    happens: "the sockets drop, four new ones are refused",
    over: "connected again",
    async play(scene) {
      await reconnects(scene, () => {
        scene.platform.faults.refuseHandshake(503, refusedHandshakes);
        scene.platform.faults.dropSockets();
      });
    },
  },
  {
    name: "duplicates",
    happens: "events come twice and overtake each other",
    over: "they come once, in order",
    async play({ platform, pause }) {
      platform.faults.duplicateEvents(1_000);
      platform.faults.reorderEvents(20);
      await pause(doublesMs);
      platform.faults.duplicateEvents(0);
      platform.faults.reorderEvents(0);
    },
  },
  {
    name: "stall",
    happens: "open sockets fall silent, events are lost",
    over: "noticed, and connected anew",
    async play(scene) {
      await reconnects(scene, () => scene.platform.faults.stallSockets());
      scene.platform.faults.resumeSockets();
    },
  },
  {
    name: "eviction",
    happens: "the channel is evicted by newer ones",
    over: "connected on a new channel",
    async play(scene) {
      await reconnects(scene, () => scene.platform.faults.evictChannels());
    },
  },
  {
    name: "revocation",
    happens: "the access token is revoked",
    over: "logged in, connected again",
    async play(scene) {
      await reconnects(scene, () => scene.platform.faults.revokeTokens());
    },
  },
  {
    name: "429 storm",
    happens: "every call is answered 429, Retry-After 1",
    over: "calls are answered again",
    async play({ platform, pause, until }) {
      platform.faults.rest({
        path: /^\/api\//,
        status: 429,
        headers: { "retry-after": "1" },
        body: { message: "Rate limit exceeded the maximum", code: "too.many.requests", status: 429 },
        times: Number.POSITIVE_INFINITY,
      });
      await pause(stormMs);
      platform.faults.clear();
      const from = platform.requests.length;
      await until(() => platform.requests.slice(from).some(({ status }) => status === 200));
    },
  },
  {
    name: "backend 503",
    happens: "eight posts are answered 503",
    over: "their logs are posted",
    async play({ backend, until }) {
      const met = meets(backend, ({ status }) => status === 503);
      backend.fail({ status: 503, body: { error: "simulated 503" }, times: refusals });
      await until(() => met(refusals));
    },
  },
  {
    name: "lost replies",
    happens: "four logs are taken, the replies are lost",
    over: "the same bytes were sent again",
    async play({ backend, until }) {
      const met = meets(backend, ({ status }) => status === 0);
      backend.fail({ reset: "after", times: lostReplies });
      await until(() => met(lostReplies));
    },
  },
  {
    name: "kill -9",
    happens: "the daemon is killed, another one started",
    over: "the next run is connected",
    async play({ killDaemon }) {
      await killDaemon();
    },
  },
  {
    name: "Retry-After",
    happens: "three posts are answered 503, Retry-After 2",
    over: "their logs are posted",
    async play({ backend, until }) {
      const met = meets(backend, ({ status, text }) => status === 503 && text !== "");
      backend.fail({ status: 503, headers: { "retry-after": "2" }, body: {}, times: slowDowns });
      await until(() => met(slowDowns));
    },
  },
  {
    name: "lost events",
    happens: "events get lost while all looks well",
    over: "history showed those ends",
    async play({ platform, pause, until, knowsEnds }) {
      const from = Date.now();
      platform.faults.withholdEvents(true);
      await pause(silenceMs);
      platform.faults.withholdEvents(false);
      const to = Date.now();
      await until(() => knowsEnds(from, to));
    },
  },
];

/** Whether so many requests since now met their fault, and what each of them wanted to post is there. */
function meets(
  backend: Backend,
  isHit: (attempt: Backend["attempts"][number]) => boolean,
): (count: number) => boolean {
  const from = backend.attempts.length;
  return (count) => {
    const hits = backend.attempts.slice(from).filter(isHit);
    if (hits.length < count) return false;
    return hits.every(({ key }) =>
      backend.attempts.some(
        (attempt) =>
          attempt.key === key &&
          (attempt.status ?? 0) < 500 &&
          attempt.status !== 0 &&
          attempt.status !== undefined,
      ),
    );
  };
}
