import { GenesysApi } from "../src/genesys/api.ts";
import { type Platform, type PlatformOptions, startPlatform } from "../src/simulator/platform.ts";

/** A platform, and the client that talks to it. */
export interface Place extends AsyncDisposable {
  readonly platform: Platform;
  readonly api: GenesysApi;
}

export async function startPlace(options: PlatformOptions = {}): Promise<Place> {
  const platform = await startPlatform({ requestsPerMinute: 100_000, ...options });
  const api = new GenesysApi({
    region: "",
    baseUrl: platform.baseUrl,
    clients: [platform],
    requestsPerMinute: 100_000,
    transcripts: { hosts: undefined, reach: "private" },
    protect: () => {},
  });
  return {
    platform,
    api,
    async [Symbol.asyncDispose]() {
      await api[Symbol.asyncDispose]();
      await platform[Symbol.asyncDispose]();
    },
  };
}
