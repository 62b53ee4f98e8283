import { findAddresses } from "./address.ts";
import { findBirthDates } from "./birth-date.ts";
import { findBsns } from "./bsn.ts";
import { findCards } from "./card.ts";
import { findEmails } from "./email.ts";
import { findIbans } from "./iban.ts";
import type { RedactionKind } from "./kinds.ts";
import { findNames } from "./names.ts";
import type { Finder } from "./passage.ts";
import { findPhones } from "./phone.ts";
import { findPostcodes } from "./postcode.ts";
import { findSecrets } from "./secret.ts";

/** How each kind is found. */
export const finders: Readonly<Record<RedactionKind, Finder>> = {
  email: findEmails,
  phone: findPhones,
  iban: findIbans,
  bsn: findBsns,
  card: findCards,
  postcode: findPostcodes,
  address: findAddresses,
  birthDate: findBirthDates,
  secret: findSecrets,
  name: findNames,
};
