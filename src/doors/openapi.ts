import type { FastifyInstance } from "fastify";
import { type JsonSchema, ref, schemas } from "./openapi-schemas.ts";

/** What a status carries: a schema's name, or the type of a text. */
type Answers = Readonly<Record<number, readonly [description: string, schema: string]>>;

interface Operation {
  readonly summary: string;
  readonly body?: string;
  readonly query?: Readonly<Record<string, JsonSchema>>;
  readonly answers: Answers;
  /** Headers of an answer, by its status. */
  readonly headers?: Readonly<Record<number, readonly string[]>>;
}

/** Asked for by whoever asks: no token. */
const ops: Readonly<Record<string, Operation>> = {
  "get /healthz": { summary: "The process lives", answers: { 200: ["It does", "Alive"] } },
  "get /readyz": {
    summary: "It can hear and record",
    answers: { 200: ["It can", "Ready"], 503: ["It cannot, and why", "Ready"] },
  },
  "get /status": {
    summary: "The balance; with hours also for each of so many hours",
    query: { hours: { type: "integer", minimum: 1, maximum: 168 } },
    answers: {
      200: ["Last hour, last day, since start", "Status"],
      400: ["hours is none that can be asked for", "Error"],
    },
  },
  "get /metrics": { summary: "Metrics", answers: { 200: ["In Prometheus' format", "text/plain"] } },
  "get /openapi.json": { summary: "This description", answers: { 200: ["OpenAPI 3.1", "Described"] } },
};

const near: Answers = {
  401: ["Without the token", "Error"],
  403: ["From afar, where there is no token; or from another site", "Error"],
  500: ["A mistake of the program's", "Error"],
};

/** The page and what it is made of: behind the token, or without one for this machine alone. */
const page: Readonly<Record<string, Operation>> = {
  "get /": { summary: "The page", answers: { 200: ["It holds no data", "text/html"] } },
  "get /live": {
    summary: "What happens, as it happens",
    answers: {
      ...near,
      200: ["Server-sent events", "text/event-stream"],
      503: ["Too many are looking", "Error"],
    },
    headers: { 503: ["retry-after"] },
  },
  "get /dead": { summary: "Dead letters", answers: { ...near, 200: ["The newest", "Described"] } },
  "get /explain/{conversationId}": {
    summary: "What happened to a conversation",
    answers: { ...near, 200: ["Step by step", "Described"], 404: ["It is unheard of", "Error"] },
  },
  "post /dead/replay": {
    summary: "Sends a dead letter back to where it died; with the token alone",
    body: "Replay",
    answers: {
      ...near,
      200: ["How many were sent back", "Replayed"],
      400: ["The body is not as it should be", "Error"],
      404: ["It is not dead", "Error"],
      413: ["The body is too large", "Error"],
      415: ["The body is not JSON", "Error"],
    },
  },
};

/** What every door answers whose body or token it cannot take. */
const refusals: Answers = {
  400: ["The body is not JSON, or what is wrong with it", "Refusal"],
  401: ["Without the token", "Error"],
  413: ["The body is larger than 64 KB", "Error"],
  415: ["The body is not JSON", "Error"],
  500: ["A mistake of the program's", "Error"],
  503: ["Not now: the service is stopping, or cannot record", "Error"],
};
const withoutBody: Answers = {
  400: refusals[400],
  401: refusals[401],
  500: refusals[500],
  503: refusals[503],
} as Answers;

const asked: Answers = {
  202: ["Under way: ask again at Location, after Retry-After seconds", "Waiting"],
  404: ["The platform does not know this conversation", "Error"],
  422: ["There is no contact log, and why", "Skipped"],
  502: ["An upstream failed: a dead letter, or for the whole wait", "UpstreamFailed"],
};
const retryLater = { 429: ["retry-after"], 503: ["retry-after"] };
const comeBack = { ...retryLater, 202: ["location", "retry-after"] };
const busy: Answers = {
  409: ["Another request for this conversation is being answered", "Error"],
  429: ["Too many are being answered", "Error"],
};
const limit = { limit: { type: "integer", minimum: 1, maximum: 50, default: 5 } };
const keptLogs: Answers = { ...withoutBody, 200: ["Newest first", "KeptLogs"] };

