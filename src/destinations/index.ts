import { z } from "zod";
import type { Destination } from "./destination.ts";
import { createHttp, httpSchema } from "./http.ts";

/** One line a kind of destination, its schema and its maker. */
export const destinationSchema = z.discriminatedUnion("kind", [httpSchema]);

export type DestinationOptions = z.output<typeof destinationSchema>;

type Makers = {
  [K in DestinationOptions["kind"]]: (options: Extract<DestinationOptions, { kind: K }>) => Destination;
};

const makers: Makers = { http: createHttp };

export function createDestination(options: DestinationOptions): Destination {
  return makers[options.kind](options);
}
