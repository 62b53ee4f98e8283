import { normalize } from "node:path";
import { z } from "zod";
import { sourcesSchema } from "../sources/schema.ts";
import { tracingSchema } from "../tracing/schema.ts";
import { brand } from "./brands.ts";
import { reportRepeats } from "./fields.ts";
import { genesys } from "./genesys.ts";
import { llm } from "./llm.ts";
import { http, state } from "./places.ts";
import { log, pipeline, retention, timing } from "./running.ts";

/** The configuration file: its keys, defaults and meaning. What two sections must agree on is checked here. */
export const configSchema = z
  .strictObject({
    $schema: z.string().optional(),
    genesys,
    llm,
    brands: z.array(brand).min(1),
    state,
    retention,
    pipeline,
    timing: timing.prefault({}),
    sources: sourcesSchema,
    log,
    http,
    tracing: tracingSchema.optional(),
  })
  .superRefine(({ brands, sources }, context) => {
    for (const [index, { brand: id }] of (sources.contactLens?.brands ?? []).entries()) {
      if (brands.some((one) => one.id === id)) continue;
      context.addIssue({
        code: "custom",
        path: ["sources", "contactLens", "brands", index, "brand"],
        message: "must be the id of one of brands",
      });
    }
  })
  .superRefine(({ brands }, context) => {
    reportRepeats(
      brands.map(({ id }) => id),
      "brand id",
      context,
      ["brands"],
    );
    const files = brands.flatMap(({ destination, destinations }) =>
      [destination, ...(destinations ?? [])].flatMap((one) =>
        one?.kind === "file" ? [normalize(one.path)] : [],
      ),
    );
    reportRepeats(files, "file of a destination", context, ["brands"]);
  })
  .superRefine(({ llm: { dailyBudget, prices, ...model } }, context) => {
    if (dailyBudget === undefined || model.provider === "offline") return;
    const name = model.provider === "azure" ? model.deployment : model.model;
    if (prices[name] === undefined && prices["*"] === undefined) {
      context.addIssue({
        code: "custom",
        path: ["llm", "prices"],
        message: `must hold a price of ${name} (or of *), or llm.dailyBudget cannot be kept`,
      });
    }
  });

/** The file as it is once checked, with its defaults. */
export type Parsed = z.output<typeof configSchema>;

/** The JSON Schema of the file, for editors and for other programs. */
export function configJsonSchema(): Record<string, unknown> {
  return z.toJSONSchema(configSchema, { io: "input" });
}
