import { z } from "zod";
import { maxCommentChars, openCases } from "../aws/cases.ts";
import { placeShape } from "../aws/place.ts";
import { Permanent, Transient } from "../errors.ts";
import type { Destination } from "./destination.ts";
import { destinationId } from "./id.ts";
import { perCaseOf, perCaseShape } from "./per-case.ts";
import { markerOf, textOf } from "./prose.ts";

export const connectCasesSchema = z.strictObject({
  kind: z.literal("connect-cases"),
  id: destinationId,
  domainId: z.string().regex(/^[\w-]{1,500}$/, "must be the id of an Amazon Connect Cases domain"),
  ...placeShape,
  timeoutMs: z
    .int()
    .min(1)
    .max(600_000)
    .default(10_000)
    .describe("Deadline of one post, from first byte to last."),
  ...perCaseShape,
});

export type ConnectCasesOptions = z.output<typeof connectCasesSchema>;

/** What a comment is made of, as it is kept. */
interface Comment {
  readonly caseId: string;
  readonly text: string;
}

/**
 * Comments on Amazon Connect cases, one a case. The call that makes one has no client token: the contact's key stands
 * in the first line, and before a repeat the case's comments are searched for it.
 * @throws Fatal where the AWS SDK's package is not installed
 */
export function createConnectCases(options: ConnectCasesOptions): Destination {
  const { id, domainId } = options;
  const cases = openCases(options, "destination kind connect-cases");
  return {
    id,
    name: `Connect Cases ${domainId}`,
    // Of no use while it can be asked.
    ambiguous: "park",
    perCase: perCaseOf(options),
    render(log, link) {
      if (link === undefined) throw new Permanent("no_case_link", "connect-cases: only a case has comments");
      const comment: Comment = { caseId: link.caseId, text: textOf(log, maxCommentChars) };
      return { body: JSON.stringify(comment) };
    },
    async post({ body }, signal) {
      const { caseId, text } = JSON.parse(body) as Comment;
      try {
        await cases.comment(caseId, text, signal);
      } catch (error) {
        throw asDestination(error);
      }
      return { status: 200, alreadyThere: false };
    },
    async has({ key }, signal) {
      const [contactKey = "", ...rest] = key.split("#");
      const marker = markerOf(contactKey);
      const isOurs = (text: string): boolean => text.split("\n", 1)[0]?.includes(marker) === true;
      return await cases.hasComment(rest.join("#"), isOurs, signal);
    },
    async [Symbol.asyncDispose]() {
      cases.close();
    },
  };
}

/** To be asked for patience is the answer of a healthy destination. */
function asDestination(error: unknown): unknown {
  if (!(error instanceof Transient) || error.reason !== "rate_limited") return error;
  return new Transient("destination_rate_limited", error.message, error.notBefore, error);
}