/** Behind the token. */
const doors: Readonly<Record<string, Operation>> = {
  "post /v1/contact-logs": {
    summary: "Asks for the contact log of a conversation",
    body: "LogRequest",
    answers: { ...refusals, ...asked, ...busy, 200: ["Posted", "Logged"] },
    headers: comeBack,
  },
  "get /v1/contact-logs/{conversationId}": {
    summary: "How far it is; begins nothing",
    answers: { ...withoutBody, ...asked, 200: ["Posted", "Logged"] },
    headers: comeBack,
  },
  "post /generate-summary": {
    summary: "The same as POST /v1/contact-logs that waits, in an older form",
    body: "OlderRequest",
    answers: { ...refusals, ...asked, ...busy, 200: ["Posted", "OlderForm"] },
    headers: comeBack,
  },
  "post /v1/events": {
    summary: "Takes word of ended conversations, and of cases",
    body: "Events",
    answers: { ...refusals, 202: ["Recorded", "EventsTaken"] },
    headers: { 503: ["retry-after"] },
  },
  "post /v1/case-links": {
    summary: "Takes which contact belongs to which case",
    body: "CaseLinks",
    answers: {
      ...refusals,
      202: ["Recorded", "LinksTaken"],
      422: ["A contact belongs to too many cases", "LinksTaken"],
    },
    headers: { 503: ["retry-after"] },
  },
  "get /v1/accounts/{accountId}/contact-logs": {
    summary: "An account's last contact logs, as far as they are kept",
    query: limit,
    answers: keptLogs,
  },
  "get /v1/cases/{caseId}/contact-logs": {
    summary: "A case's last contact logs, as far as they are kept",
    query: limit,
    answers: keptLogs,
  },
  "post /feedback": {
    summary: "Takes what agents wrote, for comparison with a shadow run",
    body: "Feedback",
    answers: { ...refusals, 200: ["How many were matched, wait, or are of no contact", "FeedbackTaken"] },
    headers: { 503: ["retry-after"] },
  },
};

const tokens = [{ bearer: [] }, { apiKey: [] }];

/** The description of everything that is served over HTTP: OpenAPI 3.1. Holds nothing of the configuration. */
export const openApi = {
  openapi: "3.1.0",
  info: {
    title: "contactlogd",
    version: "1",
    description: "Contact logs of finished Genesys Cloud conversations.",
  },
  paths: { ...pathsOf(ops, []), ...pathsOf(page, [{}, ...tokens]), ...pathsOf(doors, tokens) },
  components: {
    securitySchemes: {
      bearer: { type: "http", scheme: "bearer" },
      apiKey: { type: "apiKey", in: "header", name: "x-api-key" },
    },
    schemas: {
      ...schemas,
      Refusal: { anyOf: [ref("Problems"), ref("Error")] },
      KeptLogs: { type: "array", items: ref("KeptLog") },
    },
  },
};

/** `GET /openapi.json`, without a token. */
export function openApiDoor(server: FastifyInstance): void {
  server.get("/openapi.json", () => openApi);
}

function pathsOf(
  operations: Readonly<Record<string, Operation>>,
  security: readonly object[],
): Record<string, object> {
  const paths: Record<string, object> = {};
  for (const [name, operation] of Object.entries(operations)) {
    const [method = "", path = ""] = name.split(" ");
    paths[path] = { ...paths[path], [method]: operationOf(path, operation, security) };
  }
  return paths;
}

function operationOf(
  path: string,
  { summary, body, query = {}, answers, headers = {} }: Operation,
  security: readonly object[],
): object {
  const inPath = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
  const inQuery = Object.entries(query).map(([name, schema]) => ({ name, in: "query", schema }));
  return {
    summary,
    security,
    parameters: [...inPath, ...inQuery],
    ...(body === undefined ? {} : { requestBody: { required: true, content: contentOf(body) } }),
    responses: Object.fromEntries(
      Object.entries(answers).map(([status, [description, schema]]) => [
        status,
        { description, headers: headersOf(headers[Number(status)] ?? []), content: contentOf(schema) },
      ]),
    ),
  };
}

function headersOf(names: readonly string[]): object {
  return Object.fromEntries(names.map((name) => [name, { required: true, schema: { type: "string" } }]));
}

function contentOf(schema: string): object {
  return schema.includes("/")
    ? { [schema]: { schema: { type: "string" } } }
    : { "application/json": { schema: ref(schema) } };
}
