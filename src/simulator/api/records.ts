import type { FastifyInstance } from "fastify";
import { iso } from "../../time.ts";
import type { Organization } from "../organization.ts";
import type { Case, Note, Records } from "../records.ts";
import { badRequest, notFound } from "./errors.ts";

/** OpenAPI: Note.noteText, CaseCreate.summary and .intake, and how far notes can be paged through. */
const maxNoteChars = 32_000;
const summaryChars = { least: 3, most: 512 };
const maxIntake = 10;
const maxPaged = 1_000;

export interface RecordParts {
  readonly organization: Organization;
  readonly records: Records;
  readonly now: () => number;
}

type Fields = Readonly<Record<string, unknown>>;
interface ById {
  Params: { id: string };
}

/** What can be written beside conversations: external contacts' notes, cases, whatever a data action writes to. */
export function addRecords(app: FastifyInstance, parts: RecordParts): void {
  addNotes(app, parts);
  addCases(app, parts);
  addActions(app, parts);
  addLists(app, parts);
}

function addNotes(app: FastifyInstance, { records, organization, now }: RecordParts): void {
  const path = "/api/v2/externalcontacts/contacts/:id/notes";
  app.get<ById & { Querystring: Record<string, string | undefined> }>(path, async ({ params, query }) => {
    if (!records.contacts.has(params.id)) throw notFound();
    const [pageSize, pageNumber] = [Number(query.pageSize ?? 20), Number(query.pageNumber ?? 1)];
    if (!(pageSize >= 1 && pageSize <= 100)) throw badRequest("The page size must be from 1 to 100.");
    if (pageSize * pageNumber > maxPaged) throw badRequest("Only the first 1,000 notes can be listed.");
    const own = records.notes.filter(({ contactId }) => contactId === params.id);
    const sorted = query.sortOrder === "createDate:desc" ? own.toReversed() : own;
    const entities = sorted.slice((pageNumber - 1) * pageSize, pageNumber * pageSize).map(noteOf);
    const pageCount = Math.ceil(own.length / pageSize);
    return { entities, pageSize, pageNumber, total: own.length, pageCount, partialResults: false };
  });

  app.post<ById>(path, async ({ params, body }) => {
    if (!records.contacts.has(params.id)) throw notFound();
    const { noteText } = (body ?? {}) as Fields;
    if (typeof noteText !== "string" || noteText === "" || noteText.length > maxNoteChars) {
      throw badRequest(`noteText must have from 1 to ${maxNoteChars} characters.`);
    }
    return noteOf(records.note(params.id, noteText, now()));
  });

  function noteOf({ id, contactId, noteText, createdAt }: Note) {
    return {
      id,
      entityId: contactId,
      entityType: "contact",
      noteText,
      createDate: iso(createdAt),
      modifyDate: iso(createdAt),
      createdBy: { id: organization.userId("service client") },
      selfUri: `/api/v2/externalcontacts/contacts/${contactId}/notes/${id}`,
    };
  }
}

function addCases(app: FastifyInstance, { records, now }: RecordParts): void {
  const path = "/api/v2/casemanagement/cases";
  app.post(path, async ({ body }) => toCase(records.open(readCase(body, records, now()))));

  app.get<ById>(`${path}/:id`, async ({ params }) => {
    const found = records.cases.find(({ id }) => id === params.id);
    if (found === undefined) throw notFound();
    return toCase(found);
  });

  // Not in the subset of the OpenAPI description at hand; as the official SDK has it.
  app.post(`${path}/associations/query`, async ({ body }) => {
    const { conversationId } = (body ?? {}) as Fields;
    if (typeof conversationId !== "string") throw badRequest("A conversationId or workitemId is required.");
    const found = records.cases.filter((one) => one.conversationId === conversationId);
    return {
      entities: found.map(({ id, createdAt }) => ({
        id: `${id}-association`,
        associationType: "Conversation",
        dateAssociated: iso(createdAt),
        conversation: { id: conversationId },
        case: { id },
      })),
    };
  });
}

function readCase(body: unknown, { contacts }: Records, createdAt: number): Omit<Case, "id"> {
  const { caseplanId, externalContactId, conversationId, summary = "", intake = [] } = (body ?? {}) as Fields;
  if (typeof caseplanId !== "string" || typeof externalContactId !== "string") {
    throw badRequest("caseplanId and externalContactId are required.");
  }
  if (!contacts.has(externalContactId)) throw badRequest("The external contact does not exist.");
  const chars = String(summary).length;
  if (chars < summaryChars.least || chars > summaryChars.most)
    throw badRequest("The summary's length is invalid.");
  if (!Array.isArray(intake) || intake.length > maxIntake)
    throw badRequest("intake must be at most 10 objects.");
  return {
    caseplanId,
    externalContactId,
    conversationId: typeof conversationId === "string" ? conversationId : undefined,
    summary: String(summary),
    intake,
    createdAt,
  };
}

function toCase({ id, caseplanId, externalContactId, summary, createdAt }: Case) {
  return {
    id,
    reference: id.slice(0, 8),
    caseplan: { id: caseplanId },
    externalContact: { id: externalContactId },
    summary,
    status: "Open",
    creationStatus: "Completed",
    dateCreated: iso(createdAt),
    selfUri: `/api/v2/casemanagement/cases/${id}`,
  };
}

function addActions(app: FastifyInstance, { records }: RecordParts): void {
  const path = "/api/v2/integrations/actions/:id";
  app.get<ById>(path, async ({ params: { id } }) => {
    if (!records.actions.has(id)) throw notFound();
    return {
      id,
      name: "simulated action",
      category: "simulated",
      version: 1,
      selfUri: `/api/v2/integrations/actions/${id}`,
    };
  });
  app.post<ById>(`${path}/execute`, async ({ params: { id }, body }) => {
    const action = records.actions.get(id);
    if (action === undefined) throw notFound();
    return records.execute(id, action, (body ?? {}) as Fields) ?? {};
  });
}

function addLists(app: FastifyInstance, { records, organization }: RecordParts): void {
  app.get<{ Querystring: { id?: string | string[] } }>("/api/v2/routing/wrapupcodes", async ({ query }) => {
    const wanted = query.id === undefined ? undefined : [query.id].flat();
    const entities = [...records.wrapupCodes]
      .filter(([id]) => wanted?.includes(id) ?? true)
      .map(([id, name]) => ({ id, name, selfUri: `/api/v2/routing/wrapupcodes/${id}` }));
    return { entities, pageSize: 25, pageNumber: 1, total: entities.length, pageCount: 1 };
  });

  app.get("/api/v2/authorization/subjects/me", async () => ({
    id: organization.userId("service client"),
    name: "simulated client",
    grants: [
      {
        division: { id: organization.divisionId, name: "Home", description: "", homeDivision: true },
        role: {
          id: organization.userId("role"),
          name: "simulated role",
          policies: records.permissions.map((permission) => {
            const [domain, entityName, action = ""] = permission.split(":");
            return { domain, entityName, actions: [action] };
          }),
        },
      },
    ],
  }));
}
