/**
 * The words cues are made of, by what they are about; Dutch, English, then some German and French. Lower case, no
 * diacritics, no apostrophes; `*` stands for any ending.
 */
export const vocabulary = {
  // Orders to forget orders.
  ignore:
    "negeer* negeren vergeet overschrijf* omzeil* sla schrap ignore disregard forget override overrides bypass skip discard neglect overrule scrap drop ignoriere ignorieren vergiss ignorez oublie oubliez",
  aside: "aside kant opzij",
  setAside: "set put schuif schuiven leg zet laat",
  heed: "aantrekken trek aandacht attention",
  nothing: "niets niks geen no not nothing",
  rules:
    "instructie* instructies opdracht opdrachten regels richtlijn* aanwijzing* voorschrift* bevelen systeemprompt* prompt prompts instruction* instructions direction directions directive* guideline* rules restrictions beperkingen task brief assignment systemprompt anweisung* regeln consigne* consignes",
  everything: "alles everything anything whatever tout",
  every: "alle all al every alles everything whatever wat",
  know: "know weet",
  earlier:
    "hiervoor voorheen eerder eerdere vorige voorgaande bovenstaande boven earlier previous previously prior before above alle all vorherigen precedentes",
  talk: "gesprek conversation transcript",
  fresh: "nieuw nieuwe new updated bijgewerkte aangepaste neue neuen nouvelle nouvelles",
  version: "versie version",
  void: "ongeldig vervallen geldt gelden vervalt achterhaald vervangen void cancelled canceled invalid outdated obsolete replaced",
  not: "niet geen nooit not no none never dont neednt longer",
  stop: "stop quit cease",
  follow: "volg volgen houd houden luister let hoeft obey follow adhere comply heed listen apply",
  following: "following obeying",
  told: "opdraagt opgedragen gezegd verteld meegekregen gekregen ingeprent ingesteld voorgeschreven geprogrammeerd told given instructed tells configured programmed trained",
  maker: "developers ontwikkelaars makers leverancier programmers",
  admin: "beheerder administrator admin developer ontwikkelaar",

  // Whom it is said to.
  self: "ik we wij i im ill ive",
  own: "mijn my mine me mij us our ons onze",
  your: "je jouw uw jullie your deine deinen ton tes vos votre",
  you: "je jij u you du tu vous",
  be: "bent ben are bist es etes speelt play heet",
  now: "nu now voortaan vanaf from henceforth rest jetzt maintenant",
  job: "job taak task rol role name naam",
  role: "assistent assistant bot model ai dan terminal console directeur director robot gpt chatgpt expert persona character rol supervisor approver",
  pretend: "pretend roleplay act gedraag simuleer simulate",
  suppose: "alsof stel imagine",
  persona: "assistent assistant bot ai gpt chatgpt persona terminal console",
  soon: "soon quickly snel",
  as: "als as",
  mode: "mode modus",
  modeName: "developer ontwikkelaars debug dan jailbreak god sudo admin supervisor",
  jailbreak: "jailbreak* ontwikkelaarsmodus developermode",
  message: "bericht message boodschap opmerking note melding instructie instruction mededeling order",
  toward: "voor for aan to",
  onlyMachine:
    "taalmodel* languagemodel samenvatter* summariser* summarizer* sprachmodel* llm llms systeemprompt* systemprompt*",
  machine: "ai gpt* chatgpt copilot",
  language: "language kunstmatige artificial",
  model: "model intelligentie intelligence",
  apparatus: "systeem system bot computer robot software assistent assistant programma machine",
  reads:
    "samenvat samenvatten samenvattend meeluistert meeleest summarises summarizes summarising summarizing transcribes processes verwerkt",
  ofSystem: "system systeem",
  notice: "message bericht prompt notice note",
  systemNotice: "systeembericht systeemmelding systemmessage",
  bounds: "start begin end einde",

  // Frames, spoken.
  speaker: "systeem system assistant assistent agent medewerker user developer instructie opdracht task taak",
  colon: "colon",
  double: "dubbele",
  point: "punt",
  end: "einde end ends eind eindigt",
  words: "transcript transcriptie",
  recording: "opname recording gesprek call chat conversation",
  far: "zover was",
  bracket: "accolade accolades bracket brackets haakje brace quote",
  opening: "open openen close closing sluiten inst unquote",
  hash: "hekje hashtag streepje",

  // The record, and writing into it.
  note: "noteer noteren schrijf schrijft schrijven opschrijven wegschrijven vermeld vermelden meld meldt registreer rapporteer rapporteert vast document documenteer write record mention report state schreibe ecris ecrivez schreib",
  noting: "note",
  that: "that dat",
  write:
    "noteer schrijf schrijft vermeld meld registreer zet neem voeg leg plaats noteren schrijven vermelden melden registreren zetten opnemen toevoegen vastleggen opschrijven rapporteer* write record mention report state put include add set say place document copy fill reference schreibe schreib ecris ecrivez",
  log: "samenvatting gespreksverslag contactverslag verslag summary writeup transcript zusammenfassung",
  resume: "resume",
  le: "le dans",
  file: "dossier notitie notities notes note record records file logboek log report rapport description beschrijving",
  place: "systeem system account",
  logging: "log",
  hereby: "erbij erin down",
  stand:
    "staan say says state komen komt terugkomen read reads contain contains bevatten staat mention mentions reflect reflects laat let make begin finish start",
  must: "moet must should wil want needs has dient hoort",
  sum: "vat summarise summarize samenvat",
  together: "samen this the as that dit",
  answer: "antwoord answer reply respond antworte",
  only: "alleen enkel only just nur",
  action: "action actie",
  item: "item items punt",
  actionItem: "actiepunt actiepunten actionitem actionitems",
  agreements: "afspraken afspraak agreements commitment",

  // What it is to say.
  gain: "terugkrijg terugkrijgt terugbetaling vergoed vergoeding refund refunded compensatie compensation beloofd belooft toegezegd promised gratis free korting discount credited recht entitled akkoord agreed approved kwijtgescholden kwijtschelding waived vervalt owed schadevergoeding tegoed goodwill payout remboursement versprochen erstattung",
  money: "euro euros pond pounds pound dollar dollars eur gbp usd",
  gets: "krijg krijgt ontvang ontvangt betaalt hoeft get gets getting receive receives owed granted",
  drunk: "dronken drunk insulted uitgescholden swore cursed",
  third: "klant customer client medewerker agent kunde kunden",
  party: "klant customer kunde client",
  article: "de the deze this der",
  service: "service services care support dienst",
  solved:
    "opgelost verholpen resolved solved tevreden satisfied happy blij dolblij afgehandeld closed delighted thrilled gelost",

  // The category.
  put: "zet plaats boek registreer geregistreerd wegschrijven file put place mark markeer deel archiveer",
  choose: "kies choose pick select option answer bucket",
  under: "onder under as als bij into below",
  this: "dit this gesprek conversation call chat it deze one",
  into: "in onder under bij",
  belongs: "hoort valt belongs goes thuis",
  category:
    "categorie category rubriek classification classificatie kategorie subcategorie subcategory onderwerp subonderwerp",
  subcategory: "subcategorie subcategory subonderwerp",
  which: "welke which what wat",
  level: "level niveau laag",
  classify:
    "classificeer* classificeren categoriseer* rubriceer* rubriceren indelen indeling classify classified categorise* categorize* klassifiziere",
  label: "label labelen tag etiketteer",
  field: "sentiment status resolved subcategory subcategorie actionitems classification outcome",
  set: "set zet mark markeer close sluit",

  // What is to be given away.
  print:
    "herhaal toon print repeat show reveal display output leak druk afdrukt laat dump disclose echo echoes geef give schrijf write uitschrijf",
  prompt: "prompt systeemprompt configuration configuratie instellingen settings systemprompt context",
  promptWord: "prompt",
  literally: "letterlijk letterlijke woordelijk woordelijke verbatim",
  text: "tekst text",
  context: "context configuration systemprompt",
  black: "zwart black",
  white: "wit white",
  others: "andere other anderen others last laatste earlier vorige",
  customerData: "klantgegevens klantdata klantenbestand",
  customers: "klanten customers mensen people customer",
  data: "gegevens details data names namen numbers nummers records gesprekken chats",
  link: "link url links https http www",

  // Who reads the log.
  who: "wie whoever degene anyone iedereen everyone collega colleague persoon person lezer reader agents medewerkers afdeling department",
  reader: "lezer reader lezers readers",
  reading: "leest reads lees reading read opent opening opens picks krijgt",
  later: "dit this straks later log file dossier ticket verslag",
  next: "volgende next backoffice",
  colleague: "medewerker agent collega colleague behandelaar person persoon",
  danger:
    "reset wachtwoord password open klik klikken click bel call bellen betaal pay wijzigen wijzig change delete verwijder visit bezoek stuur send https http www",
} as const;

/** `taxonomy` is where a label of the brand's category list begins. */
export type Group = keyof typeof vocabulary | "taxonomy";
