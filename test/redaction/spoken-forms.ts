import type { Half } from "./spoken.ts";
import type { Language } from "./spoken-aloud.ts";
import { dutch } from "./spoken-dutch.ts";
import { english } from "./spoken-english.ts";

/**
 * `A:` or `C:` and a text with slots: `{phone}` is a personal value, `{secret:pin}` one of a sort, `{#amount}` a
 * harmless number. A personal form is an exchange of one turn or more.
 */
export interface Forms {
  readonly personal: readonly (readonly string[])[];
  readonly clean: readonly string[];
}

export const forms: Readonly<Record<Language, Readonly<Record<Half, Forms>>>> = { nl: dutch, en: english };
