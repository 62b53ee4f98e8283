import { ContactlogdError, causeOf } from "../errors.ts";
import type { Contact, ContactLog, SkipReason, StageTry, Summary, Usage } from "../model.ts";
import type { Logger } from "./log.ts";
import { beginSeries, type Metrics } from "./metrics.ts";

/** A wait this long is worth a warning; shorter ones are everyday. */
const warnAfterMs = 60_000;

/** What is told of a contact log that arrived. */
interface PostedDelivery {
  readonly key: string;
  readonly brand: string;
  readonly medium: string;
  readonly destination: string;
  readonly endedAt: number;
}

/** What is told of a contact log that was written: nothing of its words. */
interface WrittenLog {
  readonly summary: Pick<Summary, "model" | "promptVersion" | "confidence" | "review">;
  readonly drafted: { readonly parts: number; readonly repaired: string | undefined };
  readonly usage: Usage;
  readonly findings: readonly { readonly kind: string }[];
  readonly redactions: Readonly<Record<string, number>>;
  readonly suspects: readonly number[];
}

/** What becomes of contact logs: posted, kept for comparison, or printed. */
type Mode = "live" | "shadow" | "dry run";

/** A full disk fails every try of every contact: a line for each would fill it further. */
const sayAgainMs = 60_000;

interface Cost {
  readonly cost: number | undefined;
  readonly currency: string;
}

