import { NotYet } from "../errors.ts";
import type { GenesysApi } from "../genesys/api.ts";
import type { Conversation } from "../genesys/conversation.ts";
import type { Transcript } from "../genesys/words.ts";
import type { Contact, Leg } from "../model.ts";
import {
  agentsOf,
  customerNamesOf,
  endOf,
  factsOf,
  isOver,
  isPerson,
  legOf,
  type Stay,
  staysOf,
} from "./legs.ts";
import type { Ends, Fetched, LookContext, Medium, Utterance } from "./medium.ts";

export interface VoiceTiming {
  readonly transcriptFirstMs: number;
  readonly transcriptGiveUpMs: number;
}

/** Longest pause between two looks for a transcript that is late by hours. */
const longestPauseMs = 3_600_000;
const crowdedFactor = 8;
/** Asks after which the transcripts that are there are taken for all there will be. */
const patientAsks = 4;

/**
 * Calls, callbacks with their call included. A call is one contact, and it ends when nobody is connected any more:
 * an agent's leg that ends is a transfer, a decline, a no-answer as likely as the end (PROTOCOL §2.2).
 */
export function createVoice(api: GenesysApi, timing: VoiceTiming, isCrowded: () => boolean): Medium {
  return {
    ends,
    firstAskAt: (contact, now) => Math.min(contact.endedAt, now) + timing.transcriptFirstMs,
    async fetch(contact, { asks, live }, signal) {
      const priority = !live ? "history" : asks === 0 ? "live" : "waiting";
      const ask = async (party: Leg["party"]): Promise<(Transcript | undefined)[]> => {
        const answers: (Transcript | undefined)[] = [];
        for (const id of communicationsOf(contact.legs, party)) {
          answers.push(await api.getTranscript(contact.conversationId, id, priority, signal));
        }
        return answers;
      };
      // A transcript hangs on the customer's call id (official tutorial; PROTOCOL §3.3). Where that stays unknown, the
      // agents' are tried too, since recorded sessions differ from org to org.
      const customers = await ask("customer");
      const none = customers.every((one) => one === undefined);
      const answers = none && (customers.length === 0 || asks >= 2) ? await ask("agent") : customers;
      const transcripts = answers.filter((one) => one !== undefined);
      // A part of the words would be told as all of them: the other customer legs get some time to show theirs.
      const complete = transcripts.length === answers.length || asks >= patientAsks;
      if (transcripts.length > 0 && complete) return words(contact, transcripts);
      if (!contact.transcribed) return { kind: "absent", reason: "no_transcription" };
      const now = Date.now();
      if (now >= contact.endedAt + timing.transcriptGiveUpMs)
        return { kind: "absent", reason: "no_transcript" };
      throw new NotYet(
        "transcript",
        "transcript: not there yet",
        nextAskAt(contact.endedAt, now, timing, isCrowded()),
      );
    },
  };
}

/**
 * When to ask for a transcript again: the age of the contact doubles from one look to the next, from
 * `transcriptFirstMs` up to an hour's pause, with a last look at `transcriptGiveUpMs`. Where so many wait that one
 * search serves them all (`crowded`), each asks for itself far less often.
 */
export function nextAskAt(endedAt: number, now: number, timing: VoiceTiming, crowded = false): number {
  const age = Math.max(now - endedAt, timing.transcriptFirstMs);
  const pause = Math.min(crowded ? age * crowdedFactor : age, longestPauseMs);
  return Math.max(now + 1, Math.min(now + pause, endedAt + timing.transcriptGiveUpMs));
}

function ends(conversation: Conversation, { heardAt, now, settleMs, known }: LookContext): Ends {
  const stays = staysOf(conversation, ["calls", "callbacks"]);
  if (known.has(conversation.id)) return { found: [], rest: "done" };
  if (!isOver(conversation, stays)) {
    const customers = stays.filter(({ party }) => party === "customer");
    const gone = customers.length > 0 && customers.every(({ live }) => !live);
    return { found: [], rest: gone ? "closing" : "open" };
  }
  const endedAt = endOf(conversation, stays);
  const settledAt = Math.min(endedAt, heardAt) + settleMs;
  // Without the platform's own word that it ended, a moment in which nobody is connected has to last.
  if (conversation.endedAt === undefined && now < settledAt) {
    return { found: [], rest: "settling", lookAt: settledAt };
  }
  return {
    found: [{ contact: contactOf(conversation, stays, endedAt), facts: factsOf(conversation, stays) }],
    rest: "done",
  };
}

