/** What can be taken out of a text, each on its own; the placeholder that stands for it is its name in brackets. */
export const redactionKinds = [
  "email",
  "phone",
  "iban",
  "bsn",
  "card",
  "postcode",
  "address",
  "birthDate",
  "secret",
  "name",
] as const;
export type RedactionKind = (typeof redactionKinds)[number];

export interface RedactionOptions {
  /** Kinds that are taken out. */
  readonly kinds: ReadonlySet<RedactionKind>;
  /** What a brand's backend needs, such as its own reference numbers: what matches in full stays. */
  readonly keep: readonly RegExp[];
}

/** A part of a text that is personal: UTF-16 offsets, end exclusive. */
export interface Span {
  readonly kind: RedactionKind;
  readonly start: number;
  readonly end: number;
}
