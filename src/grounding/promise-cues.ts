/** How promises are made, reported, refused and affirmed: fragments over folded text, Dutch and English together. */

function anyOf(fragments: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\d'])(?:${fragments})(?![\\p{L}\\d])`, "u");
}

const customer =
  "klant(?:en)?|beller|consument|customers?|caller|client|mevrouw|meneer|dhr|mevr|hij|zij|ze|he|she|they|user|buyer|patient|huurder";
const company =
  "(?:klantenservice)?medewerk(?:er|ster)s?|agents?|adviseur|collega|wij|we|bedrijf|company|organisatie|representative|rep|advisor|adviser|colleague|support(?: team)?|helpdesk|afdeling|department|klantenservice|customer service|supervisor|manager|leidinggevende|monteur|technicus|technician|engineer|leverancier|supplier|ik|i";

/** What tells whose words a note quotes. */
export const label = /^(?:klant|customer): /i;

/** Speaks of oneself, as no summary does. */
export const firstPerson = anyOf("ik|mij|mijn|m'n|i|i'm|i've|i'd|i'll|me|my|mine");

/** The same of several: it may be the company too. */
export const firstPersons = anyOf("wij|we|ons|onze|us|our");

/** What one is to get, in one's own words. */
export const gains = anyOf(
  "krijg|krijgen|gekregen|ontvang|ontvangen|(?:mij|me|ons) (?:\\p{L}+ )?(?:terug|betaal\\w*|betalen)|terug|vergoed\\w*|get|gets|receive|back|refund\\w*|compensat\\w*|(?:me|us) a",
);

/** What one wants for oneself: asking for money claims none. */
export const wishes = anyOf(
  "(?:ik|we|wij) (?:wil|willen|wens|wensen)|(?:ik|we|wij) zou(?:den)? (?:\\p{L}+ )?(?:graag|willen)|i (?:want|need|would like)|we (?:want|need|would like)|(?:i|we)'d like",
);

/** Where more is said than the wish alone. */
export const furtherClause = /[,;:] | (?:en|maar|omdat|dat|and|but|because|that) /;

/** Whom a clause is about, in what a summary says. */
export const subjects = {
  customer: new RegExp(
    `(?<![\\p{L}\\d'])(?:(?:according to|volgens) (?:the |de )?|(?<!(?:to|for|with|of|aan|naar|voor|met|van) (?:the |de |een )?))(?:${customer})(?![\\p{L}\\d])`,
    "u",
  ),
  company: anyOf(company),
};

/** Still the customer of the clause before. */
export const pronoun = /^(?:also |ook )?(?:hij|zij|ze|he|she|they)(?!\p{L})/u;

/** What parts two clauses, where the next has a subject of its own. */
export const clauseBreak = new RegExp(
  `[;:.]\\s+|(?:,| en| and| maar| but| waarna| waarop| terwijl| while| whereupon| after which)\\s+(?=(?:(?:de|het|the|een|a|zijn|haar|ook|also|daarna|then|daarop)\\s+)?(?:${customer}|${company})(?![\\p{L}\\d]))`,
  "gu",
);

/** A customer's words, wishes and beliefs are no promise of the company. */
export const reports = anyOf(
  "vraagt|vroeg|gevraagd|vragen|wil|wilde|wou|willen|wenst|wenste|zegt(?! toe)|zei|stelt|stelde|beweert|beweerde|claim\\w*|ask(?:s|ed|ing)? (?:for|to|if|about)|complain\\w*|request\\w*|enquir\\w*|inquir\\w*|disappointed|unhappy|frustrated|upset|angry|waiting|teleurgesteld|ontevreden|boos|wacht|meldt|meldde|gemeld|geeft aan|gaf aan|aangegeven|verwacht\\w*|eist|eiste|denkt|dacht|meent|meende|begreep|veronderstel\\p{L}*|vermoed\\p{L}*|vrees\\p{L}*|hoopt|hoopte|verzoek\\w*|verzocht|noemt|noemde|vindt|vond|klaagt|klaagde|informeert|dringt|rekent|gaat ervan uit|volgens|asks|asked|asking|wants|wanted|says|said|states|stated|claims|claimed|reports|reported|requests?|requested|requesting|expects|expected|demands|demanded|believes|believed|thinks|thought|hopes|hoped|inquire[sd]?|enquire[sd]?|complain\\w*|mention(?:s|ed)|would like|needs|needed|wonder\\w*|according to|insist\\w*|argue[sd]?|allege[sd]?|feels|felt|assume[sd]?",
);

