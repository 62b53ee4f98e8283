/**
 * What people say when they call, act and promise: data only, no scoring. Every entry is a fragment of a regular
 * expression over folded text (lower case, no diacritics, straight apostrophes); `rules.ts` joins a list into one
 * pattern between word boundaries. Dutch and English are always read together: one call often holds both.
 */
export interface Cues {
  /** Opening words that carry nothing; removed from the front of a sentence. */
  readonly openers: readonly string[];
  /** Sentences that are only courtesy. */
  readonly courtesy: readonly string[];
  /** The customer says why they are here. */
  readonly reason: readonly string[];
  /** The customer says what is wrong. */
  readonly problem: readonly string[];
  readonly question: readonly string[];
  /** Names, postcodes and the like: never the reason, never a task. */
  readonly identity: readonly string[];
  /** The agent says what was done. */
  readonly done: readonly string[];
  /** What looks like a deed and is none: nothing was done, or only looked at. */
  readonly notDone: readonly string[];
  /** The agent says what will be done. */
  readonly promise: readonly string[];
  /** Futures that end within the conversation ("I'll have a look"). */
  readonly notPromise: readonly string[];
  /** A term one can hold somebody to. */
  readonly firmTerm: readonly string[];
  /** A hint of later; makes a promise likelier. */
  readonly looseTerm: readonly string[];
  /** First person singular does it: the agent owns the promise. */
  readonly ownPromise: readonly string[];
  /** The agent asks the customer to do something after the conversation. */
  readonly ask: readonly string[];
  /** Requests that are answered within the conversation. */
  readonly notAsk: readonly string[];
  /** Promises that only confirm what was done; they leave nothing open. */
  readonly confirmation: readonly string[];
  readonly positive: readonly string[];
  readonly negative: readonly string[];
  readonly solved: readonly string[];
  readonly unsolved: readonly string[];
  /** Words aimed at a machine that reads along; such sentences are never quoted. */
  readonly machine: readonly string[];
}

/** Past participle of a Dutch verb that says something was done (not: seen, heard, understood). */
const participle =
  "(?!(?:gezien|gehoord|gelezen|gekregen|gedacht|gehad|geweest|begrepen|gevonden|gebeld|gesproken|gecontroleerd|ontdekt|bekeken|nagekeken|gevraagd|gehoopt|geprobeerd|verwacht|vernomen|bedoeld|beter)\\b)" +
  "(?:[a-z]{2,6}ge[a-z]{2,}(?:d|t|en)|ge[a-z]{2,}(?:d|t|en)|(?:ver|be|her|ont)[a-z]{3,}(?:d|t|en))";
const doingNow =
  "(?:pas|zet|boek|verwerk|stop|blokkeer|corrigeer|noteer|registreer|annuleer|wijzig|verander|verleng|verbind|meld|plan)";

