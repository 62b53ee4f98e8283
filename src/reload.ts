import { isDeepStrictEqual } from "node:util";
import type { Config, ConfigFile } from "./config.ts";
import { ConfigError, ContactlogdError, NotYet } from "./errors.ts";
import type { InForce, Settings } from "./settings.ts";
import type { Alarm } from "./time.ts";

/** Of upstreams that take no credentials any more: whoever gave them may have changed them in their files. */
const refusals: ReadonlySet<string> = new Set([
  "http_401",
  "http_403",
  "lookup_failed",
  "token_refused",
  "credentials_refused",
  "model_unauthorized",
]);
/** Refusals that come close together cost one look at the files. */
const lookEveryMs = 1_000;
const longestWaitMs = 3_600_000;

/** What a running daemon cannot change, by the key it has in the file. */
const fixed: Readonly<Record<string, (config: Config) => unknown>> = {
  "state.file": ({ state }) => state.file,
  "http.host": ({ http }) => http.host,
  "http.port": ({ http }) => http.port,
  "http.token": ({ http }) => http.token === undefined,
  "http.waitMs": ({ http }) => http.waitMs,
  "http.maxWaiting": ({ http }) => http.maxWaiting,
  "http.showLogs": ({ http }) => http.showLogs,
  "genesys.region": ({ genesys }) => genesys.region,
  "genesys.baseUrl": ({ genesys }) => genesys.baseUrl,
  "genesys.clientId": ({ genesys }) => genesys.clientId,
  "genesys.additionalClients": ({ genesys }) => genesys.additionalClients.map(({ clientId }) => clientId),
  "genesys.notifications": ({ genesys }) => genesys.notifications,
  "genesys.requestsPerMinute": ({ genesys }) => genesys.requestsPerMinute,
  "genesys.transcriptHosts": ({ genesys }) => genesys.transcriptHosts,
  "log.ids": ({ log }) => log.ids,
  "llm.currency": ({ llm }) => llm.currency,
  retention: ({ retention }) => retention,
  sources: ({ sources }) => sources,
  tracing: ({ tracing }) => tracing,
};

/** Keys of the file that say something else than what the daemon started with, and that only a restart changes. */
export function needRestart(started: Config, now: Config): string[] {
  return Object.entries(fixed)
    .filter(([, pick]) => !isDeepStrictEqual(pick(started), pick(now)))
    .map(([key]) => key);
}

export interface ReloadOptions {
  readonly file: ConfigFile;
  readonly inForce: InForce;
  /** Wakes whenever somebody wants the file read again. */
  readonly asked: Alarm;
  readonly make: (config: Config, before: Settings) => Promise<Settings>;
  /** Before anything is done with them: none of them may appear in a log. */
  readonly learn: (secrets: readonly string[]) => void;
  /** Takes over what is no part of settings; called when these are in force. */
  readonly apply: (config: Config) => void;
  /** The OAuth clients' secrets as they are now. */
  readonly renewClients: (config: Config) => void;
  readonly reports: {
    /** @param restart keys whose change waits for a restart */
    reloaded(config: Config, restart: readonly string[]): void;
    reloadRefused(problems: readonly string[]): void;
    secretsRenewed(): void;
  };
}

/** Puts a changed configuration in force, whole or not at all: when asked to, and new secrets when old ones are refused. */
export class Reload {
  readonly #options: ReloadOptions;
  readonly #started: Config;
  /** One at a time. */
  #last: Promise<unknown> = Promise.resolve();
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(options: ReloadOptions) {
    this.#options = options;
    this.#started = options.inForce.now.config;
  }

  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const isAsked = await this.#options.asked.wait(longestWaitMs, signal);
      if (isAsked && !signal.aborted) await this.#inTurn(() => this.#reload());
    }
  }

  /** An error of work that was done with these settings: where it is due to a secret that has changed, it is NotYet. */
  async explain(error: unknown, used: Settings): Promise<unknown> {
    if (!(error instanceof ContactlogdError) || !refusals.has(error.reason)) return error;
    await this.#inTurn(() => this.#renew(used));
    if (this.#options.inForce.now === used) return error;
    return new NotYet(
      "secret_changed",
      `${error.message}; tried again with the new secret`,
      Date.now(),
      error,
    );
  }

  /** The platform refused a client's secret: takes the one that is there now. Does not throw. */
  readonly renewClients = (): void => {
    const config = this.#secretsAnew();
    if (config !== undefined) this.#options.renewClients(config);
  };

  async #reload(): Promise<void> {
    const { file, reports } = this.#options;
    try {
      const config = file.read();
      await this.#replace(config);
      reports.reloaded(config, needRestart(this.#started, config));
    } catch (error) {
      reports.reloadRefused(problemsOf(error));
    }
  }

  async #renew(used: Settings): Promise<void> {
    const { inForce, reports } = this.#options;
    if (inForce.now !== used || performance.now() - this.#lookedAt < lookEveryMs) return;
    this.#lookedAt = performance.now();
    const config = this.#secretsAnew();
    if (config === undefined) return;
    try {
      await this.#replace(config);
      reports.secretsRenewed();
    } catch (error) {
      reports.reloadRefused(problemsOf(error));
    }
  }

  /** What is in force with its secrets as they are in their files; undefined where they are the same, or cannot be read. */
  #secretsAnew(): Config | undefined {
    const { file, inForce, learn } = this.#options;
    const { config } = inForce.now;
    try {
      const anew = file.secretsAnew(config);
      if (isDeepStrictEqual(anew.secrets, config.secrets)) return undefined;
      learn(anew.secrets);
      return anew;
    } catch {
      // A file that is being exchanged: the upstream's refusal says all there is to say.
      return undefined;
    }
  }

  async #replace(config: Config): Promise<void> {
    const { inForce, make, learn, apply, renewClients } = this.#options;
    learn(config.secrets);
    inForce.replace(await make(config, inForce.now));
    renewClients(config);
    apply(config);
  }

  #inTurn(work: () => Promise<void>): Promise<void> {
    const done = this.#last.then(work);
    this.#last = done;
    return done;
  }
}

function problemsOf(error: unknown): readonly string[] {
  if (error instanceof ConfigError) return error.problems;
  return [error instanceof ContactlogdError ? error.message : "an error nobody foresaw"];
}
