import type { ContactLog } from "./model.ts";

/** A contact log for whoever does not want the numbers of the turns its sentences rest on. Pure. */
export function withoutEvidence({
  provenance: { evidence: _, ...provenance },
  ...log
}: ContactLog): ContactLog {
  return { ...log, provenance };
}
