const id = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";

export interface KnownTopic {
  /** As the official topic map writes it, `{id}` where an id stands. */
  readonly name: string;
  readonly permissions: readonly string[];
  /** What the id is of; none where the topic has no id. */
  readonly parameter: "queueId" | "userId" | "conversationId" | undefined;
  /** EventBridge has a topic for the whole organisation; over a WebSocket each needs its id. */
  readonly eventBridge: boolean;
}

const media = [
  "callbacks",
  "calls",
  "chats",
  "cobrowseSessions",
  "emails",
  "messages",
  "screenshares",
  "socialexpressions",
  "videos",
];
const detail = [
  ...["user", "customer", "acd", "flow"].flatMap((who) => [`${who}.start`, `${who}.end`]),
  "acw",
  "wrapup",
  "attributes",
];

const communication = "conversation:communication:view";
const analytics = "analytics:conversationDetail:view";
const speech = "speechAndTextAnalytics:data:view";

/** The topics this platform knows. Permissions are the official ones where they are documented, else likely. */
export const knownTopics: readonly KnownTopic[] = [
  ...["", ...media.map((name) => `.${name}`)].flatMap((suffix) => [
    topic(`v2.routing.queues.{id}.conversations${suffix}`, communication, "queueId"),
    topic(`v2.users.{id}.conversations${suffix}`, communication, "userId"),
  ]),
  topic("v2.routing.queues.{id}.users", "routing:queue:view", "queueId"),
  topic("v2.users.{id}.conversations.summaries", "conversation:summary:view", "userId", true),
  ...detail.map((name) =>
    topic(`v2.detail.events.conversation.{id}.${name}`, analytics, "conversationId", true),
  ),
  topic("v2.conversations.{id}.transcription", "conversation:transcription:view", "conversationId", true),
  ...["topics", "sentiment", "empathy"].map((name) =>
    topic(`v2.speechandtextanalytics.conversation.{id}.${name}`, speech, "conversationId", true),
  ),
  topic("v2.speechandtextanalytics.conversations.{id}.categories", speech, "conversationId", true),
  topic("v2.analytics.conversation.{id}.metrics", analytics, "conversationId", true),
  topic("v2.analytics.conversations.details.jobs.availability", analytics, undefined, true),
];

function topic(
  name: string,
  permission: string,
  parameter: KnownTopic["parameter"],
  eventBridge = false,
): KnownTopic {
  return { name, permissions: [permission], parameter, eventBridge };
}

/** No topic takes a wildcard or several ids. */
const valid = new RegExp(
  `^(?:${knownTopics.map(({ name }) => name.replaceAll(".", "\\.").replace("{id}", id)).join("|")})$`,
);

/** Genesys notification docs: a combined topic counts as one, and has at most this many characters. */
export const maxTopicLength = 200;

/**
 * The names a topic delivers under: `prefix?a&b` (combined topic) delivers `prefix.a` and `prefix.b`, any other
 * itself. Undefined where the platform would call it invalid.
 */
export function expandTopic(topicName: string): string[] | undefined {
  if (topicName.length > maxTopicLength) return undefined;
  const [prefix = "", suffixes, ...rest] = topicName.split("?");
  if (rest.length > 0) return undefined;
  const names =
    suffixes === undefined ? [prefix] : suffixes.split("&").map((suffix) => `${prefix}.${suffix}`);
  return names.every((name) => valid.test(name)) ? names : undefined;
}
