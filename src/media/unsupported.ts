import { type Conversation, mediaArrays } from "../genesys/conversation.ts";
import type { OtherMedium } from "../model.ts";
import { endOf, factsOf, isOver, staysOf } from "./legs.ts";
import type { Ends, LookContext } from "./medium.ts";

/** A medium nobody writes about yet: its end is counted, so that the balance of what ended still holds. */
export function unsupportedEnds(
  medium: OtherMedium,
  conversation: Conversation,
  { known }: LookContext,
): Ends {
  const stays = staysOf(conversation, mediaArrays);
  if (!isOver(conversation, stays)) return { found: [], rest: "open" };
  if (known.has(conversation.id)) return { found: [], rest: "done" };
  const endedAt = endOf(conversation, stays);
  const contact = {
    key: conversation.id,
    conversationId: conversation.id,
    medium,
    startedAt: conversation.startedAt ?? endedAt,
    endedAt,
    agents: [],
    legs: [],
    transcribed: true,
    window: { from: 0, to: endedAt },
  };
  return { found: [{ contact, facts: { ...factsOf(conversation, stays), supported: false } }], rest: "done" };
}
