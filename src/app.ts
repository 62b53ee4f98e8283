import { openAdmin } from "./app/admin.ts";
import { createHearing } from "./app/hearing.ts";
import { openInForce } from "./app/in-force.ts";
import { createPlatform } from "./app/platform.ts";
import { begin, together } from "./app/running.ts";
import { createTools, openSpending } from "./app/tools.ts";
import { createWords } from "./app/words.ts";
import type { Config, ConfigFile } from "./config.ts";
import { organizationSource } from "./ledger/ledger.ts";
import { Pulse } from "./ledger/pulse.ts";
import { retire } from "./ledger/retirement.ts";
import { openLedger } from "./ledger/sqlite.ts";
import { alsoTo, createEvents } from "./ops/events.ts";
import { createHealth } from "./ops/health.ts";
import { hidingIds, idKeyOf } from "./ops/ids.ts";
import type { Logger } from "./ops/log.ts";
import { createMetrics } from "./ops/metrics.ts";
import { Notify, type Supervisor } from "./ops/notify.ts";
import type { Redactor } from "./ops/redact.ts";
import { createFeed } from "./page/feed.ts";
import { createCompare } from "./pipeline/comparison.ts";
import { handle } from "./pipeline/handle.ts";
import { Intake } from "./pipeline/intake.ts";
import { Links } from "./pipeline/links.ts";
import { OnRequest } from "./pipeline/on-request.ts";
import { Runner } from "./pipeline/runner.ts";
import { takeContact } from "./pipeline/take.ts";
import type { EventTakers } from "./sources/eventbridge.ts";
import { openAnalysisFiles, openSources, withoutQueues } from "./sources/index.ts";
import { Alarm } from "./time.ts";
import { openTracing } from "./tracing/open.ts";

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
  // Stops the others when one of them meets something fatal.
  const halt = new AbortController();
  const stopping = AbortSignal.any([stop, halt.signal]);
  const due = new Alarm();
  const wake = (): void => due.wake();
  const asked = new Alarm();
  reload?.addEventListener("reload", () => asked.wake(), { signal: stop });
  // Read at the moment of use: a reload writes into them.
  const [timing, pipeline] = [{ ...config.timing }, { ...config.pipeline }];

  // What must survive, and who is told of what happens.
  const metrics = createMetrics();
  const feed = createFeed();
  const ledger = resources.use(
    openLedger(config.dryRun ? ":memory:" : config.state.file, config.shadow ? "no deliveries" : "all"),
  );
  const idKey = config.log.ids === "plain" ? undefined : await idKeyOf(ledger.marks);
  const told = idKey === undefined ? log : hidingIds(log, idKey);
  const counted = createEvents(told, metrics, (contactLog) => print(JSON.stringify(contactLog)));
  const traced = resources.use(
    config.tracing &&
      openTracing(config.tracing, { idKey, explain: ledger.reader.explain, reports: counted }),
  );
  const events = alsoTo(alsoTo(counted, feed.listener), traced?.listener ?? {});

  // The platform, and how words are fetched from it.
  // A client that is refused before there are settings keeps its secret.
  let renewClients = (): void => {};
  const platform = createPlatform(config, redactor, {
    rateWindowMs,
    wantsQueue: (name) => inForce.now.wantsQueue(name),
    onRefused: () => renewClients(),
  });
  const { api } = platform;
  resources.use(api);
  const analysisFiles = await openAnalysisFiles(config.sources);
  resources.defer(() => analysisFiles?.close());
  const { media, signs, search } = createWords({ platform, analysisFiles, ledger, timing, events, wake });

  // Brands, destinations and the model, and what replaces them.
  const { inForce, reload: reloading } = await openInForce({
    config,
    file,
    asked,
    timing,
    pipeline,
    api,
    traceHeaders: traced?.headers,
    redactor,
    ledger,
    log: told,
    events,
    wake,
    stopping,
  });
  resources.use(inForce);
  if (reloading !== undefined) renewClients = reloading.renewClients;

  // Where word of ends, of cases and of wishes is handed in.
  const intake = new Intake({
    ledger,
    reports: events,
    get settleMs() {
      return pipeline.settleMs;
    },
    get retryMs() {
      return timing.retryBaseMs;
    },
    wake,
  });
  const links = new Links({
    cases: ledger.cases,
    destination: (brand, id) => inForce.now.brands.destination(brand, id),
    reports: events,
    wake,
  });
  const onRequest = new OnRequest({
    tools: {
      ledger,
      media,
      reports: events,
      get rules() {
        return inForce.now.brands.rules;
      },
      get settleMs() {
        return pipeline.settleMs;
      },
    },
    link: async (contactId, caseId) => (await links.take([{ contactId, caseId }])).full === 0,
    wake,
    waitMs: config.http.waitMs,
    maxWaiting: config.http.maxWaiting,
    keysKeptMs: config.retention.settledMs,
    stopping,
  });

  // Who works on what is due.
  const spending = await openSpending(ledger.marks, inForce, events);
  const compare = createCompare((id) => inForce.now.config.brands.find((brand) => brand.id === id)?.taxonomy);
  const { onLog } = onRequest;
  const toolsOf = createTools({ config, timing, pipeline, ledger, media, events, spending, compare, onLog });
  const around = { intake, signs: config.genesys.notifications ? signs : undefined };
  const runner = new Runner({
    ledger,
    due,
    probe: () => ledger.probe(),
    reports: events,
    get concurrency() {
      return pipeline.concurrency;
    },
    timing,
    handle: (work, signal) =>
      inForce.use(async (settings) => {
        try {
          return await handle(work, toolsOf(settings), around, signal);
        } catch (error) {
          throw (await reloading?.explain(error, settings)) ?? error;
        }
      }),
  });

  // Who hears of ends.
  const ready = Promise.withResolvers<void>();
  const { live, history, watch } = createHearing({
    platform,
    channels: config.genesys.notifications,
    timing,
    ledger,
    media,
    intake,
    events,
    wake,
    onConnected: ready.resolve,
    halted: halt.signal,
  });
  const takers: EventTakers = {
    onEnd: ({ conversationId, isCall }) => intake.tell(conversationId, isCall, organizationSource),
    onLink: (link) => links.take([link]),
  };
  const sources = await openSources({
    ...takers,
    // What a dry run took from a queue would be lost.
    sources: config.dryRun ? withoutQueues(config.sources) : config.sources,
    files: analysisFiles,
    onContact: (found, dueAt) =>
      takeContact({ ...found, dueAt }, "contact-lens", {
        ledger,
        reports: events,
        wake,
        keysKeptSince: ledger.retiredBefore,
      }),
    reports: events,
    timing,
    onOpened: (close) => resources.defer(close),
  });

  // Whoever looks from outside.
  const pulse = new Pulse({ probe: () => ledger.probe() });
  const health = createHealth({
    ears: [live, ...sources],
    history,
    pulse,
    stopping,
  });
  const notify = new Notify({
    supervisor,
    turns: { runner: () => runner.turns, watch: () => watch.turns },
    blocked: health.blocked,
    deaf: health.deaf,
    reports: events,
  });
  const startedAt = Date.now();
  const admin = resources.use(
    await openAdmin({
      config,
      token: () => inForce.now.config.http.token,
      startedAt,
      ledger,
      metrics,
      events,
      feed,
      health,
      spending,
      lastHeard: () => live.lastHeard,
      clockAheadMs: () => api.clockAheadMs,
      endpoints: () => inForce.now.brands.endpoints,
      onRequest,
      links,
      takers,
      compare,
      wake,
    }),
  );

  const mode = config.dryRun ? "dry run" : config.shadow ? "shadow" : "live";
  events.started(inForce.now.writer.name, config.served, admin.address, mode);
  await begin(ledger, watch, { config, startedAt, events });
  void ready.promise.then(notify.ready);
  // Where no channel is made, being there is all there is to wait for.
  if (!config.genesys.notifications) ready.resolve();
  stopping.addEventListener("abort", () => events.stopping(), { once: true });
  await together(halt, [
    ...[live, history, signs, search, watch, links, pulse, notify, ...sources].map((part) =>
      part.run(stopping),
    ),
    runner.run(stopping, abort),
    ...(reloading === undefined ? [] : [reloading.run(stopping)]),
    retire(ledger, config.retention, stopping),
  ]);
  events.stopped();
}
