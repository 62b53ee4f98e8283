import { aheadOf, parseJson } from "./answer.ts";
import type { Sdk } from "./sdk.ts";
import type { Ask } from "./writing.ts";

/** A call that changes nothing, made to learn whether the OAuth client may make it. */
export interface Probe {
  readonly id: string;
  /** What its role has to allow (PROTOCOL §3). */
  readonly permission: string;
  readonly what: string;
  /** @param nobody a UUID that nothing has: where the call is allowed, the answer is 404, or an empty list */
  ask(sdk: Sdk, nobody: string): Promise<unknown>;
}

const minuteMs = 60_000;

/** One a permission that every run needs. Those of destinations are the destinations' own affair. */
export const probes: readonly Probe[] = [
  {
    id: "queues",
    permission: "routing:queue:view",
    what: "the list of queues",
    ask: (sdk) => sdk.routing.getRoutingQueues({ pageSize: 1, pageNumber: 1 }),
  },
  {
    id: "conversations",
    permission: "conversation:communication:view",
    what: "conversations",
    ask: (sdk, nobody) => sdk.conversations.getConversation(nobody),
  },
  {
    id: "messages",
    permission: "conversation:message:view or conversation:webmessaging:view",
    what: "the texts of messages",
    ask: (sdk, nobody) => sdk.conversations.postConversationsMessageMessagesBulk(nobody, { body: [nobody] }),
  },
  {
    id: "transcripts",
    permission: "recording:recording:view and speechAndTextAnalytics:data:view",
    what: "transcripts of calls",
    ask: (sdk, nobody) =>
      sdk.speech.getSpeechandtextanalyticsConversationCommunicationTranscripturl(nobody, nobody),
  },
  {
    id: "history",
    permission: "analytics:conversationDetail:view",
    what: "the history of conversations",
    ask(sdk) {
      const query = {
        interval: lastMinute().join("/"),
        order: "desc",
        orderBy: "conversationEnd",
        paging: { pageSize: 1, pageNumber: 1 },
      };
      return sdk.conversations.postAnalyticsConversationsDetailsQuery(query as never);
    },
  },
  {
    id: "transcript-search",
    permission: "analytics:conversationDetail:view or recording:recording:view",
    what: "the search for transcripts",
    ask(sdk) {
      const [startValue, endValue] = lastMinute();
      const request = {
        types: ["transcripts"],
        pageSize: 1,
        pageNumber: 1,
        returnFields: ["conversationId"],
        query: [
          {
            type: "DATE_RANGE",
            fields: ["conversationStartTime"],
            startValue: startValue.slice(0, 19),
            endValue: endValue.slice(0, 19),
            dateFormat: "yyyy-MM-dd'T'HH:mm:ss",
          },
        ],
      };
      return sdk.speech.postSpeechandtextanalyticsTranscriptsSearch(request as never);
    },
  },
];

function lastMinute(): [string, string] {
  const now = Date.now();
  return [new Date(now - minuteMs).toISOString(), new Date(now).toISOString()];
}

/** What the platform says of the token it gave: whether it takes it, and how far our clock is ahead of its own. */
export async function askWhoIAm(
  ask: Ask,
  signal: AbortSignal,
): Promise<{ readonly status: number; readonly aheadMs: number | undefined }> {
  const askedAt = Date.now();
  const answer = await ask("token", signal, (sdk) => sdk.tokens.getTokensMe());
  return { status: answer.status, aheadMs: aheadOf(answer, askedAt, Date.now()) };
}

/** How many notification channels this OAuth client has. Throws Transient. */
export async function countChannels(ask: Ask, signal: AbortSignal): Promise<number> {
  const what = "notification channels";
  const answer = await ask(what, signal, (sdk) =>
    sdk.notifications.getNotificationsChannels({ includechannels: "oauthclient" }),
  );
  const { entities } = parseJson(answer, what) as { entities?: unknown };
  return Array.isArray(entities) ? entities.length : 0;
}
