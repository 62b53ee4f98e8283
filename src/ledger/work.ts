import { createAdmissions } from "./admissions.ts";
import { createClaims } from "./claims.ts";
import { createDeliveries } from "./deliveries.ts";
import type { WorkLedger } from "./ledger.ts";
import { createOutcomes } from "./outcomes.ts";
import type { Steps } from "./steps.ts";
import type { Store } from "./store.ts";

/** Notices, contacts and deliveries in the state file. */
export function createWork(store: Store, steps: Steps, claims: "all" | "no deliveries"): WorkLedger {
  return {
    ...createAdmissions(store, steps),
    ...createClaims(store, steps, claims),
    ...createOutcomes(store, steps),
    ...createDeliveries(store, steps),
  };
}
