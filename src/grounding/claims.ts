/** Kinds of claim a text can make that code can look for in a dialogue; also the reasons a log is marked with. */
export const findingKinds = [
  "unsupported_amount",
  "unsupported_date",
  "unsupported_time",
  "unsupported_number",
  "unsupported_email",
  "unsupported_iban",
  "unsupported_reference",
  "unsupported_name",
  "unsupported_promise",
  "missing_evidence",
] as const;
export type FindingKind = (typeof findingKinds)[number];

/** Something a draft says that its dialogue does not carry. */
export interface Finding {
  readonly kind: FindingKind;
  readonly field: "description" | "note" | "actionItems";
  /** Of the note's sentence or the action item, from 0; 0 for the description. */
  readonly index: number;
  /** The words it hangs on, as the draft has them. */
  readonly text: string;
}
