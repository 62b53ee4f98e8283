import type { Config } from "../config.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { AllMedia } from "../media/index.ts";
import type { Events } from "../ops/events.ts";
import type { Intake } from "../pipeline/intake.ts";
import { addressStore } from "../sources/addresses.ts";
import { History } from "../sources/history.ts";
import { Notifications } from "../sources/notifications.ts";
import { Watch } from "../sources/watch.ts";
import type { Platform } from "./platform.ts";

/** Ends are looked for by tick of this watch; what is known at once is told at once. */
const watchEveryMs = 1_000;

export interface HearingOptions {
  readonly platform: Platform;
  /** False where no channel is made. */
  readonly channels: boolean;
  readonly timing: Config["timing"];
  readonly ledger: Pick<Ledger, "gaps" | "marks" | "setBack">;
  readonly media: Pick<AllMedia, "hint">;
  readonly intake: Intake;
  readonly events: Events;
  /** Something may be due. */
  readonly wake: () => void;
  /** A channel of the platform can hear. */
  readonly onConnected: () => void;
  /** Nothing that was heard is recorded any more. */
  readonly halted: AbortSignal;
}

/** How the platform tells of ends: live, and by its history for what was not heard live. */
export interface Hearing {
  readonly live: Notifications;
  readonly history: History;
  /** Turns the silences of the one into gaps that the other fills. */
  readonly watch: Watch;
}

/** All that hears the platform; nothing is heard before each of the three runs. */
export function createHearing(options: HearingOptions): Hearing {
  const { platform, ledger, timing, intake, events, wake } = options;
  const history = new History({
    api: platform.api,
    gaps: ledger.gaps,
    timing,
    reports: events,
    listens: (queueId) => platform.queues.listens(queueId),
    listed: platform.queues.read,
    onEnded: (conversationId, key, source) => intake.find(conversationId, key, source),
  });
  const live = createLive(options, () => watch);
  const watch = new Watch({
    hearing: live,
    marks: ledger.marks,
    reports: events,
    everyMs: Math.min(watchEveryMs, timing.pingEveryMs),
    onSetBack(byMs) {
      ledger.setBack(byMs).then(wake, (error: unknown) => events.ledgerFailed(error));
    },
    async openGap(gap) {
      await ledger.gaps.open(gap);
      history.wake();
    },
  });
  return { live, history, watch };
}

/** @param watch of what this hears, which is made after it */
function createLive(
  { platform: { api, queues }, channels, timing, ledger, media, intake, events, ...on }: HearingOptions,
  watch: () => Watch,
): Notifications {
  return new Notifications({
    api,
    queues,
    timing,
    channels,
    reports: events,
    onSnapshot(snapshot) {
      const fingerprint = media.hint(snapshot);
      if (fingerprint === undefined) return;
      intake.hear(snapshot.id, fingerprint, on.halted).catch(() => {
        // Stopped while the ledger could not write: the next start finds it in history.
      });
    },
    onHearing() {
      on.onConnected();
      watch()
        .look()
        .catch((error: unknown) => events.partFailed("watch", error));
    },
    onSilence: (from, reason) => watch().silent(from, reason),
    onGap(gap) {
      watch()
        .note(gap)
        .catch((error: unknown) => events.partFailed("gap", error));
    },
    addresses: addressStore(ledger.marks, "queue_channels", api),
  });
}
