import { type RedactionKind, redactionKinds } from "./kinds.ts";

/** Words that announce a kind, Dutch and English, as they are said and as they are typed. */
const announcing: Readonly<Record<RedactionKind, string>> = {
  email: "e-?mail|mail-?adres|mailtje|mail",
  phone:
    "telefoon\\p{L}*|tel(?:nr)?|mobiel\\p{L}*|06-?nummer|terugbel\\p{L}*|contactnummer|whatsapp\\p{L}*|" +
    "bel(?:len)? (?:me|mij|u|je)|bereik\\p{L}*|phone\\p{L}*|mobile|cell|call (?:me|you)|reach (?:me|you)|contact number",
  iban: "iban\\p{L}*|rekening(?:nummer)?|bankrekening\\p{L}*|bank account|account number",
  bsn: "bsn(?:-?nummer)?|b s n|burgerservice ?nummer|burger service nummer|sofi-?nummer|social security|citizen service",
  card: "credit ?card\\p{L}*|kaart ?nummer|kaartgegevens|betaalkaart|card(?: ?number)?|visa|mastercard|amex|maestro",
  postcode: "post ?code|postal code|zip(?: ?code)?|huis ?nummer|house number",
  address: "adres|woon\\p{L}*|straat(?:naam)?|huis ?nummer|address|live|street",
  birthDate:
    "geboorte ?dat(?:um|a)|geboren|geb|geboortedag|verjaardag|jarig|date of birth|birth ?dat(?:e|um)|birthday|born|dob",
  secret:
    "wacht ?woord|pass ?word|pass ?phrase|pin(?: ?code)?|cvc|cvv|cvc-?code|cvv-?code|" +
    "(?:beveiligings|verificatie|veiligheids|toegangs|inlog|activerings|bevestigings|sms|controle|eenmalige|herstel)-? ?code|" +
    "(?:security|verification|access|login|confirmation|one[- ]time|sms|auth\\p{L}*) (?:code|passcode|password)|passcode|otp|(?:de|the) code|" +
    "(?:code|cijfers|digits)[^.?!]{0,30}(?:sms|text|message|app(?!\\p{L}))\\p{L}*|" +
    "sms\\p{L}*[^.?!]{0,30}(?:code|cijfers)|(?:text|message)[^.?!]{0,30}(?:code|digits)|" +
    "(?:drie|laatste drie|three|3) (?:cijfers|digits)|memorable word",
  name:
    "(?:voor|achter|meisjes|familie)?na(?:am|men)|(?:first|last|full|maiden|sur)? ?name|" +
    "spreek ik|am i speaking|heet|aan de lijn|on the line",
};

/** Announces a number that is nobody's secret, as the last thing before it. */
export const otherNumber =
  /(?<!\p{L})(?:order|bestel|factuur|klant|contract|dossier|zaak|referentie|kenmerk|meter|ean|polis|ticket|case|stand|reference|invoice|customer|tracking|serie|serial|betalings|melding|artikel|article|model)[\p{L}-]*(?: ?(?:nummer|number|no|nr|code))?[^.?!]{0,25}$/iu;

const asking =
  "wat (?:is|was|zijn)|wat's|welke?|mag ik|mogen we|kunt u|kun je|kan ik|zou u|zou ik|wilt u|wil je|geef|noem|noemt|vertel|" +
  "verstrek|heb (?:ik|je|u|jij)|hebt? u|heeft u|nodig|graag|controleer|ter controle|verifi|bevestig|spel|met wie|" +
  "what(?: is| was|'s)|which|may i|can i|could i|can you|could you|would you|give me|tell me|provide|share|confirm|verify|" +
  "need|please|who am";
const cues = new Map(
  redactionKinds.map((kind) => [kind, new RegExp(`(?<![\\p{L}-])(?:${announcing[kind]})(?![\\p{L}])`, "iu")]),
);
/** No more than the kind itself: "en uw postcode?" */
const bare = new Map(
  redactionKinds.map((kind) => [
    kind,
    new RegExp(
      `^(?:(?:en|and|dan|nog|uw|je|jouw|de|het|your|the) ){0,3}(?:${announcing[kind]})[ .?!:]*$`,
      "iu",
    ),
  ]),
);
const question = new RegExp(`(?<!\\p{L})(?:${asking})|\\?$`, "iu");
const longest = 200;
const tail = 2_000;

/** The words that announce a kind. */
export function cueOf(kind: RedactionKind): RegExp {
  return cues.get(kind) as RegExp;
}

/**
 * The kinds a turn asks for: a sentence that announces the kind and asks ("wat is uw geboortedatum", "may I have your
 * …"), or that hardly says more than the kind ("uw postcode?").
 */
export function asksFor(text: string): Set<RedactionKind> {
  const sentences = sentencesOf(text);
  const questions = sentences.filter((sentence) => question.test(sentence));
  const asks = (kind: RedactionKind) =>
    questions.some((sentence) => cueOf(kind).test(sentence)) ||
    sentences.some((sentence) => bare.get(kind)?.test(sentence));
  return new Set(redactionKinds.filter(asks));
}

/** A question may be anywhere in a turn, but nobody asks at length: what is longer is read at its end. */
function sentencesOf(text: string): string[] {
  return text
    .slice(-tail)
    .split(/(?<=[.?!]) /)
    .map((sentence) => sentence.slice(-longest));
}
