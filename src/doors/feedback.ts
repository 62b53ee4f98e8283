import { type Door, doorBytes } from "./door.ts";

/** What agents wrote, for comparison with a shadow run: counts, or what is wrong with the body. */
export type TakeFeedback = (body: unknown) => Promise<object | { readonly problems: readonly string[] }>;

/** `POST /feedback`. */
export function feedbackDoor(take: TakeFeedback): Door {
  return (server) => {
    server.post("/feedback", { bodyLimit: doorBytes }, async ({ body }, reply) => {
      const answer = await take(body);
      return reply.code("problems" in answer ? 400 : 200).send(answer);
    });
  };
}
