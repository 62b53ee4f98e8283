import { z } from "zod";
import { Permanent } from "../errors.ts";
import type { Destination, DestinationContext } from "./destination.ts";
import { conversationOf, externalContactsOf, missingContact, provePermissions } from "./genesys.ts";
import { destinationId } from "./id.ts";
import { markerOf, textOf } from "./prose.ts";

/** OpenAPI, Note.noteText. */
const maxNoteChars = 32_000;
const name = "Genesys external contact's notes";

export const contactNoteSchema = z.strictObject({
  kind: z.literal("genesys-contact-note"),
  id: destinationId,
  missing: missingContact,
});

export type ContactNoteOptions = z.output<typeof contactNoteSchema>;

/** What the call needs, as it is kept. */
interface Body {
  readonly conversationId: string;
  /** ISO 8601: no note of ours is older. */
  readonly startedAt: string;
  readonly noteText: string;
}

/**
 * A note on the external contact the customer was recognised as; on the first, where a conversation knows several: one
 * log is one note. The platform takes the same note twice, so its first line carries our key, and before a repeat the
 * notes of every contact the conversation knows are searched for it.
 */
export function createContactNote(
  { id, missing }: ContactNoteOptions,
  { genesys }: DestinationContext,
): Destination {
  return {
    id,
    name,
    ambiguous: "repeat",
    render: (log) => {
      const { conversationId, startedAt } = log;
      const body: Body = { conversationId, startedAt, noteText: textOf(log, maxNoteChars) };
      return { body: JSON.stringify(body) };
    },
    async post({ body }, signal) {
      const { conversationId, noteText } = JSON.parse(body) as Body;
      const [contactId] = externalContactsOf(await genesys.parties(conversationId, signal));
      if (contactId !== undefined) {
        return { status: await genesys.addNote(contactId, noteText, signal), alreadyThere: false };
      }
      if (missing === "skip") return { status: 204, alreadyThere: false, leftOut: "no_external_contact" };
      throw noExternalContact(name);
    },
    async has({ key, body }, signal) {
      const since = body === "" ? 0 : Date.parse((JSON.parse(body) as Body).startedAt);
      const parties = await genesys.parties(conversationOf(key), signal);
      for (const contactId of externalContactsOf(parties)) {
        if (await genesys.hasNote(contactId, markerOf(key), since, signal)) return true;
      }
      return false;
    },
    async check(signal) {
      await provePermissions(name, genesys, ["conversation", "readNotes", "writeNote"], signal);
      return [];
    },
    async [Symbol.asyncDispose]() {},
  };
}

/** The customer was not recognised: a person can link the contact, and replay the dead letter. */
export function noExternalContact(what: string): Permanent {
  return new Permanent(
    "no_external_contact",
    `${what}: the customer is no external contact; link one to the conversation, or set missing to "skip"`,
  );
}
