import type { Writable } from "node:stream";
import { z } from "zod";
import { withoutEvidence } from "../contact-log.ts";
import { causeOf, Transient } from "../errors.ts";
import { abortable } from "../time.ts";
import type { Destination, DestinationContext } from "./destination.ts";
import { destinationId } from "./id.ts";

export const stdoutSchema = z.strictObject({
  kind: z.literal("stdout").describe("One JSON line a contact log, on standard output."),
  id: destinationId,
  evidence: z.boolean().default(false),
});

export type StdoutOptions = z.output<typeof stdoutSchema>;

/**
 * Writes each contact log as a JSON line to standard output. What a reader has taken cannot be asked for, so that a
 * crash between the line and the ledger writes it a second time: at least once. A reader that went away is Transient.
 * @param to in place of standard output
 */
export function createStdout(
  { id, evidence }: StdoutOptions,
  { ambiguous }: DestinationContext,
  to: Writable = process.stdout,
): Destination {
  return {
    id,
    name: "standard output",
    ambiguous,
    render: (log) => ({ body: JSON.stringify(evidence ? log : withoutEvidence(log)) }),
    async post({ body }, signal) {
      await abortable(written(to, `${body}\n`), signal);
      return { status: 200, alreadyThere: false };
    },
    has: undefined,
    async [Symbol.asyncDispose]() {},
  };
}

async function written(to: Writable, line: string): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    to.write(line, (error) => {
      if (!error) return resolve();
      const sentence = `standard output: nobody reads it any more (${causeOf(error)})`;
      reject(new Transient("stdout_closed", sentence, undefined, error));
    });
  });
}
