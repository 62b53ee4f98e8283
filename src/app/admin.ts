import type { Config } from "../config.ts";
import { accountLogsDoor } from "../doors/account-logs.ts";
import { caseLinksDoor } from "../doors/case-links.ts";
import { contactLogsDoor } from "../doors/contact-logs.ts";
import { type Door, openDoors } from "../doors/door.ts";
import { eventsDoor } from "../doors/events.ts";
import { feedbackDoor } from "../doors/feedback.ts";
import { openApiDoor } from "../doors/openapi.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Compare } from "../ledger/shadow.ts";
import { mostHours, readHours, statusOf } from "../ledger/status.ts";
import type { Events } from "../ops/events.ts";
import type { Health } from "../ops/health.ts";
import { type OpsServer, serveOps } from "../ops/http.ts";
import type { Metrics } from "../ops/metrics.ts";
import type { Feed } from "../page/feed.ts";
import { createLooking } from "../page/index.ts";
import { openNearby } from "../page/nearby.ts";
import { readFinals, takeFinals } from "../pipeline/feedback.ts";
import type { Links } from "../pipeline/links.ts";
import type { OnRequest } from "../pipeline/on-request.ts";
import type { Spending } from "../pipeline/spending.ts";
import { type EventTakers, takeEvents } from "../sources/eventbridge.ts";
import { type Gauged, setGauges } from "./gauges.ts";

export interface AdminOptions extends Pick<Gauged, "lastHeard" | "clockAheadMs" | "endpoints"> {
  readonly config: Config;
  /** Of the configuration in force; whether there is one does not change. */
  readonly token: () => string | undefined;
  readonly startedAt: number;
  readonly ledger: Ledger;
  readonly metrics: Metrics;
  readonly events: Events;
  readonly feed: Feed;
  readonly health: Health;
  readonly spending: Spending;
  readonly onRequest: OnRequest;
  readonly links: Links;
  readonly takers: EventTakers;
  readonly compare: Compare;
  /** Something may be due. */
  readonly wake: () => void;
}

/** Opens the admin port: health, balance, metrics, the page, and the doors. Throws Fatal. */
export async function openAdmin(options: AdminOptions): Promise<OpsServer> {
  const { config, ledger, metrics, events, feed, health, spending, startedAt, wake } = options;
  const status = (hours?: number): object =>
    statusOf(ledger.reader, startedAt, health.deaf(), spending.status(), hours);
  const stateFile = config.dryRun ? undefined : config.state.file;
  await using opened = new AsyncDisposableStack();
  const looking = opened.use(
    createLooking({ ...config.http, pass: options.token, feed, ledger, status: () => status(), wake }),
  );
  const server = opened.use(
    await serveOps({
      ...config.http,
      metrics,
      unready: health.unready,
      collect: () => setGauges(metrics, { ...options, reader: ledger.reader, stateFile }),
      status(query) {
        const hours = readHours(query.hours);
        return hours === null ? `hours: must be a whole number from 1 to ${mostHours}` : status(hours);
      },
      doors(on) {
        openApiDoor(on);
        looking.page(on);
        const { token } = config.http;
        if (token === undefined) openNearby(on, config.http.host, looking.doors);
        else {
          const doors = [...doorsOf(options), ...looking.doors];
          openDoors(
            on,
            () => options.token() ?? token,
            doors,
            (...answered) => events.doorAnswered(...answered),
          );
        }
      },
    }),
  );
  const kept = opened.move();
  return { address: server.address, [Symbol.asyncDispose]: () => kept.disposeAsync() };
}

/** What others come in by. */
function doorsOf({
  config,
  ledger,
  onRequest,
  takers,
  links,
  compare,
  events,
}: AdminOptions): readonly Door[] {
  return [
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
}
