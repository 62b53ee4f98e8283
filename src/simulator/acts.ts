import { dial, fallDue, park, phone, pickUp, redial, schedule } from "./calls.ts";
import {
  answerConsult,
  beginConsult,
  cancelConsult,
  completeConsult,
  join,
  merge,
  supervise,
} from "./consults.ts";
import type { Conversation } from "./conversation.ts";
import type { DisconnectType, Leg, MessageKind } from "./legs.ts";
import type { Organization } from "./organization.ts";
import type { CallStep, ConsultStep, Step } from "./story.ts";

/** One thing that happens at one instant. */
export interface Act {
  /** Words told of in messaging only: while a call lasts, nobody hears them. */
  readonly tells: "always" | "in messaging" | "never";
  perform(conversation: Conversation, at: number): void;
}

type QueueStep = Extract<Step, { queue: string } | { transfersTo: string } | { rings: string }>;
type PlainStep = Exclude<Step, QueueStep | { answers: string } | ConsultStep | CallStep>;

/** A story's step as what happens in the world: somebody who answers was alerted before. */
export function actsOf(step: Step, organization: Organization): Act[] {
  const user = (name: string) => ({ name, userId: organization.userId(name) });
  if ("queue" in step) {
    const queue = organization.queueNamed(step.queue);
    return [change((conversation, at) => conversation.enqueue(queue, at))];
  }
  if ("transfersTo" in step) {
    const queue = organization.queueNamed(step.transfersTo);
    return [change((conversation, at) => conversation.transfer(queue, at))];
  }
  if ("rings" in step) {
    return [
      change((conversation, at) => conversation.alert(user(step.rings), at)),
      change((conversation, at) => conversation.unanswered(unanswered[step.outcome], at)),
    ];
  }
  if ("answers" in step) {
    return [
      change((conversation, at) => conversation.alert(user(step.answers), at)),
      change((conversation, at) => conversation.answer(at)),
    ];
  }
  return consultActs(step, organization) ?? callActs(step, organization) ?? [actOf(step as PlainStep)];
}

/** `transfer.noanswer` when it rang out, `client` when declined. */
const unanswered: Readonly<Record<Extract<Step, { rings: string }>["outcome"], DisconnectType>> = {
  "no-answer": "transfer.noanswer",
  declined: "client",
  "not-available": "transfer.notavailable",
  "do-not-disturb": "transfer.dnd",
};

function consultActs(step: Step, organization: Organization): Act[] | undefined {
  const user = (name: string) => ({ name, userId: organization.userId(name) });
  if ("consults" in step) {
    const person = step.outside ? { name: step.consults, userId: undefined } : user(step.consults);
    return [
      change((conversation, at) => beginConsult(conversation, person, at)),
      change(answerConsult),
      change(step.outcome === "cancelled" ? cancelConsult : completeConsult),
    ];
  }
  if ("joins" in step) return [change((conversation, at) => join(conversation, user(step.joins), at))];
  if ("merges" in step) {
    return [change((conversation, at) => merge(conversation, user(step.merges), organization, at))];
  }
  if ("monitors" in step) {
    return [change((conversation, at) => supervise(conversation, user(step.monitors), "monitoring", at))];
  }
  if ("coaches" in step) {
    return [change((conversation, at) => supervise(conversation, user(step.coaches), "coaching", at))];
  }
  return undefined;
}

function callActs(step: Step, organization: Organization): Act[] | undefined {
  const user = (name: string) => ({ name, userId: organization.userId(name) });
  if ("schedules" in step) {
    const queue = organization.queueNamed(step.schedules);
    return [change((conversation, at) => schedule(conversation, queue, at + step.inMs, at))];
  }
  if ("due" in step) return [change(fallDue)];
  if ("dials" in step) return [change(dial), change(pickUp)];
  if ("phones" in step) {
    const [from, to] = [user(step.from), user(step.phones)];
    return [change((conversation, at) => phone(conversation, from, to, at)), change(pickUp)];
  }
  if ("redials" in step) return [change(redial)];
  if ("speaks" in step) {
    return [
      {
        tells: "never",
        perform(conversation) {
          conversation.language = step.speaks;
        },
      },
    ];
  }
  return undefined;
}

function actOf(step: PlainStep): Act {
  if ("flow" in step) {
    return change((conversation, at) =>
      step.flow === "starts" ? void conversation.startFlow(at) : conversation.endFlow(at),
    );
  }
  if ("agentLeaves" in step) return change((conversation, at) => conversation.agentLeaves(at, step.as));
  if ("customerLeaves" in step) return change((conversation, at) => conversation.customerLeaves(at));
  if ("expires" in step) return change((conversation, at) => conversation.expire(step.expires, at));
  if ("parks" in step) return change((conversation, at) => park(conversation, step.parks, at));
  if ("noise" in step) {
    return words((conversation, at) => makeNoise(conversation, step.noise, step.text, at));
  }
  if ("says" in step) return words((conversation, at) => speak(conversation, step, at));
  return { tells: "never", perform() {} };
}

function change(perform: Act["perform"]): Act {
  return { tells: "always", perform };
}

function words(perform: Act["perform"]): Act {
  return { tells: "in messaging", perform };
}

function speak(conversation: Conversation, step: Extract<Step, { says: string }>, at: number): void {
  const speaker = {
    customer: () => conversation.live("customer").at(-1) ?? conversation.customer,
    agent: () => conversation.agent(step.as),
    bot: () => conversation.automaton(at),
    ivr: () => conversation.automaton(at),
  }[step.says]();
  conversation.say(speaker, step.text, at);
}

type Noise = Extract<Step, { noise: string }>["noise"];

/**
 * Typing is the customer's, a receipt belongs to the side that sent. A `system` message with words is an outbound
 * text of the platform ("Anna joined"), without words a presence event; a structured one comes from the bot.
 */
function makeNoise(conversation: Conversation, noise: Noise, text: string | undefined, at: number): void {
  const [by, kind] = (
    {
      typing: () => [conversation.customer, "typing"],
      receipt: () => [sender(conversation), "receipt"],
      system: () =>
        text === undefined ? [conversation.customer, "presence"] : [automaton(conversation, at), "text"],
      structured: () => [automaton(conversation, at), "structured"],
    } satisfies Record<Noise, () => [Leg, MessageKind]>
  )[noise]();
  conversation.note(by, kind, text, at);
}

function sender(conversation: Conversation): Leg {
  return (
    conversation.utterances.findLast(({ leg }) => leg.purpose !== "customer")?.leg ?? conversation.customer
  );
}

/** The platform's own words hang on whatever of it has been there last, live or not. */
function automaton(conversation: Conversation, at: number): Leg {
  const machine = conversation.legs.findLast((leg) => leg.purpose === "workflow" || leg.purpose === "acd");
  return machine ?? conversation.automaton(at);
}
