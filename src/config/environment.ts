import { ConfigError } from "../errors.ts";

/** The environment this process runs in; nobody else reads it. */
export function processEnvironment(): NodeJS.ProcessEnv {
  return process.env;
}

/** Variables that would undo what the configuration says, a sentence each. */
export function refusedIn(environment: NodeJS.ProcessEnv): string[] {
  return [
    ...(environment.OPENAI_CUSTOM_HEADERS === undefined
      ? []
      : ["OPENAI_CUSTOM_HEADERS is set, which could replace the credentials sent to the model; unset it"]),
    ...(environment.NODE_TLS_REJECT_UNAUTHORIZED === "0"
      ? ["NODE_TLS_REJECT_UNAUTHORIZED=0 switches off the check of certificates; use NODE_EXTRA_CA_CERTS"]
      : []),
  ];
}

/** How wide a line may be: as `COLUMNS` says, else as the terminal is; undefined where nobody knows. */
export function columnsOf(environment: NodeJS.ProcessEnv = processEnvironment()): number | undefined {
  const { COLUMNS: said = "" } = environment;
  return /^[1-9]\d{0,3}$/.test(said) ? Number(said) : process.stdout.columns;
}

/** Who wants to hear how the daemon is: systemd, where the unit is `Type=notify` or has a watchdog. */
export function supervisorOf(environment: NodeJS.ProcessEnv = processEnvironment()): Supervisor | undefined {
  const { NOTIFY_SOCKET: socket, WATCHDOG_USEC: microseconds, WATCHDOG_PID: pid, PATH: path } = environment;
  if (socket === undefined || socket === "") return undefined;
  const isOurs = pid === undefined || pid === String(process.pid);
  const watchdogMs = isOurs && Number(microseconds) > 0 ? Number(microseconds) / 1_000 : undefined;
  return { socket, watchdogMs, path: path ?? "" };
}

interface Supervisor {
  readonly socket: string;
  readonly watchdogMs: number | undefined;
  readonly path: string;
}

/** The model the demo uses, and what it says of it. */
export interface DemoModel {
  readonly kind: "offline" | "model";
  readonly says: string;
  readonly llm: Record<string, unknown>;
}

/** A real model where the usual variables name one, else the offline summarizer; and the daemon's environment. */
export function demoEnvironment(environment: NodeJS.ProcessEnv = processEnvironment()): {
  model: DemoModel;
  environment: NodeJS.ProcessEnv;
} {
  const openAi = environment.OPENAI_API_KEY;
  const azure = environment.AZURE_OPENAI_API_KEY;
  if (azure && environment.AZURE_OPENAI_ENDPOINT) {
    const deployment = environment.AZURE_OPENAI_DEPLOYMENT ?? "gpt-4.1-mini";
    const llm = {
      provider: "azure",
      baseUrl: environment.AZURE_OPENAI_ENDPOINT,
      deployment,
      apiVersion: environment.OPENAI_API_VERSION ?? "2024-10-21",
      apiKey: `\${AZURE_OPENAI_API_KEY}`,
    };
    return { model: { kind: "model", says: `Azure OpenAI, deployment ${deployment}`, llm }, environment };
  }
  if (openAi) {
    const model = environment.OPENAI_MODEL ?? "gpt-4.1-mini";
    const baseUrl = environment.OPENAI_BASE_URL || "https://api.openai.com/v1";
    if (!URL.canParse(baseUrl)) throw new ConfigError(["OPENAI_BASE_URL: must be an http or https URL"]);
    const llm = { provider: "openai", baseUrl, model, apiKey: `\${OPENAI_API_KEY}` };
    return { model: { kind: "model", says: `${model} at ${new URL(baseUrl).host}`, llm }, environment };
  }
  const says = "offline: picks sentences, no model (set OPENAI_API_KEY or AZURE_OPENAI_* for a real one)";
  return { model: { kind: "offline", says, llm: { provider: "offline" } }, environment };
}
