import { iso } from "../../time.ts";
import type { Conversation } from "../conversation.ts";
import type { Utterance } from "../legs.ts";
import { mailbox, senderOf, subjectOf } from "./leg.ts";

/** EmailMessage of GET /api/v2/conversations/emails/{id}/messages/{messageId}. */
export function toEmail(conversation: Conversation, mail: Utterance) {
  const text = mail.text ?? "";
  return { ...headOf(conversation, mail), textBody: text, htmlBody: `<p>${text}</p>` };
}

/** EmailMessagePreview: the beginning of the text. */
export function toEmailPreview(conversation: Conversation, mail: Utterance) {
  return { ...headOf(conversation, mail), textBodyPreview: (mail.text ?? "").slice(0, 100) };
}

function headOf(conversation: Conversation, mail: Utterance) {
  const customer = { email: senderOf(conversation), name: conversation.legs[0]?.name };
  const house = { email: mailbox };
  const [from, to] = mail.leg.purpose === "customer" ? [customer, house] : [house, customer];
  return {
    id: mail.id,
    from,
    to: [to],
    cc: [],
    bcc: [],
    subject: subjectOf(conversation),
    attachments: [],
    time: iso(mail.at),
    historyIncluded: false,
    selfUri: `/api/v2/conversations/emails/${conversation.id}/messages/${mail.id}`,
  };
}
