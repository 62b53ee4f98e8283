import { createBrands } from "./brands.ts";
import type { Config } from "./config.ts";
import { type Door, openDoors } from "./doors/door.ts";
import { feedbackDoor } from "./doors/feedback.ts";
import { Fatal, NotYet } from "./errors.ts";
import { GenesysApi } from "./genesys/api.ts";
import { type ChannelAddress, parseChannel } from "./genesys/payloads.ts";
import { globMatcher } from "./glob.ts";
import type { Ledger, Marks } from "./ledger/ledger.ts";
import { openLedger } from "./ledger/sqlite.ts";
import { statusOf } from "./ledger/status.ts";
import { createMedia } from "./media/index.ts";
import type { Contact } from "./model.ts";
import { createEvents } from "./ops/events.ts";
import { serveOps } from "./ops/http.ts";
import type { Logger } from "./ops/log.ts";
import { createMetrics } from "./ops/metrics.ts";
import type { Redactor } from "./ops/redact.ts";
import { Circuit } from "./pipeline/circuit.ts";
import { createCompare } from "./pipeline/comparison.ts";
import { deliver } from "./pipeline/deliver.ts";
import { readFinals, takeFinals } from "./pipeline/feedback.ts";
import { Intake } from "./pipeline/intake.ts";
import { lookAt } from "./pipeline/look.ts";
import { processContact } from "./pipeline/process.ts";
import { Runner } from "./pipeline/runner.ts";
import { type Price, readDay, Spending } from "./pipeline/spending.ts";
import { shadowMark, type Tools } from "./pipeline/tools.ts";
import { History } from "./sources/history.ts";
import { type AddressStore, Notifications } from "./sources/notifications.ts";
import { Queues } from "./sources/queues.ts";
import { Signs } from "./sources/signs.ts";
import { TranscriptSearch } from "./sources/transcript-search.ts";
import { Watch } from "./sources/watch.ts";
import { createSummarizer, modelOf } from "./summarizers/index.ts";
import { Writer } from "./summarizers/writer.ts";
import { sleep } from "./time.ts";

/** Hosts the platform's pre-signed transcript URLs point to: Amazon S3, also of the European sovereign cloud. */
const transcriptHosts = ["*.amazonaws.com", "*.amazonaws.eu"];

/** Under which the ledger keeps what the day has cost. */
const spendingMark = "spending";
const retireEveryMs = 600_000;
const retirePauseMs = 500;
const retireSlice = 500;
/** Ends are looked for by tick of this watch; what is known at once is told at once. */
const watchEveryMs = 1_000;

export interface AppOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Where a dry run prints what it would have posted. */
  readonly print: (line: string) => void;
  /** A shorter minute for the platform's rate limit, where a bench plays an hour in a minute. */
  readonly rateWindowMs?: number | undefined;
}

/**
 * The daemon: everything is made here and handed down, nothing reaches for anything by itself.
 * Settles when `stop` has aborted and work in flight has drained; `abort` cuts the drain short. Throws Fatal.
 */