const dutch: Cues = {
  openers: [
    "hallo|hoi|hey|goede?n?(?:morgen|middag|navond|avond)|goeie?(?:morgen|middag|navond)|dag",
    "ja(?: hoor)?|nou|oke|goed|prima|kijk|eh+m?|uh+m?|hm+|dus|momentje|even kijken(?: hoor)?|dank u(?: wel)?|dank ?je(?: ?wel)?",
    "top|super|fijn|mooi|keurig|klopt|natuurlijk|graag",
  ],
  courtesy: [
    "(?:waar(?:mee)?|hoe|wat) kan ik (?:u|je|jou)(?: \\S+){0,3} (?:helpen|doen)|zegt u het maar|wat kan ik voor (?:u|je) doen",
    "(?:fijne|prettige|goede) (?:dag|middag|avond|morgen|weekend)|tot ziens|graag gedaan|welkom bij|(?:u|je) (?:spreekt|chat) met",
    "excuses voor het wachten|bedankt (?:dat|voor) (?:het|uw|je|u)(?: (?:wachten|geduld|bellen))?|kan ik (?:u|je) verder nog",
  ],
  reason: [
    "ik (?:bel|chat|app|schrijf|mail|neem contact op)(?: \\S+){0,4} (?:omdat|want|over|voor|met|vanwege|om)|(?:bel|chat) ik (?:u |je |jullie )?(?:over|voor|omdat|om)|het gaat (?:om|over)",
    "ik (?:wil|wou|wilde|zou)(?: \\S+){0,3} (?:graag|weten|vragen|melden|doorgeven)|ik wil|ik heb een (?:vraag|probleem|klacht)|mijn vraag",
    "kan ik|kunnen (?:we|wij)|kunt u|kun je|ik snap|ik begrijp(?: \\S+){0,6} niet|ik moet|ik krijg",
  ],
  problem: [
    "klopt (?:er )?(?:niet|niets|niks)|klopt (?:\\S+ )?(?:niet|niets)|doet het niet|werkt niet|lukt niet|kan niet|kapot|stuk|storing|defect|fout",
    "niet (?:meer|ontvangen|gekregen|aangekomen|binnengekomen|verbruikt)|geen|nog steeds|ineens|plotseling|opeens|te (?:hoog|veel|laag|laat)|probleem|klacht|kwijt|verkeerd(?:e)?",
  ],
  question: ["hoe|wat|waarom|wanneer|welke?|hoeveel|kan|kunt|moet|mag|krijg|heb|is|zijn|klopt"],
  identity: [
    "mijn naam is|ik heet|mijn (?:nederlands|engels)|u spreekt met|postcode|huisnummer|geboortedatum|klantnummer|spreek ik met|voornaam|(?:uw|je) (?:naam|e-mailadres|telefoonnummer)",
  ],
  notDone: ["(?:heb|hebben|is|zijn) (?:er )?(?:nog )?(?:geen|niet|niets)|zoals ik heb"],
  done: [
    `(?:ik heb|we hebben|wij hebben|heb ik|hebben we|hebben wij)(?: \\S+){0,16}? ${participle}`,
    `(?:is|zijn|staat|staan|werd)(?: \\S+){0,6}? (?:nu|zojuist|inmiddels|hiermee|bij deze|direct|meteen)(?: \\S+){0,6}? ${participle}`,
    `ik ${doingNow}|${doingNow} ik|vervalt (?:daarmee|hiermee)`,
  ],
  promise: [
    "(?:u|je|jij) (?:ontvangt|krijgt|hoort)|(?:ontvangt|krijgt|hoort) u|(?:ontvang|krijg|hoor) je",
    "ik (?:bel|stuur|mail|app|regel|controleer|zorg|zal|ga|betaal|stort|laat)|(?:stuur|mail|bel|regel|controleer|zorg|zal|ga|laat) ik",
    "(?:en|dan) (?:bel|mail|stuur|app) (?:u|je|jou)",
    "(?:ik kom|kom ik|we komen|wij komen|komen we|komen wij)(?: \\S+){0,8} (?:terug|langs)",
    "(?:we|wij) (?:bellen|sturen|mailen|regelen|zorgen|zullen|gaan|betalen|storten|nemen|laten|verrekenen|vergoeden)",
    "(?:bellen|sturen|mailen|regelen|zorgen|zullen|gaan|betalen|storten|nemen|laten|verrekenen|vergoeden) (?:we|wij)",
    "(?:ik neem|neem ik|er neemt)(?: \\S+){0,8} contact(?: \\S+){0,4} op|(?:collega|monteur|specialist|afdeling|technicus|adviseur) (?:belt|komt|neemt|stuurt|kijkt|lost|zal|gaat)",
    "wordt(?: \\S+){0,5} (?:vandaag|morgen\\S*|binnen|uiterlijk|volgende|opnieuw)|(?:reageert|antwoordt|volgt) (?:binnen|uiterlijk|morgen)",
  ],
  notPromise: [
    "(?:ik|even|zal|ga)(?: \\S+){0,4} (?:kijken|nakijken|meekijken|opzoeken|uitzoeken|nazoeken|opvragen|checken|overleggen)|ik kijk|ik zoek|ik ga er(?: \\S+)? vanuit",
    "(?:komen we|daar komen|komt goed)|ik ga (?:u|je) (?:\\S+ )?(?:helpen|vragen)|ik zal(?: \\S+){0,3} helpen|ik zorg graag|hoe komt|laat ik|daar zorg ik voor|mijn best|onderzoeken|nagaan|bekijken|proberen|laten we|verder(?: te)? helpen|gerust|(?:krijg|krijgt|ontvangt) (?:je|u)(?: [a-z]+){0,4} niet[.!]?$|ga ik (?:dat|het)(?: [a-z]+){1,2}\\.?$",
    "(?:krijg|krijgt|ontvangt) (?:je|u) (?:daarvoor |er )?(?:niet|geen|niets|niks)|(?:we|wij) (?:vergoeden|betalen|storten|verrekenen|sturen|regelen)(?: \\S+){0,3} (?:niet|geen|niets|niks)|(?:vergoeden|betalen|storten|verrekenen) (?:we|wij)(?: \\S+){0,3} (?:niet|geen|niets|niks)",
  ],
  firmTerm: [
    "binnen|uiterlijk|vandaag|morgen\\S*|overmorgen|vanmiddag|vanavond|volgende (?:week|maand)|werkdag(?:en)?|voor het einde",
  ],
  looseTerm: [
    "straks|in (?:de loop|januari|februari|maart|april|mei|juni|juli|augustus|september|oktober|november|december)",
    "per (?:e-?mail|post|sms)|terug|contact|bevestiging",
  ],
  ownPromise: [
    "ik (?:bel|stuur|mail|app|regel|controleer|zorg|zal|ga|kom|betaal|stort|laat)|(?:stuur|mail|bel|regel|controleer|zorg|zal|ga|kom|laat) ik|(?:en|dan) (?:bel|mail|stuur|app) (?:u|je|jou)",
  ],
  ask: [
    "(?:wilt u|wil je|kunt u|kun je|zou u|zou je|graag|moet u|moet je|u moet|je moet|u dient|u kunt|je kunt|u mag|je mag)(?: \\S+){0,14}? (?:(?:op|terug|door|toe|in|mee)?(?:sturen|stuurt)|uploaden|doorgeven|opnemen|(?:terug)?bellen|mailen|invullen|aanvragen|aanmelden|ondertekenen|betalen|bewaren|meenemen|controleren|wijzigen|langskomen|opzeggen|regelen)",
    "(?:zet|stuurt|belt|mailt|vult|uploadt|bewaart|controleert|neemt|maakt|geeft) u(?: \\S+){1,}|vergeet(?: u)? niet|laat (?:u )?(?:het |dit )?(?:ons|me|mij|even|dan)(?: \\S+){0,4} weten",
  ],
  notAsk: [
    "(?:waar\\S*|wanneer|hoe|wat|wie) (?:belt|mailt|stuurt|neemt|maakt|geeft|zet) u|mag ik|kan ik|naam|postcode|huisnummer|geboortedatum|herhalen|spellen|vertellen|zeggen|uitleggen|een moment|aan de lijn|hoeft|niets te doen|nog (?:iets|ergens)|zorgen|geeft u m|gerust|(?:verdere|andere|nog) (?:vragen|hulp)|als (?:u|je) dat hebt|e-?mailadres|in de toekomst",
  ],
  confirmation: ["bevestiging(?:smail)?|e-?mail met|overzicht|ontvangstbewijs|bericht als|betaalverzoek"],
  positive: [
    "fijn|super|geweldig|heel blij|ben blij|opgelucht|opluchting|perfect|fantastisch|helemaal goed|heerlijk|netjes|wat goed|mooi|top|gelukkig|een stuk rustiger",
  ],
  negative: [
    "belachelijk|schandalig|boos|woedend|teleurgesteld|ontevreden|vervelend|waardeloos|irritant|frustrerend|onacceptabel|slecht(?:e)?|klacht|zat|(?:klopt|deugt) (?:er )?(?:niets|niks)(?: van)?|niet (?:fijn|blij|netjes|goed genoeg)|jammer|wekenlang|bang|absurd|te gek voor woorden",
  ],
  solved: [
    "(?:is|was) (?:het )?(?:nu )?opgelost|het is gelukt|het werkt(?: weer| nu| gewoon)*(?! [a-z])|hij doet het weer|(?:is|was) (?:dus )?gelukt|zo is het goed|dat was het|alles duidelijk",
  ],
  unsolved: [
    "(?:werkt|lukt|doet het) nog (?:steeds|altijd) niet|niet opgelost|(?:kan|kunnen|mag)(?: ik| we| wij)?(?: u| je| jou)? helaas(?: u| je| hier)? (?:niet|niets|geen)|heb(?:ben)? (?:er )?niets aan|schiet ik niets mee op",
  ],
  machine: ["instructies|systeemprompt|taalmodel|negeer (?:alle|alles|de|het|vorige|bovenstaande)"],
};

