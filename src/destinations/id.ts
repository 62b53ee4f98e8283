import { z } from "zod";

/** A destination's name within its brand, where there are several. */
export const destinationId = z
  .string()
  .regex(/^[\w-]{1,60}$/, "must be letters, digits, - or _")
  .default("main")
  .describe("Its name within the brand, where there are several.");
