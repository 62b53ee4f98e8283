import { Writable } from "node:stream";
import { WriteStream } from "node:tty";
import pino, { type Logger } from "pino";
import pretty from "pino-pretty";
import type { Redactor } from "./redact.ts";

export const logLevels = ["trace", "debug", "info", "warn", "error", "silent"] as const;
export type LogLevel = (typeof logLevels)[number];
export const logFormats = ["json", "pretty"] as const;
export type LogFormat = (typeof logFormats)[number];

export interface LogOptions {
  readonly level: LogLevel;
  readonly format: LogFormat;
  readonly redactor: Redactor;
  /** Where lines go; standard error by default, so that standard output stays for data. */
  readonly to?: NodeJS.WritableStream;
}

// What JSON leaves as it is and a terminal obeys, or shows in another order: C1 controls, line separators, directions.
const unshown = /[\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/g;
const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`;

/** One JSON line a business event, or the same for people; written synchronously, so that the last line is there. */
export function createLog({ level, format, redactor, to = process.stderr }: LogOptions): Logger {
  const sink = new Writable({
    decodeStrings: false,
    write(chunk: string | Buffer, _encoding, done) {
      to.write(redactor.clean(chunk.toString()).replace(unshown, escaped));
      done();
    },
  });
  const stream =
    format === "pretty"
      ? pretty({
          destination: sink,
          // A terminal that takes colours, and a person who wants them (NO_COLOR).
          colorize: to instanceof WriteStream && to.hasColors(),
          sync: true,
          ignore: "pid,hostname",
        })
      : sink;
  return pino({ level, base: undefined, timestamp: pino.stdTimeFunctions.isoTime }, stream);
}

export type { Logger } from "pino";