/** Somebody gave their word or granted something. */
export const grants = anyOf(
  "zeg(?:t|de|gen)(?: [^.;]{1,80})? toe|toe te zeggen|toegezegd|toezegging\\w*|belo(?:of|ven|oft|ofd|ofde|vend)\\w*|belofte|garand\\w+|promis\\w+|guarantee\\w*|commit(?:s|ted|ment)|agree[ds]? to|stemt? in met|ging akkoord|gaat akkoord|akkoord met|toegekend|ken(?:t|de)(?: [^.;]{1,60})? toe|grant\\w*|award\\w*|approv\\w*|goedgekeurd|assur\\w+|verzekert|heeft recht op|entitled to",
);

export const future = anyOf(
  "zal|zullen|gaat|gaan|will|shall|is going to|are going to|wordt|worden|krijgt|ontvangt|gets|receives|'ll",
);

/** When it will be, where the verb does not say that it will. */
export const soon = anyOf(
  "morgen\\p{L}*|overmorgen|uiterlijk|straks|binnen (?:\\d+|een|twee|drie|vijf|enkele)|volgende (?:week|maand)|tomorrow|within|next (?:week|month)|(?:bel|kom|mail)t(?: [^.;]{1,40})? terug",
);

/** What a customer is given rather than does. */
export const receives = anyOf(
  "krijgt|krijgen|gekregen|ontvangt|ontvangen|kreeg|ontving|gets|get|receives?|received|(?:be|is|was|been) (?:refunded|credited|compensated|reimbursed|contacted|called|sent|given|paid|offered|promised|told)|wordt|worden|(?:is|zijn)(?: [^.;]{1,60})? (?:vergoed|terugbetaald|teruggestort|gecompenseerd|gecrediteerd|kwijtgescholden|toegekend)",
);

/** Deeds that only pass on, explain or write down. */
export const mere = anyOf(
  "leg(?:t|de)(?: [^.;]{1,60})? uit|uitgelegd|uitleg|vraagt|vroeg|adviseer\\w*|geadviseerd|verwijst|verwees|verwezen|noteer\\w*|noteren|genoteerd|registreer\\w*|geregistreerd|bespreekt|besprak|besproken|explain\\w*|asks|asked|advis\\w+|recommend\\w*|inform\\w*|link|refers|referred|apologi[sz]\\w*|excuses|instruct\\w*|suggest\\w*|note[sd]|record\\w*|logged|discuss\\w*|request\\w*|kan(?: [^.;]{1,40})? aanvragen|policy|beleid|voorwaarden|procedure|process",
);

export const negation = anyOf(
  "niet|niets|geen|nooit|zonder|not|no|never|none|nothing|cannot|\\p{L}+n't|unable|declin\\w*|refus\\w*|weiger\\w*|geweigerd|afgewezen|wijst(?: [^.;]{1,60})? af|onmogelijk|impossible|denie[sd]|reject\\w*|helaas|unfortunately|i'm afraid|afraid",
);
/** Negations that give something, and phrases that look like a promise and are none. */
export const harmless =
  /(?<!\p{L})van (?:\S+ ){1,3}naar (?:\S+ ){1,3}(?:te )?(?:gaan|gaat|ging)(?!\p{L})|niet (?:langer|meer|hoger|eerder) dan|(?:het |dit |dat )?ga(?:at|an) (?:om|over|ervan uit)|(?:call|line|connection) (?:was )?dropped|ga(?:at|an)(?: dan| nu)? van|(?:kan|kunnen|mag)(?: [^.;]{1,40})? (?:worden aangevraagd|aangevraagd worden)|this (?:is|concerns) about|(?:zonder|geen)(?: extra| verdere)? (?:kosten|boete|opzegtermijn)|at no (?:extra |additional )?(?:cost|charge)|no (?:extra )?(?:charge|cost)s?|no problem|geen probleem|not only|niet alleen|geen zorgen|no worries|zo niet|niet later dan|no later than/gu;

