/** The demo's two brands: which queues are theirs and the closed list their contact logs are filed under. */
export interface DemoBrand {
  readonly id: string;
  readonly name: string;
  /** BCP 47 language its contact logs are written in. */
  readonly language: string;
  /** Globs over queue names. */
  readonly queues: readonly string[];
  readonly taxonomy: readonly { readonly category: string; readonly subcategories: readonly string[] }[];
}

export const brands: readonly DemoBrand[] = [
  {
    id: "helder",
    name: "Helder",
    language: "nl",
    queues: ["Helder *"],
    taxonomy: [
      {
        category: "Facturen",
        subcategories: ["Termijnbedrag", "Jaarnota", "Betalingsregeling", "Terugbetaling"],
      },
      { category: "Verhuizing", subcategories: ["Verhuizing doorgeven", "Eindnota", "Leegstand"] },
      { category: "Storing", subcategories: ["Cv-ketel", "Stroomuitval", "Slimme meter", "App en website"] },
      { category: "Contract", subcategories: ["Afsluiten", "Verlengen", "Opzeggen", "Tarieven"] },
      {
        category: "Meterstanden",
        subcategories: ["Meterstand doorgeven", "Geschatte meterstand", "Meterstand corrigeren"],
      },
      { category: "Zonnepanelen", subcategories: ["Aanmelden", "Terugleveren", "Salderen"] },
    ],
  },
  {
    id: "noordlicht",
    name: "Noordlicht",
    language: "nl",
    queues: ["Noordlicht *"],
    taxonomy: [
      {
        category: "Rekening",
        subcategories: ["Termijnbedrag", "Jaarafrekening", "Betalingsregeling", "Incasso"],
      },
      {
        category: "Verhuizing",
        subcategories: ["Verhuizing aanmelden", "Meterstanden overdragen", "Eindafrekening"],
      },
      {
        category: "Contract",
        subcategories: ["Nieuw contract", "Verlengen", "Opzeggen", "Dynamisch contract"],
      },
      { category: "Meter", subcategories: ["Meterstand doorgeven", "Meterstand klopt niet", "Slimme meter"] },
      {
        category: "Zonnepanelen",
        subcategories: ["Panelen aanmelden", "Terugleverkosten", "Terugleververgoeding", "Thuisbatterij"],
      },
      { category: "Mijn gegevens", subcategories: ["Inloggen", "Adres wijzigen", "Rekeningnummer wijzigen"] },
    ],
  },
];