/** One function a business event: its counter and its log line stand together. Texts are static, data are fields. */
export function createEvents(log: Logger, metrics: Metrics, print: (log: ContactLog) => void) {
  const sentence = (error: unknown): string =>
    error instanceof ContactlogdError
      ? error.message
      : `unforeseen ${error instanceof Error ? error.name : "error"}`;
  let failing = { detail: "", saidAt: 0 };
  /** Since the last line about it. */
  let failures = 0;

  return {
    noticed(conversationId: string, source: string): void {
      metrics.noticed.inc({ source });
      if (source === "sweep") metrics.foundBySweep.inc();
      log.debug({ conversationId, source }, "conversation may have ended");
    },
    ended(contact: Contact, brand: string | undefined): void {
      metrics.ended.inc({ brand: brand ?? "", medium: contact.medium });
      log.debug({ key: contact.key, brand, medium: contact.medium }, "contact ended");
    },
    notSeen(conversationId: string): void {
      metrics.notSeen.inc();
      log.debug({ conversationId }, "conversation of another division: nothing is known of it");
    },
    skipped(contact: Pick<Contact, "key" | "medium">, brand: string | undefined, reason: SkipReason): void {
      metrics.contacts.inc({ brand: brand ?? "", outcome: "skipped", reason });
      log.info({ key: contact.key, brand, medium: contact.medium, reason }, "contact skipped");
    },
    wrote(contact: Contact, brand: string, written: WrittenLog, { cost, currency }: Cost): void {
      const { summary, drafted, usage, findings, redactions, suspects } = written;
      for (const { kind } of findings) metrics.findings.inc({ brand, kind });
      for (const [kind, count] of Object.entries(redactions)) metrics.redactions.inc({ brand, kind }, count);
      for (const reason of summary.review.reasons) metrics.reviews.inc({ brand, reason });
      log.info(
        {
          key: contact.key,
          brand,
          model: summary.model,
          promptVersion: summary.promptVersion,
          confidence: summary.confidence,
          review: summary.review.reasons,
          repaired: drafted.repaired,
          parts: drafted.parts,
          redactions,
          suspects: suspects.length,
          ...usage,
          ...(cost === undefined ? {} : { cost, currency }),
        },
        "contact log written",
      );
    },
    modelUsed(brand: string, used: Usage, cost: number, currency: string): void {
      metrics.modelRequests.inc({ brand }, used.requests);
      metrics.modelTokens.inc({ brand, kind: "new" }, used.inputTokens - used.cachedInputTokens);
      metrics.modelTokens.inc({ brand, kind: "cached" }, used.cachedInputTokens);
      metrics.modelTokens.inc({ brand, kind: "output" }, used.outputTokens);
      if (cost > 0) metrics.modelCost.inc({ brand, currency }, cost);
    },
    budgetSpent(cost: number, budget: number, currency: string): void {
      log.error({ cost, budget, currency }, "the day's budget of the model is spent: contacts wait");
    },
    posted(
      { key, brand, medium, destination, endedAt }: PostedDelivery,
      status: number,
      alreadyThere: boolean,
      leftOut?: string,
    ): void {
      if (leftOut !== undefined) {
        metrics.contacts.inc({ brand, outcome: "left_out", reason: leftOut });
        log.info({ key, brand, medium, destination, reason: leftOut }, "contact log left out there");
        return;
      }
      const afterMs = Math.max(0, Date.now() - endedAt);
      metrics.contacts.inc({ brand, outcome: "posted", reason: "" });
      metrics.endToPostSeconds.observe({ brand, medium }, afterMs / 1000);
      log.info({ key, brand, medium, destination, status, alreadyThere, afterMs }, "contact log posted");
    },
    /** Nobody knows when it was posted: it says nothing of how long that took. */
    adopted({ key, medium }: Contact, brand: string, destinations: readonly string[]): void {
      metrics.contacts.inc({ brand, outcome: "posted", reason: "" });
      log.info({ key, brand, medium, destinations, alreadyThere: true }, "contact log posted");
    },
    circuit(name: string, state: "open" | "closed", cause?: unknown): void {
      metrics.circuits.set({ endpoint: name }, state === "open" ? 1 : 0);
      if (state === "open")
        log.error({ endpoint: name, detail: sentence(cause) }, "circuit open: its contacts wait");
      else log.info({ endpoint: name }, "circuit closed: the backlog flows");
    },
    unchecked(endpoint: string, error: unknown): void {
      log.warn(
        { endpoint, detail: sentence(error) },
        "destination could not be checked: it is used as it is",
      );
    },
    stateRebuilt(file: string): void {
      log.error({ file }, "state file was damaged: set aside, and rebuilt from history and destinations");
    },
    wouldPost(contactLog: ContactLog): void {
      log.info({ key: contactLog.key, brand: contactLog.brand }, "dry run: contact log not posted");
      print(contactLog);
    },
    staged({ stage, tookMs }: StageTry): void {
      metrics.stageSeconds.observe({ stage }, tookMs / 1000);
    },
    postponed(id: string, reason: string, message: string, dueInMs: number, failed: boolean): void {
      metrics.postponed.inc({ reason });
      const level = failed ? (dueInMs >= warnAfterMs ? "warn" : "info") : "debug";
      log[level]({ id, reason, detail: message, retryInMs: Math.round(dueInMs) }, "contact postponed");
    },
    dead(id: string, brand: string | undefined, reason: string, message: string): void {
      metrics.contacts.inc({ brand: brand ?? "", outcome: "dead", reason });
      log.error({ id, brand, reason, detail: message }, "contact is a dead letter");
    },
    internalError(id: string, error: unknown): void {
      log.error({ id, detail: sentence(error), at: placeOf(error) }, "unforeseen error");
    },
    partFailed(part: "watch" | "gap", error: unknown): void {
      log.error({ part, detail: sentence(error), at: placeOf(error) }, "unforeseen error");
    },
    ledgerFailed(error: unknown): void {
      metrics.ledgerFailures.inc();
      failures++;
      const detail = sentence(error);
      if (detail === failing.detail && performance.now() - failing.saidAt < sayAgainMs) return;
      log.error({ detail, failures }, "state file cannot be used now: nothing is claimed");
      failing = { detail, saidAt: performance.now() };
      failures = 0;
    },
    draining(ids: readonly string[]): void {
      // `kind key destination`, as the ledger names its work.
      const keys = ids.slice(0, 20).map((id) => id.split(" ")[1] ?? id);
      log.warn({ inFlight: ids.length, ids: keys }, "still draining");
    },
    platformAway(error: unknown, retryInMs: number): void {
      log.warn({ detail: sentence(error), retryInMs: Math.round(retryInMs) }, "Genesys is away");
    },
    gapOpened(reason: string, lengthMs: number): void {
      metrics.gaps.inc({ state: "opened", reason });
      log.warn({ reason, lengthMs: Math.round(lengthMs) }, "gap opened: ends may not have been heard");
    },
    gapFilled(reason: string, lengthMs: number): void {
      metrics.gaps.inc({ state: "filled", reason });
      log.info({ reason, lengthMs: Math.round(lengthMs) }, "gap filled from history");
    },
    historyAway(error: unknown, retryInMs: number): void {
      log.warn({ detail: sentence(error), retryInMs: Math.round(retryInMs) }, "history cannot be read");
    },
    swept(seen: number, found: number): void {
      log[found > 0 ? "warn" : "debug"]({ seen, found }, "swept through history");
    },
    searchFailed(error: unknown): void {
      log.info({ detail: sentence(error) }, "transcript search failed");
    },
    signsFailed(error: unknown, retryInMs: number): void {
      log.debug({ detail: sentence(error), retryInMs: Math.round(retryInMs) }, "channel for signs failed");
    },
    signsRejected(topics: number): void {
      if (topics > 0)
        log.debug(
          { topics },
          "signs of transcripts are not permitted; transcripts are asked for by schedule",
        );
    },
    message(source: string, outcome: string): void {
      metrics.messages.inc({ source, outcome });
    },
    messageUnreadable(source: string, id: string, error?: unknown): void {
      const why = error === undefined ? {} : { detail: sentence(error) };
      log.warn({ source, id, ...why }, "message cannot be read");
    },
    messageFailed(source: string, id: string, error: unknown): void {
      log.warn({ source, id, detail: sentence(error) }, "message not taken: it comes again");
    },
    queueAway(source: string, error: unknown, retryInMs: number): void {
      log.warn({ source, detail: sentence(error), retryInMs: Math.round(retryInMs) }, "source is away");
    },
    queuesListed(listened: number, all: number): void {
      metrics.queues.set(listened);
      log[listened === 0 ? "warn" : "debug"]({ listened, all }, "queues listed");
    },
    topicsLeftOut(count: number): void {
      log.error({ count }, "more queues than the platform's channels can hold; narrow genesys.queues");
    },
    topicsRejected(topics: readonly string[]): void {
      if (topics.length === 0) log.info("no topic is rejected any more");
      else
        log.error(
          { count: topics.length, topics: topics.slice(0, 20) },
          "topics rejected: these queues are not heard",
        );
    },
    channelState(channel: number, connected: boolean, wake: string): void {
      metrics.channels.set({ channel: String(channel) }, connected ? 1 : 0);
      log[connected ? "info" : "warn"](
        { channel, wake },
        connected ? "channel connected" : "channel disconnected",
      );
    },
    channelFailed(channel: number, error: unknown, retryInMs: number): void {
      log.warn({ channel, detail: sentence(error), retryInMs: Math.round(retryInMs) }, "channel failed");
    },
    unexpected(what: "frame" | "event"): void {
      metrics.unexpected.inc({ what });
      log.warn({ what }, "unexpected payload from Genesys");
    },
    started(summarizer: string, brands: readonly string[], address: string, mode: Mode): void {
      metrics.reloadOk.set(1);
      beginSeries(metrics, brands);
      log.info({ summarizer, brands, address, mode }, "contactlogd started");
    },
    feedback(counts: Readonly<Record<string, number>>): void {
      for (const [outcome, count] of Object.entries(counts)) metrics.feedback.inc({ outcome }, count);
      log.debug(counts, "feedback taken");
    },
    notifyFailed(error: unknown): void {
      log.warn(
        { cause: causeOf(error) },
        "systemd is not told how it goes: systemd-notify (package systemd) could not be run",
      );
    },
    stalled(parts: readonly string[]): void {
      log.error({ parts }, "no progress: the watchdog is not told that all is well");
    },
    reloaded({ served }: { readonly served: readonly string[] }, restart: readonly string[]): void {
      metrics.reloads.inc({ result: "applied" });
      metrics.reloadOk.set(1);
      beginSeries(metrics, served);
      log.info({ brands: served }, "configuration read again: in force");
      for (const setting of restart) log.warn({ setting }, "configuration changed: this needs a restart");
    },
    reloadRefused(problems: readonly string[]): void {
      metrics.reloads.inc({ result: "refused" });
      metrics.reloadOk.set(0);
      for (const detail of problems)
        log.error({ detail }, "configuration cannot be used: the one before stays");
    },
    secretsRenewed(): void {
      metrics.reloads.inc({ result: "secrets" });
      log.info("secrets changed in their files: in force");
    },
    doorAnswered(door: string, status: number): void {
      metrics.doors.inc({ door, status });
    },
    spans(outcome: "sent" | "dropped" | "refused", count: number): void {
      metrics.spans.inc({ outcome }, count);
    },
    tracesFailing(detail: string): void {
      log.warn({ detail }, "traces cannot be sent: contacts go on without");
    },
    tracesBack(): void {
      log.info("traces are sent again");
    },
    stopping(): void {
      log.info("stopping: nothing new is claimed");
    },
    stopped(): void {
      log.info("stopped");
    },
  };
}

/** The place in our code, never the message: it may hold what was said. */
function placeOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  return error.stack
    ?.split("\n")
    .find((line) => line.includes("at "))
    ?.trim();
}

export type Events = ReturnType<typeof createEvents>;

/** Hears of some business events, after they were counted and logged; must not throw. */
export type Listener = Partial<Events>;

/** The same events, told to a listener too. */
export function alsoTo(events: Events, listener: Listener): Events {
  type Tell = (...told: unknown[]) => void;
  const both = Object.entries(listener).map(([name, hear]) => {
    const tell = events[name as keyof Events] as Tell;
    return [
      name,
      (...told: unknown[]) => {
        tell(...told);
        (hear as Tell)(...told);
      },
    ];
  });
  return { ...events, ...Object.fromEntries(both) };
}