/** Not having to pay is given, however it is denied. */
export const releases =
  /(?:hoef|hoeft|hoeven)(?: [^.;]{1,60})? niet(?: [^.;]{1,20})? te betalen|niet (?:meer )?(?:hoeft|hoeven)? ?te betalen|(?:does not|doesn't|do not|don't|won't|will not|no longer) (?:have to|need to|has to|needs to) pay|(?:need not|(?:won't|will not) be (?:charged|billed))/gu;
export const released = "wordt kwijtgescholden";

/** Money that goes the other way. */
export const charges = anyOf(
  "afgeschreven|afschrijv\\w*|afgeboekt|in rekening|kost|\\p{L}*kosten|stijg\\w*|gekost|incasso|eigen risico|geincasseerd|verschuldigd|debit\\w*|charge[ds]?|charging|cost|costs|owes?|owed|due|bill(?:ed)?",
);

export const uncertain = anyOf(
  "misschien|hangt(?: [^.;]{1,60})? af|afhangt|afhankelijk|depends?|depending|mogelijk|eventueel|wellicht|of er|of het mogelijk|kijken of|nagaan of|onderzoeken of|zien of|might|maybe|perhaps|possibly|whether|if possible|see if|check if|could be|may be",
);

const verbs =
  "zal|ga|kan|mag|heb|stuur|mail|app|bel|stort|betaal|boek|regel|plan|zet|maak|pas|verwerk|zorg|laat|geef|bied|scheld|crediteer|vergoed|annuleer|verleng|leg|kom|beloof|garandeer|meld|neem|controleer|check|onderzoek|zoek|kijk|los|ruil|vervang|bestel|reset|blokkeer|deblokkeer|noteer|registreer|dien|vraag|escaleer|herstel|corrigeer|wijzig|voeg|haal|trek|schrijf|breng|lever|doe|houd|koppel|reserveer|activeer|verwijder|wil|zeg(?! (?:u|je|maar|dat)(?!\\p{L}))|stop|start|verreken|sluit|schrap|plaats|schakel|vul|verbind";

/** An agent says what is, was or will be done. */
export const commits = anyOf(
  `(?:ik|k) (?:\\p{L}+ )?(?:${verbs})|(?:${verbs}) ik|(?:we|wij) (?:\\p{L}+ )?\\p{L}+en|\\p{L}+en (?:we|wij)|(?:we|wij) (?:doen|gaan)|(?:u|je|jij) (?:krijgt|ontvangt|hoort|heeft|wordt|bent|kunt|mag)|(?:krijgt|ontvangt|hoort|wordt) (?:u|je)|(?:krijg|ontvang|hoor|word) je|er (?:komt|wordt|gaat|is|zal)|komt er|(?:wordt|worden|is|zijn|staat|komt|gaat|zal|zullen|werd|werden)|\\p{L}* ?(?:collega|monteur|afdeling|team|specialist|technicus|adviseur|expert|installateur|taxateur|hersteller|behandelaar|bezorger|koerier|consulent|netbeheerder|agent|ambtenaar|inspecteur|planner|loket) (?:\\p{L}+ )?(?:belt|komt|neemt|stuurt|zal|gaat|kijkt|lost|regelt)|(?:belt|mailt|stuurt|komt|neemt|reageert|beoordeelt|behandelt|bezorgt|levert|vergoedt|regelt|informeert) (?:de|het|een|onze|mijn|iemand)|(?:beloofd|toegezegd|afgesproken)|` +
    "(?:i|we)(?:'ll|'ve|'m|'re| will| shall| can| have| am| are| just| already| promise| guarantee)|(?:i|we) (?:\\p{L}+ )?\\p{L}{2,}ed|(?:i|we) (?:sent|made|put|set|did|gave|paid|found)|let me|you(?:'ll|'re| will| should| are| can| have)|will|going to|has been|have been|is being|it's|are|was|were|is|shall i|would you like (?:me|us|a)|happy to",
);

