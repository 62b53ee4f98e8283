import type { GenesysApi } from "../genesys/api.ts";
import type { Conversation, MediaArray } from "../genesys/payloads.ts";
import type { Contact, MediumName, OtherMedium } from "../model.ts";
import { clean } from "./clean.ts";
import type { Ends, LookContext, Media, Medium } from "./medium.ts";
import { createMessage } from "./message.ts";
import { unsupportedEnds } from "./unsupported.ts";
import { createVoice, type VoiceTiming } from "./voice.ts";

/** One line a kind of conversation. */
const registry = {
  voice: (api: GenesysApi, timing: VoiceTiming) => createVoice(api, timing),
  message: (api: GenesysApi) => createMessage(api),
} satisfies Record<MediumName, (api: GenesysApi, timing: VoiceTiming) => Medium>;

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

export interface MediaOptions {
  readonly api: GenesysApi;
  readonly timing: VoiceTiming;
  readonly queueName: (queueId: string, signal: AbortSignal) => Promise<string | undefined>;
}

export function createMedia({ api, timing, queueName }: MediaOptions): AllMedia {
  const media = { voice: registry.voice(api, timing), message: registry.message(api) };
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
      const { found, rest } = ends(snapshot, { heardAt: 0, now: Infinity, settleMs: 0, known: new Set() });
      if (found.length > 0) return found.map(({ contact }) => contact.key).join(" ");
      return rest === "closing" ? "closing" : undefined;
    },
    async look(conversationId, context, signal) {
      const conversation = await api.getConversation(conversationId, "live", signal);
      if (!conversation) return undefined;
      const { found, ...rest } = ends(conversation, context);
      const named = found.map(async ({ contact, facts }) => ({
        contact,
        facts: { ...facts, queueName: facts.queueId && (await queueName(facts.queueId, signal)) },
      }));
      return { ...rest, found: await Promise.all(named) };
    },
    firstAskAt: (contact, now) => mediumFor(contact).firstAskAt(contact, now),
    async dialogue(contact, asks, signal) {
      const fetched = await mediumFor(contact).fetch(contact, asks, signal);
      if (fetched.kind === "absent") return fetched;
      return clean(contact.medium as MediumName, fetched.language, fetched.utterances);
    },
  };
}

function mediumOf(conversation: Conversation): MediumName | OtherMedium | undefined {
  const seen = new Set(
    conversation.participants.flatMap(({ communications }) => communications.map((one) => one.media)),
  );
  return mediumOfArray.find(([array]) => seen.has(array))?.[1];
}
