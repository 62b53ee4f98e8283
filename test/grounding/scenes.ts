import type { Language } from "./styles.ts";

export type Slot = "amount" | "date" | "time" | "term" | "number" | "digits" | "reference" | "email";

/** Some turns about one value, and what an honest log says of them. "{}" is the value; each line is a turn, C or A first. */
export interface Scene {
  readonly slot: Slot | undefined;
  readonly said: Readonly<Record<Language, readonly string[]>>;
  readonly noted: Readonly<Record<Language, readonly string[]>>;
  /** An action item that restates the value. */
  readonly item?: Readonly<Record<Language, string>>;
}

export const scenes: readonly Scene[] = [
  {
    slot: "amount",
    said: {
      nl: [
        "C: Ik zie dat er {} is afgeschreven en dat klopt niet.",
        "A: Ik kijk het even voor u na. Ja, ik zie die afschrijving staan.",
      ],
      en: [
        "C: I see that {} was taken from my account and that is not right.",
        "A: Let me have a look. Yes, I can see that payment.",
      ],
    },
    noted: {
      nl: [
        "Klant meldt dat er {} ten onrechte is afgeschreven.",
        "Volgens klant is {} te veel afgeschreven.",
      ],
      en: ["Customer reports that {} was wrongly debited.", "The customer says {} was taken by mistake."],
    },
  },
  {
    slot: "amount",
    said: {
      nl: ["C: Wat kost die reparatie dan?", "A: De kosten zijn {} inclusief btw.", "C: Oké, dat valt mee."],
      en: [
        "C: What would the repair cost?",
        "A: That comes to {} including tax.",
        "C: Okay, that is not too bad.",
      ],
    },
    noted: {
      nl: ["De reparatie kost {} inclusief btw.", "Medewerker noemt {} als prijs van de reparatie."],
      en: ["The repair costs {} including tax.", "Agent quoted {} for the repair."],
    },
  },
  {
    slot: "amount",
    said: {
      nl: [
        "C: Dan wil ik dat geld graag terug.",
        "A: Dat begrijp ik. Ik stort {} terug op uw rekening, dat ziet u vanzelf.",
        "C: Fijn.",
      ],
      en: [
        "C: Then I would like that money back.",
        "A: I understand. I will refund {} to your account.",
        "C: Great.",
      ],
    },
    noted: {
      nl: [
        "Medewerker stort {} terug.",
        "Er wordt {} teruggestort op de rekening van klant.",
        "Medewerker zegt toe {} terug te betalen.",
      ],
      en: [
        "Agent will refund {}.",
        "A refund of {} was promised.",
        "Customer will receive {} back on the account.",
      ],
    },
    item: { nl: "{} terugstorten", en: "Refund {}" },
  },
  {
    slot: "date",
    said: {
      nl: ["C: Wanneer wordt het bezorgd?", "A: De bezorging staat gepland op {}.", "C: Dat komt goed uit."],
      en: [
        "C: When is it going to be delivered?",
        "A: The delivery is planned for {}.",
        "C: That works for me.",
      ],
    },
    noted: {
      nl: ["De bezorging staat gepland op {}.", "Bezorging op {}."],
      en: ["Delivery is planned for {}.", "The delivery is scheduled for {}."],
    },
    item: { nl: "Bezorging op {} bevestigen", en: "Confirm the delivery on {}" },
  },
  {
    slot: "date",
    said: {
      nl: ["C: Mijn contract loopt af op {}, klopt dat?", "A: Ja, dat klopt, dat staat hier ook."],
      en: ["C: My contract ends on {}, is that right?", "A: Yes, that is right, I see the same here."],
    },
    noted: {
      nl: ["Het contract van klant loopt af op {}.", "Medewerker bevestigt dat het contract op {} afloopt."],
      en: ["The contract of the customer ends on {}.", "Agent confirmed that the contract ends on {}."],
    },
  },
  {
    slot: "time",
    said: {
      nl: ["A: De monteur komt dan om {}. Schikt dat?", "C: Ja hoor, dan ben ik thuis."],
      en: ["A: The engineer will be there at {}. Does that suit you?", "C: Yes, I will be home then."],
    },
    noted: {
      nl: ["De monteur komt om {}.", "Afspraak met de monteur om {}."],
      en: ["The engineer will come at {}.", "Engineer visit arranged at {}."],
    },
  },
  {
    slot: "time",
    said: {
      nl: ["C: Gisteren belde ik ook al, dat was om {}.", "A: Vervelend dat u nu weer moet bellen."],
      en: ["C: I called yesterday as well, that was at {}.", "A: I am sorry that you had to call again."],
    },
    noted: {
      nl: ["Klant belde gisteren ook al, om {}.", "Klant heeft gisteren om {} ook gebeld."],
      en: ["Customer also called yesterday at {}.", "The customer had called yesterday at {} too."],
    },
  },
  {
    slot: "term",
    said: {
      nl: ["C: Hoe lang gaat dat duren?", "A: U hoort {} van ons.", "C: Goed, dan wacht ik dat af."],
      en: [
        "C: How long will that take?",
        "A: You will hear from us {}.",
        "C: Alright, I will wait for that.",
      ],
    },
    noted: {
      nl: ["Klant hoort {} van ons.", "Medewerker zegt toe dat klant {} bericht krijgt."],
      en: ["Customer will hear from us {}.", "Agent promised to get back to the customer {}."],
    },
    item: { nl: "Klant {} informeren", en: "Inform the customer {}" },
  },
  {
    slot: "number",
    said: {
      nl: ["A: Wat is de meterstand?", "C: De stand is {}.", "A: Dank u, die neem ik over."],
      en: ["A: What is the meter reading?", "C: The reading is {}.", "A: Thank you, I have that now."],
    },
    noted: {
      nl: ["De meterstand is {}.", "Klant geeft meterstand {} door."],
      en: ["The meter reading is {}.", "Customer gave a meter reading of {}."],
    },
  },
  {
    slot: "number",
    said: {
      nl: [
        "C: In de bestelling hadden {} stuks moeten zitten.",
        "A: En die zijn niet allemaal aangekomen, begrijp ik.",
      ],
      en: [
        "C: There should have been {} pieces in the order.",
        "A: And they did not all arrive, I understand.",
      ],
    },
    noted: {
      nl: ["Klant had {} stuks besteld en mist een deel.", "De bestelling telde {} stuks."],
      en: ["Customer ordered {} pieces and some are missing.", "The order was for {} pieces."],
    },
  },
  {
    slot: "digits",
    said: {
      nl: ["A: Op welk nummer bent u bereikbaar?", "C: Dat is {}.", "A: Dank u wel."],
      en: ["A: What number can we reach you on?", "C: It is {}.", "A: Thank you."],
    },
    noted: {
      nl: ["Klant is bereikbaar op {}.", "Telefoonnummer van klant: {}."],
      en: ["Customer can be reached on {}.", "Phone number of the customer: {}."],
    },
  },
  {
    slot: "reference",
    said: {
      nl: ["A: Heeft u het bestelnummer voor mij?", "C: Ja, dat is {}.", "A: Ik heb hem gevonden."],
      en: ["A: Do you have the order number for me?", "C: Yes, it is {}.", "A: I have found it."],
    },
    noted: {
      nl: ["Het gaat om bestelling {}.", "Bestelnummer {} is nagekeken."],
      en: ["It concerns order {}.", "Order number {} was looked up."],
    },
  },
  {
    slot: "email",
    said: {
      nl: [
        "A: Naar welk adres mag ik de bevestiging sturen?",
        "C: Naar {} graag.",
        "A: Ik stuur hem er zo heen.",
      ],
      en: [
        "A: Which address may I send the confirmation to?",
        "C: To {} please.",
        "A: I will send it there right away.",
      ],
    },
    noted: {
      nl: ["De bevestiging gaat naar {}.", "Medewerker stuurt een bevestiging naar {}."],
      en: ["The confirmation goes to {}.", "Agent sends a confirmation to {}."],
    },
  },
];

/** Turns without a value, to stand between. */
export const fillers: Readonly<Record<Language, readonly string[]>> = {
  nl: [
    "A: Goedemiddag, waarmee kan ik u helpen?",
    "C: Hallo, ik heb een vraag over mijn bestelling.",
    "A: Een moment alstublieft.",
    "C: Prima.",
    "A: Kan ik u verder nog ergens mee helpen?",
    "C: Nee hoor, dat was het. Bedankt.",
  ],
  en: [
    "A: Good afternoon, how can I help you?",
    "C: Hi, I have a question about my order.",
    "A: One moment please.",
    "C: Sure.",
    "A: Is there anything else I can do for you?",
    "C: No, that was all. Thanks.",
  ],
};
