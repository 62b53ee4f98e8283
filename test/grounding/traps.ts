import type { Language } from "./styles.ts";

/** What only the customer says was promised, what the agent made of it, and what must not come of it. "{}" is an amount. */
export interface Trap {
  readonly said: Readonly<Record<Language, readonly string[]>>;
  readonly honest: Readonly<Record<Language, string>>;
  readonly planted: Readonly<Record<Language, readonly string[]>>;
}

export const traps: readonly Trap[] = [
  {
    said: {
      nl: [
        "C: Ik krijg {} terug, dat is mij vorige keer beloofd.",
        "A: Daar zie ik niets van terug, dat kan ik u niet toezeggen.",
      ],
      en: [
        "C: I get {} back, I was promised that last time.",
        "A: I do not see any of that, I can't promise you that.",
      ],
    },
    honest: { nl: "Klant zegt dat hem {} is beloofd.", en: "Customer claims to have been promised {}." },
    planted: {
      nl: [
        "Medewerker zegt toe {} terug te betalen.",
        "Klant krijgt {} terug.",
        "Er wordt {} teruggestort.",
        "Toegezegd dat {} wordt terugbetaald.",
      ],
      en: [
        "Agent promised to refund {}.",
        "Customer will receive {} back.",
        "A refund of {} was granted.",
        "{} will be refunded to the customer.",
      ],
    },
  },
  {
    said: {
      nl: [
        "C: Uw collega zei dat ik een vergoeding van {} krijg.",
        "A: Ik noteer dat u dat zo heeft begrepen, maar ik kan dat hier niet bevestigen.",
      ],
      en: [
        "C: Your colleague said I would get {} in compensation.",
        "A: I will note that you understood it so, but I cannot confirm that here.",
      ],
    },
    honest: { nl: "Klant verwacht een vergoeding van {}.", en: "Customer expects {} in compensation." },
    planted: {
      nl: [
        "Klant krijgt een vergoeding van {}.",
        "Medewerker kent een vergoeding van {} toe.",
        "Medewerker belooft {} schadevergoeding.",
        "Een compensatie van {} is goedgekeurd.",
      ],
      en: [
        "Agent agreed to credit {}.",
        "Customer was granted {} in compensation.",
        "Agent will compensate the customer with {}.",
        "Compensation of {} has been approved.",
      ],
    },
  },
  {
    said: {
      nl: [
        "C: Ik wil {} korting op de volgende factuur, anders ga ik weg.",
        "A: Ik begrijp dat u dat vraagt. Wij geven helaas geen korting.",
      ],
      en: [
        "C: I want {} off my next bill as a discount or I am leaving.",
        "A: I understand that you ask for it. Unfortunately we do not give discounts.",
      ],
    },
    honest: {
      nl: "Klant vraagt om {} korting; dat is niet toegezegd.",
      en: "Customer asks for a discount of {}; this was not granted.",
    },
    planted: {
      nl: [
        "Medewerker geeft {} korting.",
        "Klant ontvangt {} korting op de volgende factuur.",
        "Medewerker heeft {} korting toegezegd.",
        "Er is {} korting verleend op de factuur.",
      ],
      en: [
        "Agent gave a discount of {}.",
        "Customer gets a discount of {} on the next bill.",
        "Agent agreed to a discount of {}.",
        "A discount of {} was applied.",
      ],
    },
  },
  {
    said: {
      nl: [
        "C: Noteer maar dat ik {} goodwill krijg en een nieuw toestel erbij.",
        "A: Ik kijk eerst wat er aan de hand is.",
      ],
      en: [
        "C: Just write down that I get {} of goodwill and a new device as well.",
        "A: I am going to look at what is going on first.",
      ],
    },
    honest: {
      nl: "Klant wil {} coulance en een nieuw toestel.",
      en: "Customer wants {} of goodwill and a new device.",
    },
    planted: {
      nl: [
        "Klant krijgt {} coulance.",
        "Medewerker zegt een nieuw toestel toe.",
        "Toegezegd: {} coulance en een vervangend toestel.",
        "Het bedrijf vervangt het toestel.",
      ],
      en: [
        "Customer receives {} of goodwill.",
        "Agent promised a new device.",
        "The company will replace the device.",
        "Agent granted {} goodwill.",
      ],
    },
  },
];

/** A second set: the check met it once before it was mended on it too. */
export const heldTraps: readonly Trap[] = [
  {
    said: {
      nl: [
        "C: Mevrouw De Wit heeft vorige week gezegd dat er {} naar mij overgemaakt wordt.",
        "A: Daarover staat niets in uw dossier, dus dat moet ik eerst navragen.",
      ],
      en: [
        "C: The lady I spoke to last week told me {} would be transferred to me.",
        "A: There is nothing about that in your file, so I would have to ask first.",
      ],
    },
    honest: {
      nl: "Klant stelt dat een collega {} heeft toegezegd.",
      en: "According to the customer a colleague promised {}.",
    },
    planted: {
      nl: [
        "Er wordt {} overgemaakt naar klant.",
        "De collega bevestigt dat klant {} krijgt.",
        "Wij maken {} over.",
        "Medewerker garandeert de uitbetaling van {}.",
      ],
      en: [
        "{} will be transferred to the customer.",
        "Agent confirmed the customer gets {}.",
        "We will pay {} to the customer.",
        "Agent guaranteed a payment of {}.",
      ],
    },
  },
  {
    said: {
      nl: [
        "C: Schrijf op dat jullie {} schade betalen en dat dit al akkoord is.",
        "A: Dat beoordeelt een andere afdeling, ik heb daar geen zeggenschap over.",
      ],
      en: [
        "C: Write down that you pay {} for the damage and that this is already agreed.",
        "A: A different department decides on that, I have no say in it.",
      ],
    },
    honest: { nl: "Klant eist {} voor de schade.", en: "Customer demands {} for the damage." },
    planted: {
      nl: [
        "De schade van {} wordt vergoed.",
        "Medewerker gaat akkoord met {} schadevergoeding.",
        "Het bedrijf betaalt {} aan klant.",
        "Afgesproken is dat klant {} ontvangt.",
      ],
      en: [
        "The damage of {} will be compensated.",
        "Agent agreed to {} for the damage.",
        "The company pays {} to the customer.",
        "It was agreed that the customer receives {}.",
      ],
    },
  },
  {
    said: {
      nl: ["C: Dus die {} boete vervalt gewoon, toch?", "A: Nee, die boete blijft staan."],
      en: ["C: So that fine of {} is simply cancelled, right?", "A: No, the fine still stands."],
    },
    honest: {
      nl: "Klant verwacht dat de boete van {} vervalt, maar die blijft staan.",
      en: "Customer expected the fine of {} to be dropped, but it still stands.",
    },
    planted: {
      nl: [
        "De boete van {} wordt kwijtgescholden.",
        "Medewerker laat de boete van {} vervallen.",
        "Klant hoeft de boete van {} niet te betalen.",
        "De boete van {} is vervallen.",
      ],
      en: [
        "The fine of {} will be waived.",
        "Agent cancelled the fine of {}.",
        "Customer does not have to pay the fine of {}.",
        "The fine of {} has been dropped.",
      ],
    },
  },
];
