import type { FastifyInstance } from "fastify";
import { iso } from "../../time.ts";
import type { Organization, Queue } from "../organization.ts";
import { badRequest } from "./errors.ts";
import { callerOf } from "./gate.ts";

const maxPageSize = 500;

/** Who we are, and the queues: the two things a service looks at when it starts. */
export function addOrganization(app: FastifyInstance, organization: Organization): void {
  app.get("/api/v2/organizations/me", async () => ({
    id: organization.id,
    name: "Simulated Org",
    defaultLanguage: "en-us",
    defaultCountryCode: "US",
    thirdPartyOrgName: "simulated",
    domain: "simulated",
    version: 1,
    state: "active",
    productPlatform: "GenesysCloud",
    features: {},
    selfUri: "/api/v2/organizations/me",
  }));

  app.get("/api/v2/tokens/me", async (request) => {
    const { clientId, expiresAt } = callerOf(request);
    const self = { id: organization.id, name: "Simulated Org" };
    return {
      organization: self,
      homeOrganization: self,
      authorizedScope: [],
      dateTokenIdles: iso(expiresAt),
      OAuthClient: {
        id: clientId,
        name: "simulated client",
        authorizedGrantType: "CLIENT-CREDENTIALS",
        organization: self,
      },
    };
  });

  app.get<{ Querystring: { pageSize?: string; pageNumber?: string } }>(
    "/api/v2/routing/queues",
    async (request) => {
      const pageSize = Number(request.query.pageSize ?? 25);
      const pageNumber = Number(request.query.pageNumber ?? 1);
      if (!(pageSize >= 1 && pageSize <= maxPageSize))
        throw badRequest(`The page size must be from 1 to ${maxPageSize}.`);
      if (!(pageNumber >= 1)) throw badRequest("The page number must be at least 1.");
      return queuePage(organization, pageSize, pageNumber);
    },
  );
}

function queuePage(organization: Organization, pageSize: number, pageNumber: number) {
  const total = organization.queues.length;
  const pageCount = Math.max(1, Math.ceil(total / pageSize));
  const uri = (page: number) => `/api/v2/routing/queues?pageSize=${pageSize}&pageNumber=${page}`;
  return {
    entities: organization.queues
      .slice((pageNumber - 1) * pageSize, pageNumber * pageSize)
      .map((queue) => toQueue(queue, organization.divisionId)),
    pageSize,
    pageNumber,
    total,
    firstUri: uri(1),
    lastUri: uri(pageCount),
    ...(pageNumber < pageCount ? { nextUri: uri(pageNumber + 1) } : {}),
    ...(pageNumber > 1 ? { previousUri: uri(pageNumber - 1) } : {}),
    selfUri: uri(pageNumber),
    pageCount,
  };
}

function toQueue(queue: Queue, divisionId: string) {
  return {
    id: queue.id,
    name: queue.name,
    division: { id: divisionId, name: "Home", selfUri: `/api/v2/authorization/divisions/${divisionId}` },
    memberCount: 3,
    enableTranscription: queue.enableTranscription,
    selfUri: `/api/v2/routing/queues/${queue.id}`,
  };
}
