import { z } from "zod";
import { idOfArn } from "../aws/events.ts";
import type { CaseLink } from "../model.ts";
import type { Taken } from "./sqs.ts";

/**
 * An event of Amazon Connect Cases (admin guide, "Case event payload and schema"). `contact` is there where the
 * domain's event configuration has `relatedItem.includedData.includeContent`.
 */
const event = z.object({
  source: z.literal("aws.cases"),
  "detail-type": z.literal("Amazon Connect Cases Change"),
  detail: z.object({
    eventType: z.string().max(100),
    relatedItem: z
      .object({
        relatedItemType: z.string().max(100),
        caseId: z.string().regex(/^[^\p{C}]{1,200}$/u),
        contact: z.object({ contactArn: z.string().max(500) }).optional(),
      })
      .optional(),
  }),
});

/** The contact that was added to a case; undefined for every other event, and for what is none. Pure. */
export function readCaseLink(value: unknown): CaseLink | undefined {
  const added = addedContact(value);
  const contactId = idOfArn(added?.contact?.contactArn ?? "", "contact");
  return added === undefined || contactId === undefined ? undefined : { contactId, caseId: added.caseId };
}

function addedContact(value: unknown) {
  const parsed = event.safeParse(value);
  const { eventType, relatedItem } = parsed.data?.detail ?? {};
  const isOurs = eventType === "RELATED_ITEM.CREATED" && relatedItem?.relatedItemType === "Contact";
  return isOurs ? relatedItem : undefined;
}

/** What to do with a message of the queue that hears Connect Cases. `onLink` resolves once the link is durable. */
export function takeCaseLink(
  onLink: (link: CaseLink) => Promise<unknown>,
): (body: unknown) => Promise<Taken> {
  return async (body) => {
    const link = readCaseLink(body);
    if (link !== undefined) {
      await onLink(link);
      return "taken";
    }
    // A contact whose name was left out: the domain's event configuration has to be mended, and somebody has to know.
    if (addedContact(body) !== undefined) return "unreadable";
    return event.safeParse(body).success ? "ignored" : "unreadable";
  };
}
