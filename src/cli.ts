#!/usr/bin/env node
import { CommanderError } from "commander";
import { createProgram } from "./cli/program.ts";
import { ConfigError, ContactlogdError } from "./errors.ts";

/** sysexits.h: EX_CONFIG. */
const wrongConfiguration = 78;
const failed = 1;
const sameSignalMs = 100;

const stop = new AbortController();
const stopped = new Promise<void>((resolve) => {
  stop.signal.addEventListener("abort", () => resolve(), { once: true });
});
const abort = new AbortController();
/** Somebody wants the configuration read again. */
const reload = new EventTarget();
/** What a hangup asks of the command that runs: `run` reads its configuration again, any other ends. */
let onHangup: () => void = onSignal;
for (const signal of ["SIGTERM", "SIGINT"] as const) process.on(signal, onSignal);
process.on("SIGHUP", () => onHangup());
// Left to Node it opens the inspector, a port on which anybody of this machine may run code in this process.
process.on("SIGUSR1", () => {});
let toldAt: number | undefined;
/** The first asks to drain, a second one not to. npm hands one signal on twice: at once is not a second time. */
function onSignal(): void {
  const now = performance.now();
  if (toldAt !== undefined && now - toldAt > sameSignalMs) abort.abort();
  toldAt ??= now;
  stop.abort();
}
function reloadOnHangup(): void {
  onHangup = () => reload.dispatchEvent(new Event("reload"));
}
// Commands are imported when they are called: a signal during start-up finds its handler in place.
// A reader of our output that went away (`| head`) is not an error of ours.
for (const stream of [process.stdout, process.stderr]) stream.on("error", () => {});

process.on("uncaughtException", (error) => process.exit(report(error)));
const exitCode = await main(process.argv);
await Promise.race([allRead(), stopped]);
process.exit(exitCode);

async function main(argv: readonly string[]): Promise<number> {
  try {
    const program = createProgram({ stop: stop.signal, abort: abort.signal, reload, reloadOnHangup });
    await program.parseAsync(argv);
    return 0;
  } catch (error) {
    return report(error);
  }
}

/** Settles when our output has left: a pipe takes so much at once, and what waits behind it would end with us. */
async function allRead(): Promise<void> {
  await Promise.all(
    [process.stdout, process.stderr].map((stream) => new Promise((resolve) => stream.write("", resolve))),
  );
}

/** One clear sentence a mistake, the reason as the last line, never a stack trace. */
function report(error: unknown): number {
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : wrongConfiguration;
  if (error instanceof ConfigError) {
    for (const problem of error.problems) process.stderr.write(`contactlogd: ${problem}\n`);
    return wrongConfiguration;
  }
  const sentence =
    error instanceof ContactlogdError ? error.message : `unforeseen error: ${nameAndPlace(error)}`;
  process.stderr.write(`contactlogd: ${sentence}\n`);
  return failed;
}

/** The kind of an error nobody foresaw and where it came from: its message may quote what must not be shown. */
function nameAndPlace(error: unknown): string {
  if (!(error instanceof Error)) return typeof error;
  const place = error.stack?.split("\n").find((line) => line.trim().startsWith("at "));
  return `${error.name}${place ? ` ${place.trim()}` : ""}`;
}
