import { createRequire } from "node:module";
import { Fatal } from "../errors.ts";
import type { AwsPlace } from "./place.ts";

const connectMs = 5_000;
const { resolve } = createRequire(import.meta.url);

/**
 * Cloud clients are optional: whoever configures one is told at the start which package to add.
 * @param what the place in the configuration that needs it
 * @throws Fatal
 */
export function requirePackage(name: string, what: string): void {
  try {
    resolve(name);
  } catch {
    throw new Fatal("missing_package", `${what} needs the package ${name}; add it with npm`);
  }
}

/** What every client is made with. The SDK never repeats a call by itself: what may be repeated is ours to know. */
export function clientOptions({ region, endpoint }: AwsPlace, timeoutMs: number) {
  return {
    ...(region === undefined ? {} : { region }),
    ...(endpoint === undefined ? {} : { endpoint }),
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: connectMs,
      requestTimeout: timeoutMs,
      throwOnRequestTimeout: true,
    },
  };
}
