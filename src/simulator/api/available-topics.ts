import type { FastifyInstance } from "fastify";
import type { KnownTopic } from "../topics.ts";
import { knownTopics } from "../topics.ts";
import { badRequest } from "./errors.ts";

/** What each expansion adds to a topic; without any, a topic is its name. */
const expansions: Readonly<Record<string, (topic: KnownTopic) => object>> = {
  description: ({ name }) => ({ description: `Events of ${name}` }),
  enforced: () => ({ enforced: true }),
  schema: () => ({ schema: {} }),
  visibility: () => ({ visibility: "Public" }),
  transports: ({ eventBridge }) => ({
    transports: ["Websocket", ...(eventBridge ? ["EventBridge", "ProcessAutomation"] : [])],
  }),
  publicApiTemplateUriPaths: () => ({ publicApiTemplateUriPaths: [] }),
  requiresPermissions: ({ permissions, parameter }) => ({
    requiresPermissions: permissions,
    requiresDivisionPermissions: parameter === "queueId",
    requiresAnyValidator: parameter === "userId",
    requiresCurrentUser: false,
    requiresCurrentUserOrPermission: parameter === "userId",
  }),
  permissionDetails: ({ permissions, parameter }) => ({
    permissionDetails: [
      {
        type: parameter === "queueId" ? "requiresDivisionPermissions" : "requiresPermissions",
        permissions,
        allowsCurrentUser: parameter === "userId",
        enforced: true,
      },
    ],
  }),
  topicParameters: ({ parameter }) => ({ topicParameters: parameter === undefined ? [] : [parameter] }),
};

/** GET /api/v2/notifications/availabletopics: of the platform's topics those that are simulated, or may be subscribed. */
export function addAvailableTopics(app: FastifyInstance): void {
  app.get<{ Querystring: { expand?: string | string[] } }>(
    "/api/v2/notifications/availabletopics",
    async ({ query }) => {
      const wanted = [query.expand ?? []].flat().flatMap((names) => names.split(","));
      const expand = wanted.map((name) => expansions[name] ?? unknown(name));
      const entities = knownTopics.map((topic) => ({
        id: topic.name,
        ...Object.assign({}, ...expand.map((expansion) => expansion(topic))),
      }));
      return { entities };
    },
  );
}

function unknown(name: string): never {
  throw badRequest(`${name} is not a valid value of expand.`);
}
