import { z } from "zod";
import { connectCasesSchema, createConnectCases } from "./connect-cases.ts";
import type { Destination, DestinationContext } from "./destination.ts";
import { createFile, fileSchema } from "./file.ts";
import { attributesSchema, createAttributes } from "./genesys-attributes.ts";
import { caseSchema, createCase } from "./genesys-case.ts";
import { contactNoteSchema, createContactNote } from "./genesys-contact-note.ts";
import { createDataAction, dataActionSchema } from "./genesys-data-action.ts";
import { createWrapup, wrapupSchema } from "./genesys-wrapup.ts";
import { createHttp, httpSchema, httpSecrets, withHttpFiles } from "./http.ts";
import { createStdout, stdoutSchema } from "./stdout.ts";

/** One line a kind of destination, its schema and its maker. */
export const destinationSchema = z.discriminatedUnion("kind", [
  httpSchema,
  fileSchema,
  stdoutSchema,
  connectCasesSchema,
  contactNoteSchema,
  dataActionSchema,
  caseSchema,
  attributesSchema,
  wrapupSchema,
]);

export type DestinationOptions = z.output<typeof destinationSchema>;

type Makers = {
  [K in DestinationOptions["kind"]]: (
    options: Extract<DestinationOptions, { kind: K }>,
    context: DestinationContext,
  ) => Destination;
};

const makers: Makers = {
  http: createHttp,
  file: createFile,
  stdout: createStdout,
  "connect-cases": createConnectCases,
  "genesys-contact-note": createContactNote,
  "genesys-data-action": createDataAction,
  "genesys-case": createCase,
  "genesys-attributes": createAttributes,
  "genesys-wrapup": createWrapup,
};

/** @throws ConfigError where something its options name cannot be used */
export function createDestination(options: DestinationOptions, context: DestinationContext): Destination {
  return (makers[options.kind] as (options: DestinationOptions, context: DestinationContext) => Destination)(
    options,
    context,
  );
}

/** Every secret that stands in its options. */
export function destinationSecrets(options: DestinationOptions): readonly string[] {
  return options.kind === "http" ? httpSecrets(options) : [];
}

/** The same options, with the files they name where `resolve` says they are. */
export function withFiles(
  options: DestinationOptions,
  resolve: (path: string) => string,
): DestinationOptions {
  if (options.kind === "http") return withHttpFiles(options, resolve);
  return options.kind === "file" ? { ...options, path: resolve(options.path) } : options;
}