const participleEn =
  "(?!(?:needed|wanted|noticed|looked|called|tried|checked|wondered|hoped|asked you|missed|received|happened|used|supposed|interested|enjoyed|liked)\\b)" +
  "(?:[a-z]{2,}ed|sent|made|put|set|done|given|taken|reset|paid|written|gone ahead)";

const english: Cues = {
  openers: [
    "hi|hello|hey|good (?:morning|afternoon|evening)|yes|yeah|yep|ok|okay|alright|all right|right|well|so|um+|uh+|er+|oh|great|sure|of course|thanks|thank you(?: very much| so much)?|sorry|perfect",
  ],
  courtesy: [
    "how (?:can|may) i (?:help|assist)|how i can help|what can i do for you|anything else|have a (?:great|nice|good|lovely)|you're (?:very )?welcome|thank you for (?:calling|contacting|waiting|holding|your patience)|you're chatting with|nice to meet you|good ?bye|take care|is english okay",
  ],
  reason: [
    "i(?:'m| am| was) (?:calling|writing|contacting|chatting|reaching out|looking|trying)|i(?:'d| would) like|i (?:want|need|wanted|lost|forgot)|i have an? (?:question|problem|issue|complaint)|it's about|my question|the reason",
    "(?:can|could|would|will) (?:you|i|we)|i (?:don't|do not) understand|is it possible|i wish|i was wondering|i keep",
  ],
  problem: [
    "not (?:working|[a-z]+ing)|doesn't|don't|didn't|isn't|wasn't|won't|can't|cannot|could not|couldn't|unable|broken|wrong|error|issue|problem|still|missing|lost|too (?:much|high|late)|never|suddenly|failed|stuck|no longer|complaint",
  ],
  question: ["how|what|why|when|which|where|can|could|do|does|is|are|will|would|any idea"],
  identity: [
    "my name is|i'm called|first name|can't wait|my (?:dutch|english)|this is .{2,30} speaking|date of birth|zip ?code|post ?code|account number|your (?:name|e-?mail address|phone number)|who am i speaking",
  ],
  notDone: ["(?:have|has|did|was|were|is|are)(?:n't| not)|nothing|as i have"],
  done: [
    `(?:i've|i have|we've|we have)(?: \\S+){0,4}? ${participleEn}`,
    `(?:i|we) (?:just |already |now |also )?${participleEn}`,
    `(?:has|have)(?: now| just| already| successfully)* been (?:successfully )?${participleEn}|(?:is|are) (?:now|all set)|you(?:'re| are) (?:now )?(?:booked|registered|all set)`,
    "i(?:'m| am) (?:now )?(?:booking|cancell?ing|changing|updating|registering|processing|ordering|blocking|refunding|transferring|scheduling|resetting|adding|removing)",
  ],
  promise: [
    "you(?:'ll| will| should) (?:receive|get|hear|be (?:contacted|notified|called|refunded))|(?:i|we)(?:'ll| will| shall)|(?:i'm|we're|i am|we are) going to|i(?:'m| am) sending|(?:someone|colleague|engineer|technician|team|specialist|department|manager) (?:will|is going to)",
    "(?:will|can) be (?:sent|delivered|processed|refunded|corrected|recalculated|updated|fixed|resolved|available|there|with you|credited)|on its way|(?:we|i) promise",
  ],
  notPromise: [
    "(?:i|we|let me)(?:'ll| will| can|)(?: \\S+){0,2} (?:check|look|see|find out|verify|review|be (?:happy|glad|able)|try to help|help you|assist|need|ask you|just need)|i(?:'ll| will) be right|one moment|going to (?:check|look|see|need|ask|help)|i'm afraid|my best|let's|feel free|further help|gladly help",
  ],
  firmTerm: [
    "within|today|tonight|tomorrow|by (?:the end|monday|tuesday|wednesday|thursday|friday|next)|before|no later than|next (?:week|month)|(?:working|business) days?",
  ],
  looseTerm: ["in (?:the next|an hour)|hours?|by e-?mail|shortly|soon|back"],
  ownPromise: ["i(?:'ll| will| shall)|i(?:'m| am) (?:going to|sending)|i promise"],
  ask: [
    "(?:please|could you|can you|would you|you(?:'ll| will)? (?:need|have) to|you (?:must|should|can)|make sure)(?: \\S+){0,12}? (?:send|reply|upload|submit|call (?:us|back)|fill in|return|bring|sign|pay|keep|restart|reinstall|try again|contact|register|follow|forward|e-?mail)|don't forget|let (?:us|me) know",
  ],
  notAsk: [
    "your (?:full )?(?:name|date of birth|zip|post ?code|account|address|phone|e-?mail)|tell me|repeat|spell|confirm|hold on|bear with|anything else|worry|i can|may i|let me know (?:if|when) (?:you're|there)|(?:further|other|more|any) (?:questions|assistance|help)|hesitate|feel free",
  ],
  confirmation: ["confirmation|overview|receipt|summary by"],
  positive: [
    "great|brilliant|perfect|awesome|wonderful|amazing|fantastic|excellent|really helpful|so helpful|happy|relieved|love|lovely|that's good|thanks a million|thank you so much|appreciate",
  ],
  negative: [
    "ridiculous|unacceptable|angry|furious|disappointed|disappointing|terrible|awful|horrible|frustrat(?:ed|ing)|annoy(?:ed|ing)|worst|useless|fed up|not (?:happy|good enough|acceptable)|complaint|disgusting|rubbish|joke|upset|sick of",
  ],
  solved: [
    "(?:is|was|got|been) (?:now )?(?:solved|resolved|fixed)|it works(?: now| again)*(?! [a-z])|it's working|that worked|did the trick|that's all|that (?:is|was) (?:going to be )?(?:it|all)|all good now",
  ],
  unsolved: [
    "still (?:not|doesn't|isn't|can't|won't)|(?:didn't|doesn't|did not) (?:help|work)|not (?:solved|resolved|fixed)|(?:i'm|i am) (?:afraid|sorry),? (?:i|we|but)(?: \\S+){0,3} (?:can't|cannot|unable|no)",
  ],
  machine: [
    "instructions|system prompt|language model|(?:ignore|disregard|forget) (?:all|the|any|your|previous|everything)|json",
  ],
};

/** Every list of the two languages in one. */
export const cues: Cues = Object.fromEntries(
  Object.keys(dutch).map((key) => [key, [...dutch[key as keyof Cues], ...english[key as keyof Cues]]]),
) as unknown as Cues;

/** Words before a date that make it the day something is due; "per", "vanaf" and "na" do not. */
export const dueWords: readonly string[] = [
  "uiterlijk(?: op)?|voor|op|tot(?: en met)?|by|before|on|until|no later than",
];

/** Words that mark a left-over label; it is taken when nothing else speaks. */
export const residualWords: ReadonlySet<string> = new Set(
  "overig overige anders algemeen diversen other others general misc miscellaneous unknown onbekend".split(
    " ",
  ),
);

/** Small words that give a language away; they are counted, not weighed. */
export const languageWords = {
  nl: new Set(
    "de het een ik niet van dat je u en is mijn voor met op maar ook dan nog wel geen naar".split(" "),
  ),
  en: new Set(
    "the a i not of that you and my for with but also then still to it are have this on".split(" "),
  ),
} as const;