export async function runApp(
  { config, log, redactor, print, rateWindowMs }: AppOptions,
  stop: AbortSignal,
  abort: AbortSignal,
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const metrics = createMetrics();
  const events = createEvents(log, metrics, (contactLog) => print(JSON.stringify(contactLog)));
  const ledger = resources.use(
    openLedger(config.dryRun ? ":memory:" : config.state.file, config.shadow ? "no deliveries" : "all"),
  );
  const { timing, pipeline } = config;
  const { api, queues } = createPlatform(config, redactor, rateWindowMs);
  resources.use(api);
  const search = new TranscriptSearch({
    api,
    transcriptFirstMs: timing.transcriptFirstMs,
    awaiting: () => ledger.awaitingTranscript(),
    onSign: (id) => bringForward(id),
    onFailure: (error) => events.searchFailed(error),
  });
  const media = createMedia({
    api,
    timing,
    isCrowded: () => search.crowded,
    queue: (id, signal) => queues.get(id, signal),
  });
  const brands = resources.use(createBrands(config, (endpoint, state) => events.circuit(endpoint, state)));
  const summarizer = await createSummarizer(config.llm);
  const spending = new Spending({
    price: priceOf(config.llm),
    currency: config.llm.currency,
    dailyBudget: config.llm.dailyBudget,
    saved: readDay(await ledger.marks.get(spendingMark)),
    save(day) {
      // Not worth stopping for: the next request saves it again.
      ledger.marks.set(spendingMark, JSON.stringify(day)).catch(() => {});
    },
    onUsed: (brand, used, cost) => events.modelUsed(brand, used, cost, config.llm.currency),
    onSpent: (day, budget) => events.budgetSpent(day.cost, budget, config.llm.currency),
  });

  const compare = createCompare((id) => config.brands.find((brand) => brand.id === id)?.taxonomy);
  const tools: Tools = {
    ledger,
    media,
    rules: brands.rules,
    writer: new Writer({ summarizer, calibration: config.llm.calibration }),
    spending,
    brand: brands.brand,
    destination: brands.destination,
    modelCircuit: new Circuit("model", timing, (state) => events.circuit("model", state)),
    lookupAfterMs: timing.lookupAfterMs,
    giveUpMs: timing.retryGiveUpMs,
    doubtfulBefore: ledger.doubtfulBefore,
    reports: events,
    settleMs: pipeline.settleMs,
    dryRun: config.dryRun,
    shadow: config.shadow,
    compare,
  };
  const runner = new Runner({
    ledger,
    probe: () => ledger.probe(),
    reports: events,
    concurrency: pipeline.concurrency,
    timing,
    async handle(work, signal) {
      switch (work.kind) {
        case "notice":
          if (await lookAt(work, tools, signal)) intake.forget(work.notice.conversationId);
          return [];
        case "delivery":
          await deliver(work, tools, signal);
          return [];
        case "contact":
          return await withSigns(work.contact, () => processContact(work, tools, signal));
      }
    },
  });
  /** A call whose transcript is not there has signs of it watched for; one whose words have come no longer. */
  async function withSigns<T>({ conversationId }: Contact, process: () => Promise<T>): Promise<T> {
    try {
      const result = await process();
      signs.delete(conversationId);
      return result;
    } catch (error) {
      if (error instanceof NotYet && error.reason === "transcript") signs.add(conversationId);
      throw error;
    }
  }
  const intake = new Intake({
    ledger,
    reports: events,
    settleMs: pipeline.settleMs,
    retryMs: timing.retryBaseMs,
    wake: runner.wake,
  });
  const source = new Notifications({
    api,
    queues,
    timing,
    reports: events,
    onSnapshot(snapshot) {
      const fingerprint = media.hint(snapshot);
      if (fingerprint === undefined) return;
      intake.hear(snapshot.id, fingerprint, halt.signal).catch(() => {
        // Stopped while the ledger could not write: the next start finds it in history.
      });
    },
    onHearing: () => void watch.look().catch((error: unknown) => events.internalError("watch", error)),
    onSilence: (from, reason) => watch.silent(from, reason),
    onGap: (gap) => void watch.note(gap).catch((error: unknown) => events.internalError("gap", error)),
    addresses: addressStore(ledger.marks, "queue_channels", api),
  });
  const history = new History({
    api,
    gaps: ledger.gaps,
    timing,
    reports: events,
    listens: (queueId) => queues.listens(queueId),
    onEnded: (conversationId, key, source) => intake.find(conversationId, key, source),
  });
  const watch = new Watch({
    hearing: source,
    marks: ledger.marks,
    reports: events,
    everyMs: Math.min(watchEveryMs, timing.pingEveryMs),
    async openGap(gap) {
      await ledger.gaps.open(gap);
      history.wake();
    },
  });
  const signs = new Signs({
    api,
    timing,
    reports: events,
    onSign: (id) => bringForward(id),
    addresses: addressStore(ledger.marks, "sign_channel", api),
  });
  const bringForward = (conversationId: string): void => {
    ledger.bringForward(conversationId).then(
      (changed) => {
        if (changed) runner.wake();
      },
      (error: unknown) => events.internalError(conversationId, error),
    );
  };

  // Stops the others when one of them meets something fatal.
  const halt = new AbortController();
  const stopping = AbortSignal.any([stop, halt.signal]);
  const doors: readonly Door[] = [
    feedbackDoor(async (body) => {
      const finals = readFinals(body);
      if ("problems" in finals) return finals;
      return await takeFinals(finals, { shadows: ledger.shadows, compare, awaited: config.shadow });
    }),
  ];
  const server = resources.use(
    await serveOps({
      ...config.http,
      metrics,
      unready: async () => (stopping.aborted ? "stopping" : (source.deaf ?? (await unwritable(ledger)))),
      collect: async () => {
        for (const [stage, rows] of Object.entries(ledger.reader.depths()))
          metrics.ledger.set({ stage }, rows);
        metrics.budgetSpent.set(spending.status().budgetSpent ? 1 : 0);
      },
      status: () => statusOf(ledger.reader, startedAt, source.deaf, spending.status()),
      doors:
        config.http.token === undefined ? undefined : (on) => openDoors(on, config.http.token ?? "", doors),
    }),
  );
  const startedAt = Date.now();
  events.started(summarizer.name, config.served, server.address);
  await ledger.marks.set("started_at", String(startedAt));
  await ledger.marks.set(shadowMark, String(config.shadow));
  await watch.begin();
  if (ledger.quarantined !== undefined) {
    events.stateRebuilt(ledger.quarantined);
    await ledger.gaps.open({
      reason: "state_rebuilt",
      from: startedAt - timing.historyLookBackMs,
      to: startedAt,
    });
  }
  stopping.addEventListener("abort", () => events.stopping(), { once: true });
  await allOrNone(halt, [
    ...[source, history, signs, search, watch].map((part) => part.run(stopping)),
    runner.run(stopping, abort),
    retire(ledger, config.retention, stopping),
  ]);
  events.stopped();
}

