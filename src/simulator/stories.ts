import { helderHome, helderInvoices } from "./stories/helder.ts";
import { noordlichtBot, noordlichtDirect } from "./stories/noordlicht.ts";
import type { Story } from "./story.ts";

export { brands, type DemoBrand } from "./stories/brands.ts";

/** The demo's day: twelve conversations of two invented energy suppliers. Ten give a contact log, two are skipped. */
export const stories: readonly Story[] = [
  ...helderInvoices,
  ...noordlichtDirect,
  ...helderHome,
  ...noordlichtBot,
];

/** The story worth printing whole beside its contact log. */
export const showpiece = "helder-jaarnota";
