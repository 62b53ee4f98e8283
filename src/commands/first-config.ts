import type { Taxonomy } from "../model.ts";

/** What a first configuration is made of; secrets by the name of what holds them. */
export interface FirstConfig {
  readonly region: string | undefined;
  readonly baseUrl: string | undefined;
  readonly clientId: string;
  readonly clientSecret: string;
  readonly brand: string;
  readonly language: string;
  readonly queues: readonly string[];
  readonly taxonomy: Taxonomy;
  readonly accountAttribute: string;
  readonly authenticatedAttribute: string;
  readonly destination: string;
  readonly header: string;
  /** Undefined where the destination wants none. */
  readonly headerFrom: string | undefined;
  /** Undefined: no model, sentences are picked. */
  readonly model: string | undefined;
  readonly modelUrl: string | undefined;
  readonly modelKey: string | undefined;
}

/** The file as `loadConfig` reads it; all it leaves out has a default. */
export function firstConfig(answers: FirstConfig): Record<string, unknown> {
  const { region, baseUrl, clientId, clientSecret, brand, language, queues, taxonomy } = answers;
  return {
    genesys: {
      ...(region === undefined ? {} : { region }),
      ...(baseUrl === undefined ? {} : { baseUrl }),
      clientId: referenceTo(clientId),
      clientSecret: referenceTo(clientSecret),
      queues: { include: queues },
    },
    llm: modelOf(answers),
    brands: [
      {
        id: brand,
        language,
        match: { queues },
        taxonomy,
        eligibility: {
          accountAttribute: answers.accountAttribute,
          authenticatedAttribute: answers.authenticatedAttribute,
        },
        destination: destinationOf(answers),
      },
    ],
  };
}

function modelOf({ model, modelUrl, modelKey }: FirstConfig): Record<string, unknown> {
  if (model === undefined) return { provider: "offline" };
  return {
    provider: "openai",
    ...(modelUrl === undefined ? {} : { baseUrl: modelUrl }),
    ...(modelKey === undefined ? {} : { apiKey: referenceTo(modelKey) }),
    model,
  };
}

function destinationOf({ destination, header, headerFrom }: FirstConfig): Record<string, unknown> {
  const scheme = header.toLowerCase() === "authorization" ? "Bearer " : "";
  const headers = headerFrom === undefined ? {} : { headers: { [header]: scheme + referenceTo(headerFrom) } };
  return { kind: "http", url: destination, ...headers };
}

/** `NAME` and `file:/path` as the configuration writes them. */
export function referenceTo(name: string): string {
  return `\${${name}}`;
}

/** A word that machines make: long, and letters and digits without order. A UUID's parts are shorter. */
const random = /[A-Za-z0-9+_=~]{20,}/g;
const schemes =
  /\b(?:bearer|basic)\s+[\w~+/.=-]{6,}|\b(?:sk|pk|ghp|xox[abp])[-_][\w-]{8,}|\/\/[^/\s]*:[^/\s]*@/i;

/** Whether something typed looks like a secret rather than a name: a token, a key, a password in a URL. */
export function looksSecret(text: string): boolean {
  if (schemes.test(text)) return true;
  return (text.match(random) ?? []).some((word) => {
    const digits = word.match(/\d/g)?.length ?? 0;
    const letters = word.match(/[A-Za-z]/g)?.length ?? 0;
    return (digits >= 3 && letters >= 3) || (digits > 0 && /[a-z]/.test(word) && /[A-Z]/.test(word));
  });
}
