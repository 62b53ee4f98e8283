import { Fatal } from "../errors.ts";
import { createAzure, createOpenAi, type Limits } from "./chat.ts";
import { createOfflineSummarizer } from "./offline.ts";
import type { Summarizer } from "./summarizer.ts";

interface Common extends Limits {
  readonly timeoutMs: number;
}

/** The validated `llm` section of the configuration. */
export type LlmOptions =
  | ({
      readonly provider: "openai";
      readonly baseUrl: string;
      readonly model: string;
      readonly apiKey?: string | undefined;
    } & Common)
  | ({
      readonly provider: "azure";
      readonly baseUrl: string;
      readonly deployment: string;
      readonly apiVersion: string;
      readonly apiKey?: string | undefined;
      readonly auth?: "entra" | undefined;
    } & Common)
  | ({ readonly provider: "offline" } & Common);

type Providers = {
  [P in LlmOptions["provider"]]: (options: Extract<LlmOptions, { provider: P }>) => Promise<Summarizer>;
};

/** One line a model vendor. */
const providers: Providers = {
  openai: async (options) => createOpenAi({ ...options, apiKey: options.apiKey }),
  azure: async (options) =>
    createAzure({
      ...options,
      credential: options.auth === "entra" ? { token: await entraToken() } : { apiKey: options.apiKey ?? "" },
    }),
  offline: async () => createOfflineSummarizer(),
};

/** The model's name as it is configured; the offline summarizer has none. */
export function modelOf(options: LlmOptions): string | undefined {
  switch (options.provider) {
    case "openai":
      return options.model;
    case "azure":
      return options.deployment;
    case "offline":
      return undefined;
  }
}

export async function createSummarizer(options: LlmOptions): Promise<Summarizer> {
  const create = providers[options.provider] as (options: LlmOptions) => Promise<Summarizer>;
  return await create(options);
}

/** Entra ID tokens from the environment the process runs in (managed identity, workload identity, CLI). */
async function entraToken(): Promise<() => Promise<string>> {
  try {
    const { DefaultAzureCredential, getBearerTokenProvider } = await import("@azure/identity");
    return getBearerTokenProvider(
      new DefaultAzureCredential(),
      "https://cognitiveservices.azure.com/.default",
    );
  } catch {
    throw new Fatal("missing_package", 'llm.auth "entra" needs the package @azure/identity; add it with npm');
  }
}
