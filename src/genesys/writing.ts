import { Permanent, Transient } from "../errors.ts";
import type { HttpAnswer } from "../http.ts";
import { type Deed, expectSuccess, maybeDone, parseJson } from "./answer.ts";
import { notGiven, permissions } from "./permissions.ts";
import type { Sdk } from "./sdk.ts";
import {
  type Party,
  parseAssociations,
  parseCase,
  parseIds,
  parseNotes,
  parseParties,
  parsePermissions,
  parseWrapup,
  type Wrapup,
  type WrapupMedia,
} from "./written.ts";

/** One authenticated call within the rate limit, whatever the answer; `GenesysApi` makes it. */
export type Ask = (
  what: string,
  signal: AbortSignal,
  ask: (sdk: Sdk) => Promise<unknown>,
) => Promise<HttpAnswer>;

/** Page size and pages the platform lists of a contact's notes: the first 1,000 (OpenAPI). */
const notePageSize = 100;
const maxNotePages = 10;
const associationPageSize = 100;
const maxAssociationPages = 5;
/** Clocks differ: a note from a little before the conversation began may still be ours. */
const clockToleranceMs = 86_400_000;

/** An agent's communication, which a wrap-up belongs to. */
export interface WrapupPlace {
  readonly conversationId: string;
  readonly participantId: string;
  readonly communicationId: string;
  readonly media: WrapupMedia;
}

export interface CaseOpening {
  readonly caseplanId: string;
  readonly externalContactId: string;
  readonly conversationId: string;
  readonly summary: string;
  readonly ownerId?: string | undefined;
  readonly intake?: readonly { readonly data: Readonly<Record<string, unknown>> }[] | undefined;
}

/**
 * What contact logs become on the platform itself: notes, attributes, cases, wrap-ups, data actions (PROTOCOL §7).
 * Each method is one call or a bounded number of them, and none repeats by itself. Writes throw Ambiguous where the
 * answer was lost; see `expectSuccess` for the rest.
 */
export class Writing {
  readonly #ask: Ask;

  constructor(ask: Ask) {
    this.#ask = ask;
  }

  /** Who takes part. Throws Permanent (`conversation_gone`) where the platform does not know the conversation any more. */
  async parties(conversationId: string, signal: AbortSignal): Promise<Party[]> {
    const deed = reading("conversation", permissions.conversation);
    const found = await this.#find(deed, signal, (sdk) => sdk.conversations.getConversation(conversationId));
    if (found !== undefined) return parseParties(found);
    throw new Permanent("conversation_gone", "conversation: the platform does not know it any more");
  }

