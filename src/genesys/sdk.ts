import { createRequire } from "node:module";
import os from "node:os";
import type sdkTypes from "purecloud-platform-client-v2";

type Platform = typeof sdkTypes;
type ApiClient = Platform["ApiClient"];
type SdkHttpClient = ApiClient["httpClient"];

/** What the SDK hands to its HTTP client (its HttpRequestOptions, read from version 262). */
export interface SdkRequest {
  readonly url: string;
  readonly method: string;
  readonly headers?: Record<string, string>;
  readonly params?: Record<string, unknown>;
  readonly data?: unknown;
}

/**
 * What the SDK passes through from its HTTP client once extended responses are on. It gets the text alone, deliberately
 * without a parsed body: its logger copies bodies, and one nested a million deep would hang the call for ever.
 */
export interface SdkAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

/** The SDK's classes, on an API client of our own. */
export interface Sdk {
  readonly client: ApiClient;
  readonly routing: InstanceType<Platform["RoutingApi"]>;
  readonly notifications: InstanceType<Platform["NotificationsApi"]>;
  readonly conversations: InstanceType<Platform["ConversationsApi"]>;
  readonly speech: InstanceType<Platform["SpeechTextAnalyticsApi"]>;
  readonly externalContacts: InstanceType<Platform["ExternalContactsApi"]>;
  readonly integrations: InstanceType<Platform["IntegrationsApi"]>;
  readonly cases: InstanceType<Platform["CaseManagementApi"]>;
  readonly users: InstanceType<Platform["UsersApi"]>;
  readonly tokens: InstanceType<Platform["TokensApi"]>;
}

// The import makes a singleton that reads settings from the home directory and watches them; where there is no home
// (a container's user) it throws. Configuration comes from one place, so it gets a home with nothing in it.
const platform = withoutHome(
  () => createRequire(import.meta.url)("purecloud-platform-client-v2") as Platform,
);
const runtime = platform as unknown as {
  readonly ApiClientClass: new () => ApiClient;
  readonly AbstractHttpClient: abstract new () => SdkHttpClient;
};
quiet(platform.ApiClient);

function withoutHome<T>(make: () => T): T {
  const { homedir } = os;
  os.homedir = () => "/nonexistent";
  try {
    return make();
  } finally {
    os.homedir = homedir;
  }
}

/** An SDK whose calls go to `apiUrl` through `send`; several can live side by side. */
export function createSdk(apiUrl: string, send: (request: SdkRequest) => Promise<SdkAnswer>): Sdk {
  const client = withoutHome(() => new runtime.ApiClientClass());
  quiet(client);
  const config = client.config as unknown as { gateway: undefined; basePath: string };
  config.gateway = undefined;
  config.basePath = apiUrl;
  client.setReturnExtendedResponses(true);
  client.setHttpClient(new InjectedHttpClient(send));
  return {
    client,
    routing: new platform.RoutingApi(client),
    notifications: new platform.NotificationsApi(client),
    conversations: new platform.ConversationsApi(client),
    speech: new platform.SpeechTextAnalyticsApi(client),
    externalContacts: new platform.ExternalContactsApi(client),
    integrations: new platform.IntegrationsApi(client),
    cases: new platform.CaseManagementApi(client),
    users: new platform.UsersApi(client),
    tokens: new platform.TokensApi(client),
  };
}

/** Stops the SDK's live reload of `~/.genesyscloudjavascript/config`, and its logger: it can write request headers. */
function quiet(client: ApiClient): void {
  const config = client.config as unknown as {
    live_reload_config: boolean;
    setConfigPath: (path: string) => void;
    logger: { log_level: string; log_to_console: boolean; log_file_path: undefined; setLogger: () => void };
  };
  config.live_reload_config = false;
  config.setConfigPath("");
  Object.assign(config.logger, { log_level: "none", log_to_console: false, log_file_path: undefined });
  config.logger.setLogger();
}

class InjectedHttpClient extends runtime.AbstractHttpClient {
  readonly #send: (request: SdkRequest) => Promise<SdkAnswer>;

  constructor(send: (request: SdkRequest) => Promise<SdkAnswer>) {
    super();
    this.#send = send;
  }

  override async request(request: unknown): Promise<SdkAnswer> {
    return await this.#send(request as SdkRequest);
  }

  override enableHooks(): void {
    // Hooks are the SDK's way to reach axios; what they would do stands in `send`.
  }
}
