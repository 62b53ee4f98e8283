/** What a company can promise, by what it comes to: fragments over folded text, Dutch and English together. */
export interface Deed {
  readonly name: string;
  /** Worth money, goods or a contract: only a deed that comes to the same carries it, never a mere likeness of words. */
  readonly weight?: "money" | "goods" | "contract";
  /** Only the same deed carries it, never a likeness of words. */
  readonly distinct?: true;
  /** Somebody of the company has to do it: said of an agent, it is a promise in the present tense too. */
  readonly handsOn?: true;
  readonly words: string;
}

/** Something new that is no paper: goods. */
export const newThing =
  "nieuwe? (?!\\p{L}*(?:nota|factuur|facturen|rekening|polis|afspraak|link|mail|wachtwoord|code|bevestiging|brief|contract|abonnement|nummer|label|bericht|bedrag|datum|offerte|reactie|voorstel|melding|overzicht|formulier|gegevens)(?!\\p{L})|termijn|klant|inlog)\\p{L}+";

export const deeds: readonly Deed[] = [
  {
    name: "refund",
    weight: "money",
    words:
      "terug ?(?:te )?(?:betal\\w*|betaald\\w*|stort\\w*|gestort\\w*|boek\\w*|geboekt|gekregen|krijg\\w*)|teruggave|(?:krijgt?|ontvangt?|betalen|betaalt?|storten|stort|boeken|boekt?)(?: [^.;]{1,60})? terug|(?:geld|bedrag) (?:staat|komt|is)(?: [^.;]{1,60})? terug|refund\\w*|reimburs\\w*|(?:money|amount|paid|pay|pays|get|gets|receive|give|gives) (?:it |you |them |this |the |all |[\\d.,\u20ac$ ]+(?:euros?|dollars?|pounds?)? ?){1,4}back|creditering|credit nota|creditnota|gestorneerd|storneren|storneer\\w*|reversed?|reverse the",
  },
  {
    name: "compensation",
    weight: "money",
    words:
      "vergoed\\w*|verreken\\w*|schadevergoeding|compens\\w*|tegemoetkoming|goodwill|coulance\\w*|gecrediteerd|crediteren|crediteert|tegoed|credits?|credited|crediting|gift ?card|cadeaubon|cadeaukaart|voucher\\w*|waardebon|tegoedbon|bonus",
  },
  {
    name: "payment",
    weight: "money",
    words:
      "(?:uit)?betaal(?:t|d)?|(?:uit)?betalen|uit ?betaling\\w*|uitgekeerd|uitkering|uitkeren|keert(?: [^.;]{1,40})? uit|over ?(?:te )?maken|overgemaakt|maak\\w*(?: [^.;]{1,40})? over|maken(?: [^.;]{1,40})? over|overboeking|overgeboekt|pay|pays|paid|payout|pay ?out|transfer(?:red|s)? (?:to|the (?:money|amount))",
  },
  { name: "discount", weight: "money", words: "korting\\w*|discount\\w*|% off|percent off" },
  {
    name: "waive",
    weight: "money",
    words:
      "kwijt ?(?:schelden|gescholden|scheld\\w*)|kwijtschelding|scheld\\w*(?: [^.;]{1,60})? kwijt|waiv\\w*|gratis|kosteloos|free of charge|for free|month free|at no (?:extra )?cost|zonder kosten|geen kosten|no charge|vervalt|vervallen|dropped|scrapped|lifted|(?:drop|remove|removed|scrap) the (?:fee|fine|charge|costs?|bill)\\w*|ingetrokken|in te trekken|intrek\\w*|trek\\w*(?: [^.;]{1,40})? in|(?:haal|haalt|halen|gehaald)(?: [^.;]{1,40})? (?:eraf|er af|af)|eraf (?:te )?(?:gehaald|halen|haal)",
  },
  {
    name: "replacement",
    weight: "goods",
    words:
      "verva(?:ng|nging)\\w*|omruil\\w*|omgeruild|ruil\\w* (?:[^.;]{1,40} )?om|replac\\w*|exchang\\w*|nieuwe? exemplaar|nieuw toestel|new (?:one|device|unit|copy)|" +
      `(?:krijg|ontvang|stuu?r|lever|bestel|verzend|verstuu?r)\\p{L}*(?: [^.;]{1,30})? ${newThing}|${newThing}(?: [^.;]{1,30})? (?:ge|ver|be|op|toe)(?:stuurd|stuur|sturen|zonden|steld|leverd)\\p{L}*`,
  },
  { name: "upgrade", weight: "goods", words: "upgrad\\w*|gratis maand|free month" },
  {
    name: "engineer",
    distinct: true,
    words:
      "monteurs?|technicus|technician\\w*|engineer\\w*|mechanic|installateurs?|hersteller|iemand(?: [^.;]{1,40})? (?:langs|naar u toe|bij u)|(?:komt|komen|kom)(?: [^.;]{1,40})? (?:iemand|langs)|langskom\\w*|langs te komen",
  },
  {
    name: "cancel",
    weight: "contract",
    words:
      "annuler\\w*|geannuleerd|annulering|opzeg(?!baar|termijn|boete)\\w*|opgezegd|op te zeggen|zeg(?:t|gen)?(?: (?:ik|we|wij))? (?:het|hem|'m|dat|dit|(?:de|het|uw|je|jouw) \\p{L}+) op(?! (?:de|het|een|uw|je))|zeg op|(?:zet|zetten|gezet)(?: [^.;]{1,40})? (?:stop|stil)|beeindig\\w*|cancel\\w*|terminat\\w*|stopgezet|stopzet\\w*",
  },
  {
    name: "call",
    words:
      "terug ?(?:te )?bel\\w*|teruggebeld|telefonisch contact|\\w*bel(?:t|len|d|de)?|gebeld|opbellen|call\\w*|phone\\w*|ring\\w*|terugbelverzoek|callback",
  },
  {
    name: "contact",
    words:
      "contact\\w*|laat\\w*(?: [^.;]{1,60})? weten|get\\w* back to|reach\\w* out|hoort?(?: [^.;]{1,60})? van|hoort?(?: (?:u|je))?(?: [^.;]{1,40})? (?:iets|meer|bericht)|hear\\w* from|let(?: [^.;]{1,30})? know|bericht\\w*|inform\\w*|informeer\\w*|geinformeerd|update\\w*|terugkoppel\\w*|teruggekoppeld|notif\\w*|keep(?: [^.;]{1,30})? posted|op de hoogte",
  },
  {
    name: "send",
    handsOn: true,
    words:
      "\\w*stu(?:ur|urt|ren|urd|urde)|\\w*gestuurd|\\w*verzond\\w*|\\w*verzend\\w*|\\w*zend\\w*|send\\w*|sent|ship\\w*|forward\\w*|mail\\w*|\\w*gemaild|e-mail\\w*|email\\w*|post|ontvang\\w*|receiv\\w*|krijg\\w*|bezorg\\w*|geleverd|lever\\w*|deliver\\w*|dispatch\\w*",
  },
  {
    name: "repair",
    words:
      "reparer\\w*|gerepareerd|reparatie|herstel\\w*|hersteld|\\w*losgemaakt|oplos\\w*|opgelost|op te lossen|los\\w*(?: [^.;]{1,40})? op|repair\\w*|fix\\w*|restor\\w*|resolv\\w*|solv\\w*",
  },
  {
    name: "investigate",
    words:
      "onderzoek\\w*|onderzocht|onderzoekt|uitzoek\\w*|uitgezocht|uit te zoeken|zoek\\w*(?: [^.;]{1,40})? uit|nakijk\\w*|nagekeken|na te kijken|kijk\\w*|nagaan|nagegaan|controle\\w*|controler\\w*|gecontroleerd|navraag|investigat\\w*|look\\w* (?:in|at)|check\\w*|review\\w*|find out|verif\\w*|bekijk\\w*|bekeken|meting|meten|gemeten|measure\\w*",
  },
  {
    name: "escalate",
    words:
      "escal\\w*|doorzet\\w*|doorgezet|door te zetten|zet\\w*(?: [^.;]{1,40})? door|doorgeven|doorgegeven|door te geven|geef\\w*(?: [^.;]{1,40})? door|doorverbind\\w*|doorverbonden|doorgestuurd|transfer\\w*|pass\\w*(?: [^.;]{1,40})? on|forward\\w*|melding|ticket|case|intern|overleg\\w*|hand\\w* over|collega|colleague",
  },
  {
    name: "change",
    words:
      "wijzig\\w*|gewijzigd|verander\\w*|veranderd|aanpas\\w*|aangepast|aan te passen|pas\\w*(?: [^.;]{1,40})? aan|corrig\\w*|gecorrigeerd|correctie|verwerk\\w*|verwerkt|bijgewerkt|chang\\w*|updat\\w*|adjust\\w*|correct\\w*|amend\\w*|process\\w*|rectif\\w*",
  },
  {
    name: "arrange",
    words:
      "regel\\w*|geregeld|inplan\\w*|ingepland|in te plannen|plan\\w*|gepland|afspraak|afspraken|reserver\\w*|gereserveerd|boek\\w*|geboekt|arrang\\w*|schedul\\w*|appointment\\w*|book\\w*|set\\w* up|organi[sz]\\w*|langs\\w*|komt|come|comes|visit\\w*",
  },
  {
    name: "extend",
    words:
      "verleng\\w*|uitstel\\w*|betalingsregeling|termijn\\w*|exten\\w*|postpon\\w*|payment plan|instal(?:l)?ment\\w*|opschort\\w*",
  },
  {
    name: "activate",
    words:
      "activer\\w*|geactiveerd|aanzet\\w*|aangezet|aansluit\\w*|aangesloten|opnieuw instel\\w*|reset\\w*|blokk\\w*|geblokkeerd|deblok\\w*|verwijder\\w*|activat\\w*|connect\\w*|block\\w*|unblock\\w*|remov\\w*|delet\\w*|add\\w*|voeg\\w*(?: [^.;]{1,40})? toe|toevoeg\\w*|toegevoegd",
  },
  {
    name: "record",
    words:
      "noteer\\w*|noteren|genoteerd|notitie|aantekening|registr\\w*|geregistreerd|vastleg\\w*|vastgelegd|leg\\w*(?: [^.;]{1,40})? vast|note\\w*|record\\w*|log|logged|regist\\w*|aanvra\\w*|aangevraagd|vraag\\w*(?: [^.;]{1,40})? aan|request\\w*|submit\\w*|ingediend|indien\\w*|bestel\\w*|besteld|order\\w*",
  },
];

const compiled = deeds.map((deed) => ({
  deed,
  pattern: new RegExp(`(?<![\\p{L}\\d])(?:${deed.words})(?![\\p{L}\\d])`, "u"),
}));

/** The deeds a folded sentence speaks of. */
export function deedsIn(folded: string): Deed[] {
  return compiled.filter(({ pattern }) => pattern.test(folded)).map(({ deed }) => deed);
}
