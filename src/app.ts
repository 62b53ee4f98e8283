import type { Config } from "./config.ts";
import type { Destination } from "./destinations/destination.ts";
import { createDestination } from "./destinations/index.ts";
import { NotYet } from "./errors.ts";
import { GenesysApi } from "./genesys/api.ts";
import { globMatcher } from "./glob.ts";
import type { Ledger } from "./ledger/ledger.ts";
import { openLedger } from "./ledger/sqlite.ts";
import { createMedia } from "./media/index.ts";
import { createEvents } from "./ops/events.ts";
import { serveOps } from "./ops/http.ts";
import type { Logger } from "./ops/log.ts";
import { createMetrics } from "./ops/metrics.ts";
import type { Redactor } from "./ops/redact.ts";
import { Intake } from "./pipeline/intake.ts";
import type { Rules } from "./pipeline/judge.ts";
import { lookAt } from "./pipeline/look.ts";
import { processContact } from "./pipeline/process.ts";
import { Runner } from "./pipeline/runner.ts";
import type { Brand, Tools } from "./pipeline/tools.ts";
import { Notifications } from "./sources/notifications.ts";
import { Queues } from "./sources/queues.ts";
import { createSummarizer } from "./summarizers/index.ts";

/** Hosts the platform's pre-signed transcript URLs point to: Amazon S3, also of the European sovereign cloud. */
const transcriptHosts = ["*.amazonaws.com", "*.amazonaws.eu"];

export interface AppOptions {
  readonly config: Config;
  readonly log: Logger;
  readonly redactor: Redactor;
  /** Where a dry run prints what it would have posted. */
  readonly print: (line: string) => void;
}

/**
 * The daemon: everything is made here and handed down, nothing reaches for anything by itself.
 * Settles when `stop` has aborted and work in flight has drained; `abort` cuts the drain short. Throws Fatal.
 */
export async function runApp(
  { config, log, redactor, print }: AppOptions,
  stop: AbortSignal,
  abort: AbortSignal,
): Promise<void> {
  await using resources = new AsyncDisposableStack();
  const metrics = createMetrics();
  const events = createEvents(log, metrics, (contactLog) => print(JSON.stringify(contactLog)));
  const ledger = resources.use(openLedger(config.dryRun ? ":memory:" : config.state.file));
  const { genesys, timing, pipeline } = config;
  const api = resources.use(
    new GenesysApi({
      region: genesys.region ?? "",
      baseUrl: genesys.baseUrl,
      clientId: genesys.clientId,
      clientSecret: genesys.clientSecret,
      requestsPerMinute: genesys.requestsPerMinute,
      transcriptHosts:
        genesys.transcriptHosts ?? (genesys.baseUrl === undefined ? transcriptHosts : undefined),
      protect: redactor.protect,
    }),
  );
  const rules = rulesOf(config);
  const includes = globMatcher(genesys.queues.include);
  const queues = new Queues(api, (name) => includes(name) && !rules.excludesQueue(name));
  const media = createMedia({ api, timing, queueName: (id, signal) => queues.nameOf(id, signal) });
  const brands = brandsOf(config, resources);
  const summarizer = await createSummarizer(config.llm);

  const tools: Tools = {
    ledger,
    media,
    rules,
    summarizer,
    brand: (id) => brandNamed(brands, id),
    reports: events,
    settleMs: pipeline.settleMs,
    dryRun: config.dryRun,
  };
  const runner = new Runner({
    ledger,
    reports: events,
    concurrency: pipeline.concurrency,
    timing,
    async handle(work, signal) {
      if (work.kind === "contact") return await processContact(work, tools, signal);
      if (await lookAt(work, tools, signal)) intake.forget(work.id);
    },
  });
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
      intake.hear(snapshot.id, fingerprint, "notification", halt.signal).catch(() => {
        // Stopped while the ledger could not write: the next start finds it in history.
      });
    },
  });

  // Stops the others when one of them meets something fatal.
  const halt = new AbortController();
  const stopping = AbortSignal.any([stop, halt.signal]);
  const server = resources.use(
    await serveOps({
      ...config.http,
      metrics,
      unready: async () => (stopping.aborted ? "stopping" : (source.deaf ?? (await unwritable(ledger)))),
      collect: async () => {
        for (const [stage, rows] of Object.entries(await ledger.counts()))
          metrics.ledger.set({ stage }, rows);
      },
    }),
  );
  events.started(summarizer.name, [...brands.keys()], server.address);
  stopping.addEventListener("abort", () => events.stopping(), { once: true });
  await allOrNone(halt, [source.run(stopping), runner.run(stopping, abort)]);
  events.stopped();
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

function rulesOf({ brands, genesys }: Config): Rules {
  return {
    excludesQueue: globMatcher(genesys.queues.exclude),
    brands: brands.map(({ id, match, eligibility }) => ({
      id,
      takesQueue: globMatcher(match.queues),
      ...eligibility,
    })),
  };
}

function brandsOf({ brands }: Config, resources: AsyncDisposableStack): ReadonlyMap<string, Brand> {
  return new Map(
    brands.map(({ id, language, taxonomy, prompt, destination }) => {
      const made: Destination = resources.use(createDestination(destination));
      return [id, { language, taxonomy, prompt, destination: made }];
    }),
  );
}

function brandNamed(brands: ReadonlyMap<string, Brand>, id: string): Brand {
  const brand = brands.get(id);
  // Left over from a run with other brands: it waits for a run that has its brand again.
  if (!brand) throw new NotYet("brand_not_served", `brand ${id}: not among those this run serves`);
  return brand;
}