/** What the configured model costs, where that is told. */
export function priceOf(llm: Config["llm"]): Price | undefined {
  const model = modelOf(llm);
  return model === undefined ? undefined : (llm.prices[model] ?? llm.prices["*"]);
}

/** The platform as configured, and the queues of it that are listened to. */
export function createPlatform(
  { genesys }: Config,
  redactor: Redactor,
  rateWindowMs?: number,
): { api: GenesysApi; queues: Queues } {
  const api = new GenesysApi({
    region: genesys.region ?? "",
    baseUrl: genesys.baseUrl,
    clients: [genesys, ...genesys.additionalClients].map(({ clientId, clientSecret }) => ({
      clientId,
      clientSecret,
    })),
    requestsPerMinute: genesys.requestsPerMinute,
    rateWindowMs,
    transcriptHosts: genesys.transcriptHosts ?? (genesys.baseUrl === undefined ? transcriptHosts : undefined),
    protect: redactor.protect,
  });
  const includes = globMatcher(genesys.queues.include);
  const excludes = globMatcher(genesys.queues.exclude);
  return { api, queues: new Queues(api, (name) => includes(name) && !excludes(name)) };
}

/** Notification channels in the ledger, under a name. */
function addressStore(marks: Marks, name: string, api: GenesysApi): AddressStore {
  return {
    async load() {
      const addresses = readAddresses(await marks.get(name));
      for (const address of addresses) api.protectChannel(address);
      return addresses;
    },
    save(addresses) {
      // Not worth stopping for: without it the next start makes a new channel.
      marks.set(name, JSON.stringify(addresses)).catch(() => {});
    },
  };
}

function readAddresses(text: string | undefined): ChannelAddress[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.map(parseChannel) : [];
  } catch {
    return [];
  }
}

/** Removes what settled long ago, and words that met no counterpart, in slices that nobody notices. */
async function retire(
  ledger: Ledger,
  { settledMs, shadowMs }: Config["retention"],
  signal: AbortSignal,
): Promise<void> {
  for (let more = false; !signal.aborted; ) {
    await sleep(more ? retirePauseMs : retireEveryMs, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      const expiring = await ledger.shadows.expire(Date.now() - shadowMs, retireSlice);
      more = (await ledger.retire(Date.now() - settledMs, retireSlice)) || expiring;
    } catch (error) {
      if (error instanceof Fatal) throw error;
      more = false;
    }
  }
}

/** Waits for all; the first that fails stops the rest, and its error is the one thrown. */
async function allOrNone(halt: AbortController, parts: readonly Promise<void>[]): Promise<void> {
  let first: unknown;
  await Promise.all(
    parts.map(async (part) => {
      try {
        await part;
      } catch (error) {
        first ??= error;
        halt.abort();
      }
    }),
  );
  if (first !== undefined) throw first;
}

async function unwritable(ledger: Ledger): Promise<string | undefined> {
  try {
    await ledger.probe();
    return undefined;
  } catch {
    return "the state file cannot be written";
  }
}
