import { randomBytes } from "node:crypto";
import type { Config, ConfigFile } from "./config.ts";
import { accountLogsDoor } from "./doors/account-logs.ts";
import { caseLinksDoor } from "./doors/case-links.ts";
import { contactLogsDoor } from "./doors/contact-logs.ts";
import { type Door, openDoors } from "./doors/door.ts";
import { eventsDoor } from "./doors/events.ts";
import { feedbackDoor } from "./doors/feedback.ts";
import { openApiDoor } from "./doors/openapi.ts";
import { Fatal, NotYet } from "./errors.ts";
import { GenesysApi } from "./genesys/api.ts";
import { type ChannelAddress, parseChannel } from "./genesys/payloads.ts";
import { type Ledger, type Marks, organizationSource, type Work } from "./ledger/ledger.ts";
import { openLedger } from "./ledger/sqlite.ts";
import { statusOf } from "./ledger/status.ts";
import { createMedia } from "./media/index.ts";
import type { Contact } from "./model.ts";
import { alsoTo, createEvents } from "./ops/events.ts";
import { serveOps } from "./ops/http.ts";
import { hidingIds, idKeyMark } from "./ops/ids.ts";
import type { Logger } from "./ops/log.ts";
import { createMetrics } from "./ops/metrics.ts";
import { Notify, type Supervisor } from "./ops/notify.ts";
import type { Redactor } from "./ops/redact.ts";
import { createFeed } from "./page/feed.ts";
import { createLooking } from "./page/index.ts";
import { openNearby } from "./page/nearby.ts";
import { createCompare } from "./pipeline/comparison.ts";
import { deliver } from "./pipeline/deliver.ts";
import { readFinals, takeFinals } from "./pipeline/feedback.ts";
import { Intake } from "./pipeline/intake.ts";
import { Links } from "./pipeline/links.ts";
import { lookAt } from "./pipeline/look.ts";
import { OnRequest } from "./pipeline/on-request.ts";
import { processContact } from "./pipeline/process.ts";
import { Runner } from "./pipeline/runner.ts";
import { type Price, readDay, Spending } from "./pipeline/spending.ts";
import { takeContact } from "./pipeline/take.ts";
import { shadowMark, type Tools } from "./pipeline/tools.ts";
import { Reload } from "./reload.ts";
import { createSettings, InForce, type Settings, type SettingsTools, wantedBy } from "./settings.ts";
import { type EventTakers, takeEvents } from "./sources/eventbridge.ts";
import { History } from "./sources/history.ts";
import { openAnalysisFiles, openSources, withoutQueues } from "./sources/index.ts";
import { type AddressStore, Notifications } from "./sources/notifications.ts";
import { Queues } from "./sources/queues.ts";
import { Signs } from "./sources/signs.ts";
import { TranscriptSearch } from "./sources/transcript-search.ts";
import { Watch } from "./sources/watch.ts";
import { modelOf } from "./summarizers/index.ts";
import { Alarm, sleep } from "./time.ts";

/** Hosts the platform's pre-signed transcript URLs point to: Amazon S3, also of the European sovereign cloud. */
const transcriptHosts = ["*.amazonaws.com", "*.amazonaws.eu"];

/** Under which the ledger keeps what the day has cost. */
const spendingMark = "spending";
const retireEveryMs = 600_000;
const retirePauseMs = 500;
const retireSlice = 500;
/** What waits for one of these may go on when the configuration has changed. */
const mayEndByReload = ["not_served", "daily_budget"];
/** Ends are looked for by tick of this watch; what is known at once is told at once. */
const watchEveryMs = 1_000;

export interface AppOptions {
  readonly config: Config;
  /** Where the configuration is read again when `reload` tells of the event `reload`, or its secrets are refused. */
  readonly file?: ConfigFile | undefined;
  readonly reload?: EventTarget | undefined;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Where a dry run prints what it would have posted. */
  readonly print: (line: string) => void;
  /** A shorter minute for the platform's rate limit, where a bench plays an hour in a minute. */
  readonly rateWindowMs?: number | undefined;
  /** Who is told that it is ready, and that it lives. */
  readonly supervisor?: Supervisor | undefined;
}

/**
 * The daemon: everything is made here and handed down, nothing reaches for anything by itself.
 * Settles when `stop` has aborted and work in flight has drained; `abort` cuts the drain short. Throws Fatal.
 */
