import { isIP } from "node:net";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import { ConfigError } from "../errors.ts";
import { processEnvironment } from "./environment.ts";
import { readJson } from "./files.ts";
import { override } from "./flags.ts";
import { describeIssue } from "./problems.ts";
import { References } from "./references.ts";
import { inWords } from "./sentences.ts";

export const state = z.strictObject({ file: z.string().min(1).default("state/contactlogd.db") }).prefault({});
export const http = z
  .strictObject({
    host: z
      .string()
      .refine(
        (host) => isIP(host) > 0 || /^[\w.-]+$/.test(host),
        "must be an address or a name, without scheme, port or brackets",
      )
      .default("127.0.0.1"),
    port: z.int().min(0).max(65_535).default(9_464),
    token: z
      .string()
      .min(16, "must be 16 characters or more")
      .optional()
      .describe(
        "Token of whoever asks for contact logs, sends events or tells what agents wrote; without it these doors are closed.",
      ),
    waitMs: z
      .int()
      .min(100)
      .max(600_000)
      .default(30_000)
      .describe("How long an answer to somebody who asks for a contact log may wait for it."),
    maxWaiting: z
      .int()
      .min(1)
      .max(1_000)
      .default(50)
      .describe("Callers served at once who ask for a contact log; the next is told to come back (429)."),
    showLogs: z
      .boolean()
      .default(false)
      .describe("The page shows the text of contact logs that wait or died; never a transcript."),
  })
  .prefault({})
  .describe("Where /healthz, /readyz, /status and /metrics are served.");

/** Where a daemon keeps its state and answers, for commands that only look: no secret is needed, none is read. */
export interface Places {
  readonly stateFile: string;
  readonly http: { readonly host: string; readonly port: number };
}

/** @throws ConfigError where the file cannot be read or these two sections are wrong */
export function loadPlaces(
  file: string,
  flags: { readonly state?: string },
  environment: NodeJS.ProcessEnv = processEnvironment(),
): Places {
  const path = resolve(file);
  const references = new References(dirname(path), environment);
  const json = readJson(path);
  const { state: stateSection, http: httpSection } = (json ?? {}) as { state?: unknown; http?: unknown };
  const sections = { state: stateSection, http: httpSection };
  const raw = override(references.interpolate(sections, []), { ...flags, brands: [], dryRun: false });
  const parsed = z.object({ state, http }).safeParse(raw, { error: inWords });
  const problems = [
    ...references.problems,
    ...(parsed.success ? [] : parsed.error.issues.flatMap(describeIssue)),
  ];
  if (problems.length > 0 || !parsed.success) throw new ConfigError(problems);
  return { stateFile: resolve(dirname(path), parsed.data.state.file), http: parsed.data.http };
}
