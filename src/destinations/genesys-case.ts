import { z } from "zod";
import type { CaseOpening } from "../genesys/writing.ts";
import { cut } from "../text.ts";
import type { Destination, DestinationContext } from "./destination.ts";
import {
  conversationOf,
  externalContactsOf,
  missingContact,
  platformId,
  provePermissions,
} from "./genesys.ts";
import { noExternalContact } from "./genesys-contact-note.ts";
import { destinationId } from "./id.ts";
import { fieldsSchema, mapLog, usesCase } from "./mapping.ts";
import { markerOf } from "./prose.ts";

/** OpenAPI, CaseCreate.summary. */
const maxSummaryChars = 512;
const name = "Genesys cases";

export const caseSchema = z.strictObject({
  kind: z.literal("genesys-case"),
  id: destinationId,
  caseplanId: platformId.describe("The caseplan each case is made from."),
  ownerId: platformId.optional().describe("The user who owns the case; the caseplan decides where left out."),
  missing: missingContact,
  fields: fieldsSchema
    .optional()
    .refine((fields) => !usesCase(fields), { error: "must not use caseId: the case is only being made" }),
});

export type CaseOptions = z.output<typeof caseSchema>;

type Body = Omit<CaseOpening, "externalContactId">;

/**
 * Opens a case for each contact log: the description and our key are its summary, `fields` its intake. The platform
 * opens a second one for the same request, so before a repeat the conversation's cases are searched for the key.
 */
export function createCase(options: CaseOptions, { genesys }: DestinationContext): Destination {
  const { id, caseplanId, ownerId, missing, fields } = options;
  return {
    id,
    name,
    ambiguous: "repeat",
    render: (log) => {
      const marker = ` ${markerOf(log.key)}`;
      const body: Body = {
        caseplanId,
        conversationId: log.conversationId,
        summary: cut(log.description, maxSummaryChars - marker.length) + marker,
        ownerId,
        intake: fields && [{ data: mapLog(fields, log) }],
      };
      return { body: JSON.stringify(body) };
    },
    async post({ body }, signal) {
      const opening = JSON.parse(body) as Body;
      const [externalContactId] = externalContactsOf(await genesys.parties(opening.conversationId, signal));
      if (externalContactId !== undefined) {
        return {
          status: await genesys.openCase({ ...opening, externalContactId }, signal),
          alreadyThere: false,
        };
      }
      if (missing === "skip") return { status: 204, alreadyThere: false, leftOut: "no_external_contact" };
      throw noExternalContact(name);
    },
    has: ({ key }, signal) => genesys.hasCase(conversationOf(key), markerOf(key), signal),
    async check(signal) {
      const calls = ["conversation", "openCase", "readCase", "readAssociations"] as const;
      await provePermissions(name, genesys, calls, signal);
      return [];
    },
    async [Symbol.asyncDispose]() {},
  };
}