export async function runApp(
  { config, file, reload, log, redactor, print, rateWindowMs, supervisor }: AppOptions,
  stop: AbortSignal,
  abort: AbortSignal,
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const asked = new Alarm();
  reload?.addEventListener("reload", () => asked.wake(), { signal: stop });
  const metrics = createMetrics();
  const feed = createFeed();
  const ledger = resources.use(
    openLedger(config.dryRun ? ":memory:" : config.state.file, config.shadow ? "no deliveries" : "all"),
  );
  const told = config.log.ids === "plain" ? log : hidingIds(log, await idKeyOf(ledger.marks));
  const events = alsoTo(
    alsoTo(
      createEvents(told, metrics, (contactLog) => print(JSON.stringify(contactLog))),
      feed.listener,
    ),
    { channelState: (_channel, connected) => connected && notify.ready() },
  );
  // Read at the moment of use: a reload writes into them.
  const [timing, pipeline] = [{ ...config.timing }, { ...config.pipeline }];
  let reloading: Reload | undefined;
  const { api, queues } = createPlatform(config, redactor, {
    rateWindowMs,
    wantsQueue: (name) => inForce.now.wantsQueue(name),
    onRefused: () => reloading?.renewClients(),
  });
  resources.use(api);
  const search = new TranscriptSearch({
    api,
    transcriptFirstMs: timing.transcriptFirstMs,
    awaiting: () => ledger.awaitingTranscript(),
    onSign: (id) => bringForward(id),
    onFailure: (error) => events.searchFailed(error),
  });
  const analysisFiles = await openAnalysisFiles(config.sources);
  resources.defer(() => analysisFiles?.close());
  const media = createMedia({
    api,
    contactLens: analysisFiles,
    timing,
    isCrowded: () => search.crowded,
    queue: (id, signal) => queues.get(id, signal),
  });
  const settingsTools: SettingsTools = {
    protect: redactor.protect,
    genesys: api.writing,
    timing,
    onCircuit: (endpoint, state) => events.circuit(endpoint, state),
    onUnchecked: (endpoint, error) => events.unchecked(endpoint, error),
  };
  const inForce = resources.use(new InForce(await createSettings(config, settingsTools, stop)));
  const spending = new Spending({
    get price() {
      return priceOf(inForce.now.config.llm);
    },
    get dailyBudget() {
      return inForce.now.config.llm.dailyBudget;
    },
    currency: config.llm.currency,
    saved: readDay(await ledger.marks.get(spendingMark)),
    save(day) {
      // Not worth stopping for: the next request saves it again.
      ledger.marks.set(spendingMark, JSON.stringify(day)).catch(() => {});
    },
    onUsed: (brand, used, cost) => events.modelUsed(brand, used, cost, config.llm.currency),
    onSpent: (day, budget) => events.budgetSpent(day.cost, budget, config.llm.currency),
  });

  const compare = createCompare((id) => inForce.now.config.brands.find((brand) => brand.id === id)?.taxonomy);
  const toolsOf = ({ brands, writer, modelCircuit }: Settings): Tools => ({
    ledger,
    media,
    rules: brands.rules,
    writer,
    spending,
    brand: brands.brand,
    destination: brands.destination,
    modelCircuit,
    lookupAfterMs: timing.lookupAfterMs,
    giveUpMs: timing.retryGiveUpMs,
    doubtfulBefore: ledger.doubtfulBefore,
    reports: events,
    onLog: (contactLog) => onRequest.onLog(contactLog),
    settleMs: pipeline.settleMs,
    keepsLogs: config.retention.logsMs !== undefined,
    dryRun: config.dryRun,
    shadow: config.shadow,
    compare,
  });
  const runner = new Runner({
    ledger,
    probe: () => ledger.probe(),
    reports: events,
    get concurrency() {
      return pipeline.concurrency;
    },
    timing,
    handle: (work, signal) =>
      inForce.use(async (settings) => {
        try {
          return await handle(work, toolsOf(settings), signal);
        } catch (error) {
          throw (await reloading?.explain(error, settings)) ?? error;
        }
      }),
  });
  async function handle(work: Work, tools: Tools, signal: AbortSignal): Promise<readonly Work[]> {
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
  }
  const links = new Links({
    cases: ledger.cases,
    destination: (brand, id) => inForce.now.brands.destination(brand, id),
    reports: events,
    wake: runner.wake,
  });
  /** A call whose transcript is not there has signs of it watched for; one whose words have come no longer. */
  async function withSigns<T>({ conversationId }: Contact, process: () => Promise<T>): Promise<T> {
    try {
      const result = await process();
      signs.delete(conversationId);
      return result;
    } catch (error) {
      const isAwaited = error instanceof NotYet && error.reason === "transcript";
      if (isAwaited && config.genesys.notifications) signs.add(conversationId);
      throw error;
    }
  }
  const intake = new Intake({
    ledger,
    reports: events,
    get settleMs() {
      return pipeline.settleMs;
    },
    get retryMs() {
      return timing.retryBaseMs;
    },
    wake: runner.wake,
  });
  const source = new Notifications({
    api,
    queues,
    timing,
    channels: config.genesys.notifications,
    reports: events,
    onSnapshot(snapshot) {
      const fingerprint = media.hint(snapshot);
      if (fingerprint === undefined) return;
      intake.hear(snapshot.id, fingerprint, halt.signal).catch(() => {
        // Stopped while the ledger could not write: the next start finds it in history.
      });
    },
    onHearing: () => void watch.look().catch((error: unknown) => events.partFailed("watch", error)),
    onSilence: (from, reason) => watch.silent(from, reason),
    onGap: (gap) => void watch.note(gap).catch((error: unknown) => events.partFailed("gap", error)),
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
  const onRequest = new OnRequest({
    get tools() {
      return toolsOf(inForce.now);
    },
    link: (contactId, caseId) => links.take([{ contactId, caseId }]),
    wake: runner.wake,
    waitMs: config.http.waitMs,
    maxWaiting: config.http.maxWaiting,
    keysKeptMs: config.retention.settledMs,
    stopping,
  });
  const takers: EventTakers = {
    onEnd: ({ conversationId, isCall }) => intake.tell(conversationId, isCall, organizationSource),
    onLink: (link) => links.take([link]),
  };
  const heard = await openSources({
    ...takers,
    // What a dry run took from a queue would be lost.
    sources: config.dryRun ? withoutQueues(config.sources) : config.sources,
    files: analysisFiles,
    onContact: (found, dueAt) =>
      takeContact({ ...found, dueAt }, "contact-lens", { ledger, reports: events, wake: runner.wake }),
    reports: events,
    timing,
    onOpened: (close) => resources.defer(close),
  });
  const deaf = (): string | undefined => [source, ...heard].find((one) => one.deaf !== undefined)?.deaf;
  const unready = async (): Promise<string | undefined> =>
    stopping.aborted ? "stopping" : (idle(deaf(), history.away) ?? (await unwritable(ledger)));
  const notify = new Notify({
    supervisor,
    turns: { runner: () => runner.turns, watch: () => watch.turns },
    blocked: () => unwritable(ledger),
    deaf,
    reports: events,
  });
  const doors: readonly Door[] = [
    contactLogsDoor(onRequest),
    eventsDoor((body) => takeEvents(body, takers)),
    feedbackDoor(async (body) => {
      const finals = readFinals(body);
      if ("problems" in finals) return finals;
      const counts = await takeFinals(finals, { shadows: ledger.shadows, compare, awaited: config.shadow });
      events.feedback(counts);
      return counts;
    }),
    caseLinksDoor((found) => links.take(found)),
    accountLogsDoor((of, id, limit) =>
      ledger.kept.find({ of, id, limit, since: Date.now() - (config.retention.logsMs ?? 0) }),
    ),
  ];
  const status = () => statusOf(ledger.reader, startedAt, deaf(), spending.status());
  const looking = resources.use(createLooking({ ...config.http, feed, ledger, status, wake: runner.wake }));
  const server = resources.use(
    await serveOps({
      ...config.http,
      metrics,
      unready,
      collect: async () => {
        for (const [stage, rows] of Object.entries(ledger.reader.depths()))
          metrics.ledger.set({ stage }, rows);
        metrics.budgetSpent.set(spending.status().budgetSpent ? 1 : 0);
        metrics.ready.set((await unready()) === undefined ? 1 : 0);
        metrics.gapOpen.set(secondsSince(ledger.reader.gapOpenSince() ?? Date.now()));
        for (const [channel, at] of source.lastHeard.entries())
          if (at !== undefined) metrics.channelHeard.set({ channel }, secondsSince(at));
      },
      status,
      doors(on) {
        openApiDoor(on);
        looking.page(on);
        const { token } = config.http;
        if (token === undefined) openNearby(on, config.http.host, looking.doors);
        else openDoors(on, () => inForce.now.config.http.token ?? token, [...doors, ...looking.doors]);
      },
    }),
  );
  const startedAt = Date.now();
  const mode = config.dryRun ? "dry run" : config.shadow ? "shadow" : "live";
  events.started(inForce.now.writer.name, config.served, server.address, mode);
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
  if (file !== undefined) {
    reloading = new Reload({
      file,
      inForce,
      asked,
      make: (next, before) => createSettings(next, settingsTools, stopping, before),
      learn: (secrets) => redactor.learn(secrets),
      renewClients: ({ genesys }) => api.renewSecrets([genesys, ...genesys.additionalClients]),
      apply(next) {
        Object.assign(timing, next.timing);
        Object.assign(pipeline, next.pipeline);
        told.level = next.log.level;
        ledger.recall(mayEndByReload).then(runner.wake, (error: unknown) => events.ledgerFailed(error));
      },
      reports: events,
    });
  }
  // Where no channel is made, being there is all there is to wait for.
  if (!config.genesys.notifications) notify.ready();
  stopping.addEventListener("abort", () => events.stopping(), { once: true });
  await allOrNone(halt, [
    ...[source, history, signs, search, watch, ...heard].map((part) => part.run(stopping)),
    runner.run(stopping, abort),
    links.run(stopping),
    notify.run(stopping),
    ...(reloading === undefined ? [] : [reloading.run(stopping)]),
    retire(ledger, config.retention, stopping),
  ]);
  events.stopped();
}

/** What the configured model costs, where that is told. */
export function priceOf(llm: Config["llm"]): Price | undefined {
  const model = modelOf(llm);
  return model === undefined ? undefined : (llm.prices[model] ?? llm.prices["*"]);
}

interface PlatformTools {
  readonly rateWindowMs?: number | undefined;
  /** Whether a queue of this name is listened to; default: as configured. */
  readonly wantsQueue?: (name: string) => boolean;
  /** See GenesysOptions. */
  readonly onRefused?: () => void;
}

/** The platform as configured, and the queues of it that are listened to. */
export function createPlatform(
  { genesys }: Pick<Config, "genesys">,
  redactor: Redactor,
  { rateWindowMs, wantsQueue = wantedBy(genesys.queues), onRefused }: PlatformTools = {},
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
    onRefused,
  });
  return { api, queues: new Queues(api, wantsQueue) };
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
  { settledMs, shadowMs, logsMs }: Config["retention"],
  signal: AbortSignal,
): Promise<void> {
  for (let more = false; !signal.aborted; ) {
    await sleep(more ? retirePauseMs : retireEveryMs, signal).catch(() => {});
    if (signal.aborted) return;
    try {
      const expiring = await ledger.shadows.expire(Date.now() - shadowMs, retireSlice);
      // With nothing to be kept any more, what was kept goes.
      const forgetting = await ledger.kept.expire(Date.now() - (logsMs ?? 0), retireSlice);
      more = (await ledger.retire(Date.now() - settledMs, retireSlice)) || expiring || forgetting;
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

/** Why nothing is heard; what ends meanwhile is found in history, unless that cannot be read either. */
function idle(deaf: string | undefined, historyAway: string | undefined): string | undefined {
  if (deaf === undefined || historyAway === undefined) return deaf;
  return `alive but idle: ${deaf}, and history cannot be read (${historyAway})`;
}

function secondsSince(at: number): number {
  return Math.max(0, Date.now() - at) / 1_000;
}

/** The key that ids in the log are hashed with; made once a state file. */
async function idKeyOf(marks: Marks): Promise<string> {
  const kept = await marks.get(idKeyMark);
  if (kept !== undefined) return kept;
  const made = randomBytes(32).toString("hex");
  await marks.set(idKeyMark, made);
  return made;
}

async function unwritable(ledger: Ledger): Promise<string | undefined> {
  try {
    await ledger.probe();
    return undefined;
  } catch {
    return "the state file cannot be written";
  }
}
