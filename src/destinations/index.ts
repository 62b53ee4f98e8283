import { z } from "zod";
import type { Destination } from "./destination.ts";
import { createHttp, httpSchema } from "./http.ts";

/** One line a kind of destination, its schema and its maker. */
export const destinationSchema = z.discriminatedUnion("kind", [httpSchema]);

export type DestinationOptions = z.output<typeof destinationSchema>;

type Makers = {
  [K in DestinationOptions["kind"]]: (
    options: Extract<DestinationOptions, { kind: K }>,
    ambiguous: "repeat" | "park",
  ) => Destination;
};

const makers: Makers = { http: createHttp };

/** @param ambiguous what the brand says, where the destination itself says nothing */
export function createDestination(options: DestinationOptions, ambiguous: "repeat" | "park"): Destination {
  return makers[options.kind](options, ambiguous);
}
