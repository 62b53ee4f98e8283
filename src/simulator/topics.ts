const id = "[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}";
const media =
  "(?:callbacks|calls|chats|cobrowseSessions|emails|messages|screenshares|socialexpressions|videos)";
const detail = "(?:user|customer|acd|flow)\\.(?:start|end)|acw|wrapup|attributes";

/** The topics this platform knows, as the official topic map writes them. No topic takes a wildcard or several ids. */
const known = [
  `v2\\.routing\\.queues\\.${id}\\.conversations(?:\\.${media})?`,
  `v2\\.routing\\.queues\\.${id}\\.users`,
  `v2\\.users\\.${id}\\.conversations(?:\\.${media}|\\.summaries)?`,
  `v2\\.detail\\.events\\.conversation\\.${id}\\.(?:${detail})`,
  `v2\\.conversations\\.${id}\\.transcription`,
  `v2\\.speechandtextanalytics\\.conversation\\.${id}\\.(?:topics|sentiment|empathy)`,
  `v2\\.speechandtextanalytics\\.conversations\\.${id}\\.categories`,
  `v2\\.analytics\\.conversation\\.${id}\\.metrics`,
  "v2\\.analytics\\.conversations\\.details\\.jobs\\.availability",
].map((pattern) => new RegExp(`^${pattern}$`));

/** Genesys notification docs: a combined topic counts as one, and has at most this many characters. */
export const maxTopicLength = 200;

/**
 * The names a topic delivers under: `prefix?a&b` (combined topic) delivers `prefix.a` and `prefix.b`, any other
 * itself. Undefined where the platform would call it invalid.
 */
export function expandTopic(topic: string): string[] | undefined {
  if (topic.length > maxTopicLength) return undefined;
  const [prefix = "", suffixes, ...rest] = topic.split("?");
  if (rest.length > 0) return undefined;
  const names =
    suffixes === undefined ? [prefix] : suffixes.split("&").map((suffix) => `${prefix}.${suffix}`);
  return names.every((name) => known.some((pattern) => pattern.test(name))) ? names : undefined;
}
