import type { Config } from "../config.ts";
import { GenesysApi } from "../genesys/api.ts";
import type { TranscriptPlace } from "../genesys/transcripts.ts";
import type { Redactor } from "../ops/redact.ts";
import { wantedBy } from "../settings.ts";
import { Queues } from "../sources/queues.ts";

/** Hosts the platform's pre-signed transcript URLs point to: Amazon S3, also of the European sovereign cloud. */
const defaultTranscriptHosts = ["*.amazonaws.com", "*.amazonaws.eu"];

export interface Platform {
  readonly api: GenesysApi;
  /** Those of its queues that are listened to. */
  readonly queues: Queues;
}

interface PlatformTools {
  readonly rateWindowMs?: number | undefined;
  /** Whether a queue of this name is listened to; default: as configured. */
  readonly wantsQueue?: (name: string) => boolean;
  /** See GenesysOptions. */
  readonly onRefused?: () => void;
}

/** Whoever names hosts, or a gateway, means them wherever they lie; what nobody named is held to the internet. */
function transcriptsOf({ transcriptHosts, baseUrl }: Config["genesys"]): TranscriptPlace {
  const isNamed = transcriptHosts !== undefined || baseUrl !== undefined;
  return isNamed
    ? { hosts: transcriptHosts, reach: "private" }
    : { hosts: defaultTranscriptHosts, reach: "public" };
}

/** The platform as configured, and the queues of it that are listened to. */
export function createPlatform(
  { genesys }: Pick<Config, "genesys">,
  redactor: Redactor,
  { rateWindowMs, wantsQueue = wantedBy(genesys.queues), onRefused }: PlatformTools = {},
): Platform {
  const api = new GenesysApi({
    region: genesys.region ?? "",
    baseUrl: genesys.baseUrl,
    clients: [genesys, ...genesys.additionalClients].map(({ clientId, clientSecret }) => ({
      clientId,
      clientSecret,
    })),
    requestsPerMinute: genesys.requestsPerMinute,
    rateWindowMs,
    transcripts: transcriptsOf(genesys),
    protect: redactor.protect,
    onRefused,
  });
  return { api, queues: new Queues(api, wantsQueue) };
}