export const money = /[\u20ac$\u00a3]|(?<!\p{L})(?:euro|eur|dollar|usd|pond|pound|gbp)/u;

/** Who and when: words every promise has, which make none like another. */
export const common = anyOf(
  `${customer}|${company}|terug|back|\\p{L}*morgen\\p{L}*|tomorrow|vandaag|today|week|maand|month|binnen|within|werkdag\\p{L}*|days?|dagen|belooft|promised|zegt|toegezegd|graag|please`,
);

/** An agent repeats what the customer wants or believes: it carries no deed of weight. */
export const restates = anyOf(
  "(?:u|je) (?:wilt|wil|vraagt|zegt|verwacht|denkt|bedoelt|vindt|hoopt|claimt|noemt)|(?:wilt|vraagt|zegt|verwacht|denkt|noemt) u|wil je|dat (?:u|je|er|het|dit) |ik (?:noteer|registreer|begrijp|hoor|lees|snap)|noteer ik|begrijp ik|uw (?:verzoek|claim|wens)|of (?:ik|we|wij|dat|er|u|het)|navragen|aanvragen|you (?:want|asked?|are asking|'re asking|said|say|expect|think|mentioned|believe|claim|were)|i(?:'ll| will)? (?:note|noted|understand|hear|read|see)(?! to)|your (?:request|claim)|whether|if (?:i|we|that|there|you|it)",
);

/** An agent says yes to what the customer has just said. */
export const affirms = anyOf(
  "(?:(?:die|dat|dit|deze) (?:worden|wordt|krijgt|krijg|betalen|betaal|vergoeden|vergoed|storten|stort|boeken|boek|halen|haal|komen|komt))|(?:dat )?klopt|dat (?:doe|regel|ga|zal|kan|beloof) ik|(?:doe|regel) ik|dat (?:gaan|doen|regelen) we|(?:doen|regelen) we|ga ik (?:doen|regelen|voor u)|komt in orde|komt goed|(?:dat )?is (?:goed|prima|akkoord|correct|juist|afgesproken)|prima|zeker|natuurlijk|absoluut|uiteraard|ja hoor|inderdaad|afgesproken|akkoord|(?:yes|sure|of course|certainly|absolutely|definitely|correct|indeed|agreed|will do|deal)|i(?:'ll| will) do (?:that|so)|that(?:'s| is) (?:right|correct|fine|agreed|settled)|no problem|i can do that|we can do that|happy to",
);

/** What can be done by whoever wants to. */
export const possible = anyOf("kan|kunnen|mag|mogen|mogelijk|can|could|may|possible");

/** An agent needs or asks for something: the customer is to do it. */
export const needs = anyOf(
  "(?:heb|hebben|hebt|heeft|is|zijn)(?: [^.;]{1,60})? nodig|(?:kunt|wilt|moet|dient|mag|zou) u(?! (?:dat )?(?:ik|we|wij))|u (?:moet|dient)|(?:kun|wil|moet) (?:je|jij)(?! (?:dat )?(?:ik|we|wij))|(?:je|jij) moet",
);

/** Whether something may be had or done, where it is denied: a refusal, and no mere report of what is not. */
export const grantable = anyOf(
  "kan|kunnen|mag|mogen|lukt|gaat|gaan|wordt|worden|krijgt|krijg|vergoeden|vergoedt|betalen|betaalt|geven|geef|doen|doe|akkoord|can|cannot|can't|won't|will|unable|able|get|give",
);

/** After a refusal: given all the same. */
export const afterAll = anyOf("wel|toch|alsnog|deze keer|eenmalig|this time|after all|anyway");

/** Verbs that only help another, and words no subject is told by. */
export const helping = anyOf(
  "wordt|worden|werd|werden|geworden|krijgt|krijgen|kunt|kunnen|moet|moeten|zullen|zouden|hebben|alleen|omdat|deze|alles|altijd|normaal|eigenlijk|helaas|volgens|bedrag|euros?|cent|per|tot|als|dan|over|voor|mee|dag|keer|meer|nog|wel|nee|ook|die|dat|hoor|kan|gaat|zal|will|any|all",
);
