import { z } from "zod";
import { globs, httpUrl } from "./fields.ts";

/** The platform: where it is, who we are there, and which of its queues are listened to. */
export const genesys = z
  .strictObject({
    region: z
      .string()
      .regex(
        /^(?!(?:api|apps|login)\.)[a-z0-9-]+(\.[a-z0-9-]+)+$/i,
        "must be a domain such as mypurecloud.de, without api. or login.",
      )
      .optional()
      .describe("The org's domain: login.<region> and api.<region> are called."),
    clientId: z.string().min(1).describe("OAuth client (client credentials grant)."),
    clientSecret: z.string().min(1),
    additionalClients: z
      .array(z.strictObject({ clientId: z.string().min(1), clientSecret: z.string().min(1) }))
      .max(20)
      .default([])
      .describe("Further OAuth clients, each with a rate limit of its own; channels stay with the first."),
    baseUrl: httpUrl
      .refine((url) => !/\/api(?:\/v\d+)?\/*(?:[?#]|$)/i.test(url), {
        error: "must not end in /api or /api/v2: paths such as /api/v2/conversations are added to it",
      })
      .optional()
      .describe("Replaces login.<region> and api.<region>: a gateway or a simulator."),
    queues: z
      .strictObject({
        include: globs.default(["*"]).describe("Queues to listen to, by name; * is any run of characters."),
        exclude: z
          .array(z.string().trim().min(1))
          .default([])
          .describe("Queues not to listen to; wins over include."),
      })
      .prefault({}),
    notifications: z
      .boolean()
      .default(true)
      .describe(
        "Listen on notification channels; false where EventBridge or a trigger tells of ends instead.",
      ),
    requestsPerMinute: z
      .int()
      .min(10)
      .max(100_000)
      .default(300)
      .describe("The daemon's own limit; 300 is an org's default."),
    transcriptHosts: z
      .array(z.string().min(1))
      .min(1)
      .optional()
      .describe(
        "Hosts a transcript may be downloaded from; default: Amazon S3 at public addresses, or any host where baseUrl is set.",
      ),
  })
  .refine((value) => value.region !== undefined || value.baseUrl !== undefined, {
    // Told beside whatever else is wrong; what is no object at all is told by that alone.
    when: ({ value }) => typeof value === "object" && value !== null,
    path: ["region"],
    error: "is required (or baseUrl)",
  });
