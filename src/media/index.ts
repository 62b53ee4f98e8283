import type { AnalysisFiles } from "../aws/files.ts";
import { NotYet } from "../errors.ts";
import type { GenesysApi } from "../genesys/api.ts";
import type { Conversation, MediaArray } from "../genesys/conversation.ts";
import type { Queue } from "../genesys/payloads.ts";
import type { Contact, MediumName, OtherMedium } from "../model.ts";
import { clean } from "./clean.ts";
import { createContactLens } from "./contact-lens.ts";
import type { Ends, Found, LookContext, Media, Medium } from "./medium.ts";
import { createMessage } from "./message.ts";
import { unsupportedEnds } from "./unsupported.ts";
import { createVoice, type VoiceTiming } from "./voice.ts";

/** One line a kind of conversation. */
const registry = {
  voice: ({ api, timing, isCrowded }: MediaOptions) => createVoice(api, timing, isCrowded),
  message: ({ api }: MediaOptions) => createMessage(api),
} satisfies Record<MediumName, (options: MediaOptions) => Medium>;

/** Which platform array makes a conversation which medium, the first that is there; a callback with its call is a call. */
const mediumOfArray = [
  ["calls", "voice"],
  ["messages", "message"],
  ["callbacks", "callback"],
  ["emails", "email"],
  ["chats", "chat"],
] as const satisfies readonly (readonly [MediaArray, MediumName | OtherMedium])[];

export interface AllMedia extends Media {
  /**
   * Whether an event's snapshot looks like an end worth asking the platform about: a fingerprint of what seems to
   * have ended, equal for repeated snapshots; undefined where it goes on. Pure.
   */
  hint(snapshot: Conversation): string | undefined;
}

const unconfiguredPauseMs = 3_600_000;

export interface MediaOptions {
  readonly api: GenesysApi;
  readonly timing: VoiceTiming;
  /** More calls wait for their transcript than should ask one by one. */
  readonly isCrowded: () => boolean;
  readonly queue: (queueId: string, signal: AbortSignal) => Promise<Queue | undefined>;
  /** Where contacts of Amazon Connect have their words, where that is configured. */
  readonly contactLens?: AnalysisFiles | undefined;
}

export function createMedia(options: MediaOptions): AllMedia {
  const { api } = options;
  const media = { voice: registry.voice(options), message: registry.message(options) };
  const analysed = options.contactLens && createContactLens(options.contactLens);
  const mediumFor = (contact: Contact): Medium => {
    if (contact.medium === "voice" || contact.medium === "message") return media[contact.medium];
    throw new Error(`no words are fetched for ${contact.medium}`);
  };

  function ends(conversation: Conversation, context: LookContext): Ends {
    const name = mediumOf(conversation);
    if (name === undefined) return { found: [], rest: "open" };
    return name === "voice" || name === "message"
      ? media[name].ends(conversation, context)
      : unsupportedEnds(name, conversation, context);
  }

  return {
    hint(snapshot) {
      // Settled for ever: what is about to end counts, the debounce is the caller's.
      const { found, rest } = ends(snapshot, {
        heardAt: 0,
        now: Infinity,
        settleMs: 0,
        known: new Set(),
        live: true,
      });
      if (found.length > 0) return found.map(({ contact }) => contact.key).join(" ");
      return rest === "closing" ? "closing" : undefined;
    },
    async look(conversationId, context, signal) {
      const conversation = await api.getConversation(
        conversationId,
        context.live ? "live" : "history",
        signal,
      );
      if (!conversation) return undefined;
      const { found, ...rest } = ends(conversation, context);
      return { ...rest, found: await Promise.all(found.map((one) => withQueues(one, options, signal))) };
    },
    firstAskAt: (contact, now) => mediumFor(contact).firstAskAt(contact, now),
    async dialogue(contact, asking, signal) {
      const place = contact.origin === undefined ? mediumFor(contact) : (analysed ?? noPlace());
      const fetched = await place.fetch(contact, asking, signal);
      if (fetched.kind === "absent") return fetched;
      const { language, utterances, confidence, summary } = fetched;
      const dialogue = clean(contact.medium as MediumName, language, utterances, confidence);
      return summary === undefined ? dialogue : { ...dialogue, summary };
    },
  };
}

/** It waits for a run that is configured for it again. */
function noPlace(): never {
  throw new NotYet(
    "not_configured",
    "analysis file: sources.contactLens is not configured any more",
    Date.now() + unconfiguredPauseMs,
  );
}

/** Adds what the queues say: the name that decides the brand, and whether calls in them are transcribed. */
async function withQueues(
  { contact, facts }: Found,
  { queue }: MediaOptions,
  signal: AbortSignal,
): Promise<Found> {
  const own = facts.queueId === undefined ? undefined : await queue(facts.queueId, signal);
  const queueIds = new Set(contact.agents.flatMap(({ queueId }) => queueId ?? []));
  const queues = await Promise.all([...queueIds].map((id) => queue(id, signal)));
  const transcribed = queues.length === 0 || queues.some((one) => one?.enableTranscription !== false);
  return {
    contact: { ...contact, transcribed },
    facts: { ...facts, queueName: own?.name ?? facts.queueName },
  };
}

function mediumOf(conversation: Conversation): MediumName | OtherMedium | undefined {
  const seen = new Set(
    conversation.participants.flatMap(({ communications }) => communications.map((one) => one.media)),
  );
  return mediumOfArray.find(([array]) => seen.has(array))?.[1];
}
