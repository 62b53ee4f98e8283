import { type Door, doorBytes } from "./door.ts";

/** Records what events tell: how many were of interest, or what is wrong with the body. */
export type TakeEvents = (
  body: unknown,
) => Promise<
  { readonly recorded: number; readonly ignored: number } | { readonly problems: readonly string[] }
>;

/** `POST /v1/events`, for an EventBridge API destination or a process-automation trigger: 202 once all is durable. */
export function eventsDoor(take: TakeEvents): Door {
  return (server) => {
    server.post("/v1/events", { bodyLimit: doorBytes }, async ({ body }, reply) => {
      const answer = await take(body);
      return reply.code("problems" in answer ? 400 : 202).send(answer);
    });
  };
}
