/** A JSON Schema (2020-12), as OpenAPI 3.1 has them. */
export type JsonSchema = Readonly<Record<string, unknown>>;

export const ref = (name: string): JsonSchema => ({ $ref: `#/components/schemas/${name}` });

const text = (description: string): JsonSchema => ({ type: "string", description });
const instant: JsonSchema = { type: "string", format: "date-time" };
const nullable = (type: string): JsonSchema => ({ type: [type, "null"] });
const count: JsonSchema = { type: "integer", minimum: 0 };
const share: JsonSchema = { type: "number", minimum: 0, maximum: 1 };
const texts: JsonSchema = { type: "array", items: { type: "string" } };
const id: JsonSchema = { type: "string", pattern: "^[\\w-]{1,100}$" };
const open: JsonSchema = { type: "object", additionalProperties: true };

/** An object whose named properties are all there, but for those in `optional`. */
function object(
  properties: Readonly<Record<string, JsonSchema>>,
  optional: readonly string[] = [],
): JsonSchema {
  const required = Object.keys(properties).filter((name) => !optional.includes(name));
  return { type: "object", properties, ...(required.length > 0 ? { required } : {}) };
}

const listOf = (items: JsonSchema, maxItems?: number): JsonSchema => ({
  type: "array",
  items,
  ...(maxItems === undefined ? {} : { minItems: 1, maxItems }),
});
const oneOrMore = (items: JsonSchema): JsonSchema => ({ anyOf: [items, listOf(items, 100)] });
/** One of these words; `extra` adds null. */
const oneOf = (words: readonly string[], ...extra: readonly null[]): JsonSchema => ({
  enum: [...words, ...extra],
});

const sentiments = ["positive", "neutral", "negative", "mixed"];
const outcomes = ["yes", "no", "partly", "unknown"];
const words = {
  description: text("Why the customer made contact."),
  note: text("What was said, done and agreed."),
};

const contactLog: Readonly<Record<string, JsonSchema>> = {
  key: text("The idempotency key: the conversation's id, and for messaging also the agent session's."),
  conversationId: text("As in Genesys."),
  brand: { type: "string" },
  medium: oneOf(["voice", "message"]),
  startedAt: instant,
  endedAt: instant,
  accountId: text("Empty where it was asked for by force and nobody told an account."),
  agents: listOf(object({ userId: { type: "string" }, queueId: nullable("string") })),
  language: { type: "string" },
  ...words,
  category: { type: "string" },
  subcategory: { type: "string" },
  actionItems: listOf(ref("ActionItem")),
  sentiment: oneOf(sentiments),
  resolved: oneOf(outcomes),
  confidence: share,
  review: object({ needed: { type: "boolean" }, reasons: texts }),
  provenance: object(
    {
      model: { type: "string" },
      promptVersion: { type: "string" },
      transcriptSha256: { type: "string" },
      createdAt: instant,
      parts: count,
      turnsLeftOut: count,
      evidence: listOf(listOf(count)),
    },
    ["parts", "turnsLeftOut", "evidence"],
  ),
};

const finalWords: Readonly<Record<string, JsonSchema>> = {
  ...words,
  key: { type: "string" },
  conversationId: { type: "string" },
  category: { type: "string" },
  subcategory: { type: "string" },
  actionItems: listOf({ anyOf: [{ type: "string" }, object({ text: { type: "string" } })] }),
};

/** Null is as good as left out. */
function orNull(properties: Readonly<Record<string, JsonSchema>>): Record<string, JsonSchema> {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, { anyOf: [schema, { type: "null" }] }]),
  );
}

export const schemas: Readonly<Record<string, JsonSchema>> = {
  ContactLog: object(contactLog),
  KeptLog: object({ ...contactLog, postedAt: instant }),
  ActionItem: object({
    text: { type: "string" },
    owner: oneOf(["agent", "customer", "company"]),
    due: { type: ["string", "null"], description: "YYYY-MM-DD" },
  }),
  LogRequest: object(
    {
      conversationId: id,
      caseId: id,
      wait: { type: "boolean", default: false, description: "Answer when it is done, or after http.waitMs." },
      force: {
        type: "boolean",
        default: false,
        description: "Pass over excluded_queue, no_account and not_authenticated, where the brand allows it.",
      },
    },
    ["caseId", "wait", "force"],
  ),
  Receipt: object(
    {
      destination: { type: "string" },
      caseId: { type: "string" },
      status: { type: ["integer", "null"], description: "HTTP status; null where it was not written down." },
      alreadyThere: { type: "boolean" },
      postedAt: instant,
    },
    ["caseId"],
  ),
  Logged: object({
    conversationId: { type: "string" },
    key: text("Of the conversation's last contact: the log's and the receipts'."),
    keys: { ...texts, description: "Of all its contacts, oldest first." },
    log: { anyOf: [ref("ContactLog"), { type: "null" }], description: "Null where it is not kept any more." },
    receipts: listOf(ref("Receipt")),
  }),
  Waiting: object({ conversationId: { type: "string" }, status: { const: "waiting" } }),
  Skipped: object({ reason: text("Why there is no contact log, not_ended, or too_many_cases.") }),
  UpstreamFailed: object({
    upstream: text("genesys, model, or destination and its id."),
    reason: { type: "string" },
  }),
  OlderRequest: object({ interaction_id: id, case_id: { ...id, type: ["string", "null"] } }, ["case_id"]),
  OlderForm: object({
    interaction_id: { type: "string" },
    case_id: nullable("string"),
    summary: nullable("string"),
    description: nullable("string"),
    category: nullable("string"),
    subcategory: nullable("string"),
    action_items: { anyOf: [listOf(ref("ActionItem")), { type: "null" }] },
    sentiment: oneOf(sentiments, null),
    resolved: oneOf(outcomes, null),
    confidence: { ...share, type: ["number", "null"] },
    review_needed: nullable("boolean"),
    crm_update_status: oneOf(["updated", "already_there"]),
    crm_updates: listOf(object({ destination: { type: "string" }, status: nullable("integer") })),
  }),
  Events: oneOrMore({
    ...open,
    description: "An event of EventBridge, in SNS's envelope or not, or its body.",
  }),
  EventsTaken: object({ recorded: count, ignored: count }),
  CaseLinks: oneOrMore(object({ contactId: { type: "string" }, caseId: { type: "string" } })),
  LinksTaken: object({ recorded: count, known: count, problems: texts }, ["problems"]),
  Feedback: oneOrMore(object(orNull(finalWords), Object.keys(finalWords))),
  FeedbackTaken: object({ matched: count, waiting: count, unknown: count }),
  Status: { ...open, description: "By brand: ended = posted + skipped + waiting + dead." },
  Described: { ...open, description: "As docs/health.md and the commands of the same name tell." },
  Replay: object({ key: { type: "string" }, route: { type: "string" } }, ["route"]),
  Replayed: object({ replayed: count }),
  Alive: object({ status: { const: "ok" } }),
  Ready: object({ status: oneOf(["ready", "not ready"]), reason: { type: "string" } }, ["reason"]),
  Problems: object({ problems: texts }),
  Error: object({ error: { type: "string" } }),
};