  /** @param noteText 1 to 32,000 characters */
  async addNote(contactId: string, noteText: string, signal: AbortSignal): Promise<number> {
    const deed = writing("external contact's note", permissions.writeNote);
    return await this.#write(deed, signal, (sdk) =>
      sdk.externalContacts.postExternalcontactsContactNotes(contactId, { noteText } as never),
    );
  }

  /**
   * Whether a contact, or one that was merged into it, has a note that holds `marker`, made at `since` (epoch
   * milliseconds) or later; newest first, so that this is one page as a rule. Throws Transient where the list is
   * not whole, Permanent (`uncertain`) where there are more notes than the platform lists.
   */
  async hasNote(contactId: string, marker: string, since: number, signal: AbortSignal): Promise<boolean> {
    const deed = reading("external contact's notes", permissions.readNotes);
    for (let pageNumber = 1; pageNumber <= maxNotePages; pageNumber++) {
      const options = {
        pageSize: notePageSize,
        pageNumber,
        sortOrder: "createDate:desc",
        expand: ["mergeset"],
      };
      const body = await this.#find(deed, signal, (sdk) =>
        sdk.externalContacts.getExternalcontactsContactNotes(contactId, options),
      );
      if (body === undefined) return false;
      const { entities, pageCount, partialResults } = parseNotes(body);
      if (entities.some(({ noteText }) => noteText.includes(marker))) return true;
      if (partialResults) throw new Transient("lookup_failed", `${deed.what}: the list is not whole`);
      const older = entities.some(({ createDate }) => (createDate ?? Infinity) < since - clockToleranceMs);
      if (older || entities.length === 0 || pageNumber >= pageCount) return false;
    }
    throw new Permanent(
      "uncertain",
      `${deed.what}: more than the platform lists; look whether ours is there`,
    );
  }

  /** Executes a data action. @returns what it answers */
  async execute(actionId: string, input: object, signal: AbortSignal): Promise<HttpAnswer> {
    const deed = writing("data action", permissions.executeAction);
    return await this.#done(deed, signal, (sdk) =>
      sdk.integrations.postIntegrationsActionExecute(actionId, input),
    );
  }

  /** Executes a data action that only looks something up. @returns its output, parsed */
  async query(actionId: string, input: object, signal: AbortSignal): Promise<unknown> {
    const deed = reading("data action that looks up", permissions.executeAction);
    const answer = await this.#done(deed, signal, (sdk) =>
      sdk.integrations.postIntegrationsActionExecute(actionId, input),
    );
    return parseJson(answer, deed.what);
  }

  async hasAction(actionId: string, signal: AbortSignal): Promise<boolean> {
    const deed = reading("data action", permissions.readAction);
    const found = await this.#find(deed, signal, (sdk) => sdk.integrations.getIntegrationsAction(actionId));
    return found !== undefined;
  }

  async openCase(opening: CaseOpening, signal: AbortSignal): Promise<number> {
    const deed = writing("case", permissions.openCase);
    return await this.#write(deed, signal, (sdk) => sdk.cases.postCasemanagementCases(opening as never));
  }

  /** Whether a conversation has a case whose summary holds `marker`, and whose making did not fail. */
  async hasCase(conversationId: string, marker: string, signal: AbortSignal): Promise<boolean> {
    const deed = reading("case", permissions.readCase);
    for (const caseId of await this.#casesOf(conversationId, signal)) {
      const body = await this.#find(deed, signal, (sdk) => sdk.cases.getCasemanagementCase(caseId));
      if (body === undefined) continue;
      const { summary, creationStatus } = parseCase(body);
      if (summary.includes(marker) && creationStatus !== "Failed") return true;
    }
    return false;
  }

  /** Merges into a participant's attributes. */
  async setAttributes(
    conversationId: string,
    participantId: string,
    attributes: Readonly<Record<string, string>>,
    signal: AbortSignal,
  ): Promise<number> {
    const deed = writing("participant's attributes", undefined);
    return await this.#write(deed, signal, (sdk) =>
      sdk.conversations.patchConversationParticipantAttributes(conversationId, participantId, { attributes }),
    );
  }

  /** The wrap-up of an agent's communication; undefined where none was assigned. */
  async wrapup(place: WrapupPlace, signal: AbortSignal): Promise<Wrapup | undefined> {
    const { conversationId, participantId, communicationId } = place;
    const ids = [conversationId, participantId, communicationId] as const;
    const deed = reading("wrap-up", undefined);
    return parseWrapup(
      await this.#find(deed, signal, ({ conversations }) =>
        place.media === "calls"
          ? conversations.getConversationsCallParticipantCommunicationWrapup(...ids)
          : conversations.getConversationsMessageParticipantCommunicationWrapup(...ids),
      ),
    );
  }

  /** Assigns a wrap-up, over whatever is there. */
  async setWrapup(place: WrapupPlace, body: Wrapup, signal: AbortSignal): Promise<number> {
    const { conversationId, participantId, communicationId } = place;
    const ids = [conversationId, participantId, communicationId] as const;
    return await this.#write(writing("wrap-up", permissions.wrapUp), signal, ({ conversations }) =>
      place.media === "calls"
        ? conversations.postConversationsCallParticipantCommunicationWrapup(...ids, { body })
        : conversations.postConversationsMessageParticipantCommunicationWrapup(...ids, { body }),
    );
  }

  /**
   * Those of these wrap-up codes that do not exist, or are in a division the client has no part in. One call each: the
   * SDK sends a list as one value.
   */
  async unknownWrapupCodes(ids: readonly string[], signal: AbortSignal): Promise<string[]> {
    const deed = reading("wrap-up codes", permissions.readWrapupCodes);
    const unknown: string[] = [];
    for (const id of ids) {
      const answer = await this.#done(deed, signal, (sdk) => sdk.routing.getRoutingWrapupcodes({ id: [id] }));
      if (!parseIds(parseJson(answer, deed.what), deed.what).includes(id)) unknown.push(id);
    }
    return unknown;
  }

  /**
   * Those of these permissions that the client's roles do not give in any division. Where the platform lists no roles
   * at all nothing is known, and none is said to be missing.
   */
  async missingPermissions(wanted: readonly string[], signal: AbortSignal): Promise<string[]> {
    const deed = reading("permissions", undefined);
    const answer = await this.#done(deed, signal, (sdk) => sdk.users.getAuthorizationSubjectsMe());
    return notGiven(wanted, parsePermissions(parseJson(answer, deed.what)));
  }

  async #casesOf(conversationId: string, signal: AbortSignal): Promise<ReadonlySet<string>> {
    const deed = reading("case associations", permissions.readAssociations);
    const caseIds = new Set<string>();
    for (let after: string | undefined, page = 0; page < maxAssociationPages; page++) {
      const query = {
        conversationId,
        pageSize: associationPageSize,
        ...(after === undefined ? {} : { after }),
      };
      const answer = await this.#done(deed, signal, (sdk) =>
        sdk.cases.postCasemanagementCasesAssociationsQuery(query),
      );
      const found = parseAssociations(parseJson(answer, deed.what));
      for (const caseId of found.caseIds) caseIds.add(caseId);
      after = found.after;
      if (after === undefined || found.caseIds.length === 0) break;
    }
    return caseIds;
  }

  /** The status alone says whether it was done. */
  async #write(deed: Deed, signal: AbortSignal, ask: (sdk: Sdk) => Promise<unknown>): Promise<number> {
    return (await this.#done(deed, signal, ask)).status;
  }

  /** Undefined for 404, and for a success without a body. */
  async #find(deed: Deed, signal: AbortSignal, ask: (sdk: Sdk) => Promise<unknown>): Promise<unknown> {
    const answer = await this.#ask(deed.what, signal, ask);
    if (answer.status === 404) return undefined;
    expectSuccess(answer, deed);
    return answer.text === "" ? undefined : parseJson(answer, deed.what);
  }

  async #done(deed: Deed, signal: AbortSignal, ask: (sdk: Sdk) => Promise<unknown>): Promise<HttpAnswer> {
    const answer = await this.#ask(deed.what, signal, async (sdk) => {
      try {
        return await ask(sdk);
      } catch (error) {
        throw deed.writes ? maybeDone(error) : error;
      }
    });
    expectSuccess(answer, deed);
    return answer;
  }
}

function reading(what: string, permission: string | undefined): Deed {
  return { what, permission, writes: false };
}

function writing(what: string, permission: string | undefined): Deed {
  return { what, permission, writes: true };
}
