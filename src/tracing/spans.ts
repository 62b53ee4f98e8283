import type { ContactState, Step } from "../ledger/ledger.ts";
import type { StageTry, Usage } from "../model.ts";
import type { TraceIds } from "./ids.ts";
import type { Attributes, Span, SpanEvent } from "./otlp.ts";

/** Further ones tell the same again: a transcript that is asked for over days. */
const mostEvents = 128;
const longestText = 200;
/** What begins a contact's way anew once it had ended. */
const beginsAnew: ReadonlySet<string> = new Set(["replayed", "ended"]);
/** Steps whose detail ends in a reason. */
const tellsWhy: ReadonlySet<string> = new Set(["failed", "waits", "uncertain", "skipped", "dead"]);
const isSettled = /^(?:posted|skipped|dead)$/;

/** One try of a stage, as part of a contact's trace. Pure but for the fresh id. @param to when it was done */
export function stageSpan(tried: StageTry, key: string, to: number, ids: TraceIds): Span {
  const asksModel = (tried.usage?.requests ?? 0) > 0;
  return {
    traceId: ids.trace(key),
    spanId: ids.fresh(),
    parentId: ids.contact(key, 0),
    name: tried.stage,
    kind: tried.stage === "summarise" && !asksModel ? "internal" : "client",
    from: to - tried.tookMs,
    to,
    failed: tried.failed,
    attributes: {
      "contactlogd.destination": tried.destination,
      "contactlogd.reason": tried.reason,
      "http.response.status_code": tried.status,
      "error.type": tried.failed ? tried.reason : undefined,
      ...modelAttributes(tried.model, tried.usage),
    },
  };
}

/**
 * A contact from its end to what became of it, with the steps on its way; undefined while it still waits. What went on
 * after an end (a replay) is a span of its own beneath the first. Pure.
 * @param steps those of its conversation
 * @param usage what its log cost, where this process wrote it
 */
export function contactSpan(
  contact: ContactState,
  steps: readonly Step[],
  usage: Usage | undefined,
  ids: TraceIds,
): Span | undefined {
  if (!isSettled.test(contact.stage)) return undefined;
  const { key, brand, medium, stage } = contact;
  const own = steps.filter((step) => step.key === key);
  const anew = own.filter(({ step }, index) => index > 0 && beginsAnew.has(step));
  const life = anew.length;
  const from = anew.at(-1)?.at ?? contact.endedAt;
  const told = own.filter(({ at }) => life === 0 || at >= from);
  const reason = contact.reason ?? contact.deliveries.find((one) => one.stage === "dead")?.reason;
  return {
    traceId: ids.trace(key),
    spanId: ids.contact(key, life),
    parentId: life === 0 ? undefined : ids.contact(key, 0),
    name: "contact",
    kind: "internal",
    from,
    to: own.at(-1)?.at ?? from,
    failed: stage === "dead",
    attributes: {
      "contactlogd.key": ids.shown(key),
      "contactlogd.brand": brand,
      "contactlogd.medium": medium,
      "contactlogd.outcome": stage,
      "contactlogd.reason": reason,
      "contactlogd.failures": count(told, "failed"),
      "contactlogd.waits": count(told, "waits"),
      "error.type": stage === "dead" ? reason : undefined,
      ...modelAttributes(undefined, usage),
    },
    events: told.slice(-mostEvents).map(eventOf),
    eventsLeftOut: Math.max(0, told.length - mostEvents),
  };
}

/** By the GenAI semantic conventions, as far as they are settled; without a model there is nothing of it to tell. */
function modelAttributes(model: string | undefined, usage: Usage | undefined): Attributes {
  if (usage === undefined || usage.requests === 0) return { "contactlogd.summarizer": model };
  return {
    "gen_ai.operation.name": model === undefined ? undefined : "chat",
    "gen_ai.response.model": model?.slice(0, longestText),
    "gen_ai.usage.input_tokens": usage.inputTokens,
    "gen_ai.usage.cache_read.input_tokens": usage.cachedInputTokens,
    "gen_ai.usage.output_tokens": usage.outputTokens,
    "contactlogd.model_requests": usage.requests,
  };
}

function count(steps: readonly Step[], name: string): number {
  return steps.filter(({ step }) => step === name).length;
}

/** Of a step's detail the slug alone: `main: http_503, until …` is told as `http_503`. */
function eventOf({ at, step, detail }: Step): SpanEvent {
  const slug = /(?:^|: )([a-z][\w.]*)(?:, until [\dTZ:.-]+)?$/.exec(detail ?? "")?.[1];
  return { at, name: step, attributes: { "contactlogd.reason": tellsWhy.has(step) ? slug : undefined } };
}
