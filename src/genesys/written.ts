import { z } from "zod";
import { attributes, instant, list, parse, reference, text } from "./fields.ts";

/** What is read of the platform's answers where contact logs are written to it; as sparingly as `fields.ts` has it. */

const leg = z.object({
  id: z.string(),
  connectedTime: instant,
  afterCallWork: z.object({ state: text }).optional().catch(undefined),
});

const party = z.object({
  id: z.string().min(1),
  purpose: z.string().catch(""),
  userId: text,
  user: reference,
  externalContactId: text,
  attributes,
  calls: list(leg),
  messages: list(leg),
});

/** The platform's arrays of communications that can have a wrap-up of ours. */
export const wrapupMedia = ["calls", "messages"] as const;
export type WrapupMedia = (typeof wrapupMedia)[number];

/** A participant, as far as writing to it needs. */
export interface Party {
  readonly id: string;
  /** Lower case: customer, external, agent, user, acd … */
  readonly purpose: string;
  readonly userId: string | undefined;
  readonly externalContactId: string | undefined;
  readonly attributes: Readonly<Record<string, string>>;
  readonly legs: readonly PartyLeg[];
}

export interface PartyLeg {
  readonly id: string;
  readonly media: WrapupMedia;
  readonly connectedAt: number | undefined;
  /** The agent has not finished with it. */
  readonly afterCallWork: boolean;
}

/** The participants of `GET /conversations/{id}`. Throws Transient (`unexpected_payload`). */
export function parseParties(value: unknown): Party[] {
  const { participants } = parse(z.object({ participants: list(party) }), value, "conversation");
  return participants.map((one) => ({
    id: one.id,
    purpose: one.purpose.toLowerCase(),
    userId: one.userId ?? one.user?.id,
    externalContactId: one.externalContactId,
    attributes: one.attributes,
    legs: wrapupMedia.flatMap((media) =>
      one[media].map(({ id, connectedTime, afterCallWork }) => ({
        id,
        media,
        connectedAt: connectedTime,
        afterCallWork: afterCallWork?.state?.toLowerCase() === "pending",
      })),
    ),
  }));
}

const notePage = z.object({
  entities: list(z.object({ noteText: z.string().catch(""), createDate: instant })),
  pageCount: z.number().catch(1),
  partialResults: z.boolean().catch(false),
});

export function parseNotes(value: unknown): z.output<typeof notePage> {
  return parse(notePage, value, "external contact's notes");
}

const wrapup = z.object({ code: text, notes: z.string().catch("") });

/** An assigned wrap-up: the id of its code, and the notes. */
export interface Wrapup {
  readonly code: string;
  readonly notes: string;
}

/** Undefined where none was assigned: the platform's way to say so is not documented, so an answer without code is one. */
export function parseWrapup(value: unknown): Wrapup | undefined {
  const { code, notes } = parse(wrapup, value ?? {}, "wrap-up");
  return code ? { code, notes } : undefined;
}

const associations = z.object({
  entities: list(z.object({ case: z.object({ id: z.string().min(1) }) })),
  after: text,
});

/** A page of what ties conversations to cases. */
export function parseAssociations(value: unknown): { caseIds: string[]; after: string | undefined } {
  const { entities, after } = parse(associations, value, "case associations");
  return { caseIds: entities.map((one) => one.case.id), after };
}

const openedCase = z.object({ summary: z.string().catch(""), creationStatus: text });

export function parseCase(value: unknown): z.output<typeof openedCase> {
  return parse(openedCase, value, "case");
}

const policy = z.object({ domain: text, entityName: text, actions: list(z.string()) });
const grants = z.object({ grants: list(z.object({ role: z.object({ policies: list(policy) }) })) });

/** What the client's roles allow, as `domain:entity:action`; each part may be `*`. */
export function parsePermissions(value: unknown): string[] {
  return parse(grants, value, "permissions").grants.flatMap(({ role }) =>
    role.policies.flatMap(({ domain, entityName, actions }) =>
      actions.map((action) => `${domain}:${entityName}:${action}`),
    ),
  );
}

export function parseIds(value: unknown, what: string): string[] {
  return parse(z.object({ entities: list(z.object({ id: z.string() })) }), value, what).entities.map(
    ({ id }) => id,
  );
}
