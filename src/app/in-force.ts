import type { Config, ConfigFile } from "../config.ts";
import type { GenesysApi } from "../genesys/api.ts";
import type { Ledger } from "../ledger/ledger.ts";
import type { Events } from "../ops/events.ts";
import type { Logger } from "../ops/log.ts";
import type { Redactor } from "../ops/redact.ts";
import { Reload } from "../reload.ts";
import { createSettings, InForce, type SettingsTools } from "../settings.ts";
import type { Alarm } from "../time.ts";

/** What waits for one of these may go on when the configuration has changed. */
const mayEndByReload = ["not_served", "daily_budget"];

export interface InForceOptions {
  readonly config: Config;
  /** Where the configuration is read again; undefined where it never is. */
  readonly file: ConfigFile | undefined;
  /** Wakes whenever somebody wants it read again. */
  readonly asked: Alarm;
  /** Everybody reads these two at the moment of use: a reload writes into them. */
  readonly timing: Config["timing"];
  readonly pipeline: Config["pipeline"];
  readonly api: GenesysApi;
  readonly traceHeaders: SettingsTools["traceHeaders"];
  readonly redactor: Redactor;
  readonly ledger: Ledger;
  readonly log: Logger;
  readonly events: Events;
  /** Something may be due. */
  readonly wake: () => void;
  readonly stopping: AbortSignal;
}

/**
 * Brands, destinations and the model, and what replaces them; whoever calls closes the former.
 * @throws ConfigError where something named cannot be used, Fatal where a package is missing
 */
export async function openInForce(
  options: InForceOptions,
): Promise<{ inForce: InForce; reload: Reload | undefined }> {
  const { config, file, timing, api, traceHeaders, redactor, events, stopping } = options;
  const tools: SettingsTools = {
    protect: redactor.protect,
    genesys: api.writing,
    traceHeaders,
    timing,
    onCircuit: (...change) => events.circuit(...change),
    onUnchecked: (endpoint, error) => events.unchecked(endpoint, error),
  };
  const inForce = new InForce(await createSettings(config, tools, stopping));
  const reload =
    file &&
    new Reload({
      file,
      inForce,
      asked: options.asked,
      make: (next, before) => createSettings(next, tools, stopping, before),
      learn: (secrets) => redactor.learn(secrets),
      renewClients: ({ genesys }) => api.renewSecrets([genesys, ...genesys.additionalClients]),
      apply: (next) => apply(next, options),
      reports: events,
    });
  return { inForce, reload };
}

/** Takes over what is no part of the settings. */
function apply(next: Config, { timing, pipeline, log, ledger, wake, events }: InForceOptions): void {
  Object.assign(timing, next.timing);
  Object.assign(pipeline, next.pipeline);
  log.level = next.log.level;
  ledger.recall(mayEndByReload).then(wake, (error: unknown) => events.ledgerFailed(error));
}
