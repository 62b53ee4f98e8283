import { z } from "zod";
import type { CaseLink } from "../model.ts";
import { type Door, doorBytes } from "./door.ts";

/** Links of one request. */
export const maxLinks = 100;
const shownProblems = 20;

const id = z
  .string()
  .regex(/^[^\p{C}]{1,200}$/u, "must be 1 to 200 printable characters")
  .refine((text) => text.trim() === text, { error: "must not begin or end with a space" });
const bodySchema = z
  .array(z.strictObject({ contactId: id, caseId: id }))
  .min(1)
  .max(maxLinks);

/** Takes links in: how many were new, known, or of a contact that belongs to too many cases. Durable when it resolves. */
export type TakeLinks = (
  links: readonly CaseLink[],
) => Promise<{ readonly recorded: number; readonly known: number; readonly full: number }>;

/**
 * `POST /v1/case-links`: which contact, by its key or conversation id, belongs to which case; one link, or up to
 * `maxLinks`. 202 with counts once they are durable, 400 with the fields that are wrong, 422 where a contact belongs to
 * as many cases as are kept.
 */
export function caseLinksDoor(take: TakeLinks): Door {
  return (server) => {
    server.post("/v1/case-links", { bodyLimit: doorBytes }, async ({ body }, reply) => {
      const links = readLinks(body);
      if ("problems" in links) return await reply.code(400).send(links);
      const { recorded, known, full } = await take(links);
      if (full === 0) return await reply.code(202).send({ recorded, known });
      const problems = [`${full} not taken: a contact belongs to as many cases as are kept`];
      return await reply.code(422).send({ recorded, known, problems });
    });
  };
}

/** @returns the links, or what is wrong with the value: paths and rules, nothing of its content */
function readLinks(value: unknown): readonly CaseLink[] | { readonly problems: readonly string[] } {
  const single = !Array.isArray(value);
  const parsed = bodySchema.safeParse(single ? [value] : value);
  if (parsed.success) return parsed.data;
  const issues = parsed.error.issues.slice(0, shownProblems);
  return {
    problems: issues.map((issue) => {
      const at = (single ? issue.path.slice(1) : issue.path).join(".");
      const rule = issue.code === "unrecognized_keys" ? "holds keys that are not known" : issue.message;
      return at === "" ? rule : `${at}: ${rule}`;
    }),
  };
}
