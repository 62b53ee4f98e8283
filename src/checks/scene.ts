import { createPlatform } from "../app/platform.ts";
import type { Config } from "../config.ts";
import type { PastConversation } from "../genesys/analytics.ts";
import type { GenesysApi } from "../genesys/api.ts";
import type { Queue } from "../genesys/payloads.ts";
import { globMatcher } from "../glob.ts";
import type { Redactor } from "../ops/redact.ts";

/** Within the seven days a query may ask for, however the organisation counts them. */
const lookBackMs = 3 * 86_400_000;

/** Everything the checks look at. What several of them need is asked for once. */
export interface Scene extends AsyncDisposable {
  readonly config: Config;
  readonly protect: (secret: string) => void;
  /** The platform as each OAuth client sees it; the first owns the channels. */
  readonly clients: readonly [GenesysApi, ...GenesysApi[]];
  readonly api: GenesysApi;
  /** Every queue the client sees. */
  queues(signal: AbortSignal): Promise<readonly Queue[]>;
  /** Those of them that are listened to. */
  listened(signal: AbortSignal): Promise<readonly Queue[]>;
  /** Up to a hundred conversations of the last three days, the latest end first. */
  history(signal: AbortSignal): Promise<readonly PastConversation[]>;
  /** The brand that takes a queue: the first that names it. */
  brandOf(queueName: string): string | undefined;
}

export function createScene(config: Config, redactor: Redactor): Scene {
  const { genesys, brands } = config;
  const [api, ...more] = [genesys, ...genesys.additionalClients].map(
    ({ clientId, clientSecret }) =>
      createPlatform(
        { ...config, genesys: { ...genesys, clientId, clientSecret, additionalClients: [] } },
        redactor,
      ).api,
  ) as [GenesysApi, ...GenesysApi[]];
  const includes = globMatcher(genesys.queues.include);
  const excludes = globMatcher(genesys.queues.exclude);
  const takers = brands.map(({ id, match }) => ({ id, takes: globMatcher(match.queues) }));
  const queues = once((signal) => api.listQueues(signal));
  return {
    config,
    protect: redactor.protect,
    clients: [api, ...more],
    api,
    queues,
    listened: async (signal) =>
      (await queues(signal)).filter(({ name }) => includes(name) && !excludes(name)),
    history: once(async (signal) => {
      const now = Date.now();
      return (await api.queryConversations({ from: now - lookBackMs, to: now }, "closed", 1, signal))
        .conversations;
    }),
    brandOf: (queueName) => takers.find(({ takes }) => takes(queueName))?.id,
    async [Symbol.asyncDispose]() {
      for (const one of [api, ...more]) await one[Symbol.asyncDispose]();
    },
  };
}

/** Whoever asks first asks for all. */
function once<T>(ask: (signal: AbortSignal) => Promise<T>): (signal: AbortSignal) => Promise<T> {
  let asked: Promise<T> | undefined;
  return (signal) => {
    asked ??= ask(signal);
    return asked;
  };
}