function contactOf(conversation: Conversation, stays: readonly Stay[], endedAt: number): Contact {
  const startedAt = conversation.startedAt ?? stays[0]?.from ?? endedAt;
  const calls = stays.filter(({ communication }) => communication.media === "calls");
  return {
    key: conversation.id,
    conversationId: conversation.id,
    medium: "voice",
    startedAt,
    endedAt,
    agents: agentsOf(stays),
    customerNames: customerNamesOf(stays),
    // A callback's own leg has no words: the call that came of it has.
    legs: (calls.length > 0 ? calls : stays).map((stay) => legOf(stay, endedAt)),
    transcribed: true,
    window: { from: startedAt, to: endedAt },
  };
}

function communicationsOf(legs: readonly Leg[], party: Leg["party"]): string[] {
  return [
    ...new Set(legs.filter((leg) => leg.party === party).map(({ communicationId }) => communicationId)),
  ];
}

function words(contact: Contact, transcripts: readonly Transcript[]): Fetched {
  const utterances = transcripts.flatMap((transcript) => {
    let last = contact.startedAt;
    return transcript.phrases.flatMap(({ text, at, external }): Utterance[] => {
      // A phrase without a time follows the one before it, and is an agent's if it is not the customer's.
      last = at ?? last;
      if (external) return [{ speaker: "customer", userId: undefined, at: last, text }];
      const speaker =
        at === undefined ? { userId: contact.agents[0]?.userId } : internalSpeaker(contact, transcript, at);
      return speaker === undefined ? [] : [{ speaker: "agent", userId: speaker.userId, at: last, text }];
    });
  });
  return {
    kind: "words",
    language: transcripts.find(({ language }) => language !== undefined)?.language,
    confidence: least(transcripts.flatMap(({ confidence }) => confidence ?? [])),
    utterances: utterances.sort((a, b) => a.at - b.at),
  };
}

function least(values: readonly number[]): number | undefined {
  return values.length === 0 ? undefined : Math.min(...values);
}

/**
 * Who spoke on the internal side: a phrase says only `internal`, the parties' times tell agent, IVR and queue apart.
 * Undefined is an automaton. Overlapping agents (consult, conference): the one who joined last.
 */
function internalSpeaker(
  contact: Contact,
  { parties }: Transcript,
  at: number,
): { userId: string | undefined } | undefined {
  const inFile = parties
    .map((party) => ({ ...party, isAgent: isAgent(party) }))
    .filter((one) => one.isAgent || (one.purpose !== "customer" && one.purpose !== "external"));
  // A file that knows of no agent cannot tell when one spoke: then it is the legs' times that do.
  const known: readonly Speaker[] = inFile.some((one) => one.isAgent)
    ? inFile
    : contact.legs
        .filter(({ party }) => party !== "customer")
        .map((leg) => ({ ...leg, isAgent: leg.party === "agent" }));
  const present = known.filter(({ from, to }) => from <= at && at <= to);
  const agent = present
    .filter((one) => one.isAgent)
    .toSorted((a, b) => a.from - b.from)
    .at(-1);
  if (agent) return { userId: agent.userId };
  if (present.length > 0) return undefined;
  // Between two legs: platform clocks differ by some hundred milliseconds. The nearest party spoke.
  const nearest = known.toSorted((a, b) => distance(a, at) - distance(b, at))[0];
  if (nearest === undefined) return { userId: contact.agents[0]?.userId };
  return nearest.isAgent ? { userId: nearest.userId } : undefined;
}

/** Somebody on the internal side, and when they were there. */
type Speaker = Pick<Leg, "userId" | "from" | "to"> & { readonly isAgent: boolean };

function isAgent({ purpose, userId }: Transcript["parties"][number]): boolean {
  return purpose === "agent" || purpose === "user" || (purpose !== "customer" && isPerson(purpose, userId));
}

function distance({ from, to }: Speaker, at: number): number {
  return at < from ? from - at : at - to;
}
