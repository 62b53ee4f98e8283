import { describe, expect, test } from "vitest";
import { checkDraft } from "../../src/grounding/check.ts";
import type { ActionItem, Dialogue } from "../../src/model.ts";

const day = Date.UTC(2026, 2, 11, 10);

function talk(lines: readonly string[]): Dialogue {
  const turns = lines.map((line, index) => ({
    speaker: line.startsWith("C") ? ("customer" as const) : ("agent" as const),
    userId: undefined,
    at: day + index * 1000,
    text: line.slice(3),
  }));
  return { medium: "message", language: undefined, turns };
}

function isBroken(text: string, lines: readonly string[], turns: readonly number[] = []): boolean {
  const draft = { description: "", note: [{ text, turns }], actionItems: [] };
  return checkDraft(draft, talk(lines), { day }).some(({ kind }) => kind === "unsupported_promise");
}

const refused = ["C: Ik krijg 100 euro terug, dat is beloofd.", "A: Dat kan ik niet toezeggen."];
const refusedEn = ["C: I get 100 euros back, I was promised that.", "A: I can't promise that, I'm afraid."];
const granted = ["C: Ik wil 100 euro terug.", "A: Ik stort 100 euro terug op uw rekening."];
const affirmed = ["C: Krijg ik dan 100 euro terug?", "A: Ja, dat regel ik voor u."];

describe("what only the customer said is no promise", () => {
  test.each([
    ["Medewerker zegt toe € 100 terug te betalen.", refused],
    ["Klant krijgt € 100 terug.", refused],
    ["Er wordt € 100 teruggestort.", refused],
    ["Klant ontvangt € 100.", refused],
    ["Klant zegt boos te zijn en de medewerker belooft € 100 terug te storten.", refused],
    ["Agent will refund € 100.", refused],
    ["The company agreed to credit € 100.", refusedEn],
    ["Customer will receive € 100 back.", refusedEn],
    ["Medewerker heeft € 100 teruggestort.", refusedEn],
    [
      "Het toestel wordt vervangen.",
      ["C: Noteer maar dat ik een nieuw toestel krijg.", "A: Ik bel u morgen terug."],
    ],
    [
      "Klant krijgt € 100 vergoeding.",
      ["C: Ik wil 100 euro vergoeding.", "A: Ik noteer dat u 100 euro vergoeding wilt."],
    ],
    ["Klant krijgt € 100 terug.", ["C: Zet erin dat ik 100 euro terugkrijg.", "A: Oké."]],
    ["Medewerker belt morgen terug.", ["C: U belt mij morgen terug.", "A: Het pakket is onderweg."]],
  ] as const)("%s", (text, lines) => {
    expect(isBroken(text, lines)).toBe(true);
    expect(isBroken(text, lines, [1])).toBe(true);
  });

  test("nor is a figure of the customer's in a promise the agent did make", () => {
    const lines = ["C: Ik wil 500 euro terug.", "A: Ik stort 45 euro terug."];
    expect(isBroken("Medewerker stort € 45 terug.", lines)).toBe(false);
    expect(isBroken("Medewerker stort € 500 terug.", lines)).toBe(true);
  });
});

describe("what an agent said is", () => {
  test.each([
    ["Medewerker zegt toe € 100 terug te betalen.", granted],
    ["Agent will refund € 100.", granted],
    ["Klant krijgt € 100 terug.", affirmed],
    ["Klant krijgt € 45 terug.", ["A: U hoeft niets te doen, u krijgt 45 euro terug."]],
    ["Medewerker belt morgen terug.", ["C: Belt u mij terug?", "A: I'll call you back tomorrow."]],
    ["Er wordt een vervangend toestel gestuurd.", ["A: We will send you a replacement."]],
    ["Agent waived the fee.", ["A: Ik scheld de kosten kwijt."]],
    [
      "De terugbetaling volgt binnen 5-7 dagen.",
      ["A: U krijgt een retourlabel, het geld staat binnen 5 tot 7 dagen terug."],
    ],
    ["The agent was checking it when the call dropped.", ["A: Let me check that for you."]],
    [
      "De expert neemt binnen 3 werkdagen telefonisch contact op.",
      ["A: De expert belt u binnen drie werkdagen."],
    ],
  ] as const)("%s", (text, lines) => expect(isBroken(text, lines)).toBe(false));
});

describe("a report of what the customer asks, says or wants is no promise", () => {
  test.each([
    "Klant vraagt om een vergoeding van € 100.",
    "Klant zegt dat € 100 is beloofd.",
    "Klant wil dat de medewerker € 100 terugstort.",
    "Customer says they were promised € 100.",
    "Customer is asking for a refund of € 100.",
    "Er is geen vergoeding van € 100 toegezegd.",
    "Medewerker kan € 100 niet toezeggen.",
    "Agent did not promise a refund of € 100.",
    "Volgens klant krijgt hij € 100 terug.",
  ])("%s", (text) => expect(isBroken(text, refused)).toBe(false));
});

describe("what things cost, and what can be asked for, is no promise", () => {
  test.each([
    ["Het vastrecht gaat van € 1.034 naar € 612 per jaar.", "A: Het vastrecht daalt van 1034 naar 612 euro."],
    [
      "De netbeheerkosten stijgen met € 6 en worden door de netbeheerder vastgesteld.",
      "C: Er staat dat de netbeheerkosten 6 euro omhoog gaan.",
    ],
    [
      "Medewerker heeft uitgelegd dat compensatie van € 1,65 kan worden aangevraagd.",
      "A: Bij een lange storing kun je compensatie aanvragen, dat is 1,65.",
    ],
  ])("%s", (text, line) => expect(isBroken(text, [line])).toBe(false));
});

describe("an agent's word holds however the note turns it", () => {
  test.each<[text: string, lines: readonly string[]]>([
    ["Medewerker heeft de premie stopgezet.", ["A: Ik zet de premie stop per vandaag."]],
    ["Medewerker zegt het abonnement op per 1 juni.", ["A: Prima, dan zeg ik hem op per één juni."]],
    ["Medewerker verrekent het tegoed.", ["A: Het tegoed verreken ik met de nota."]],
    ["Medewerker heeft het abonnement opgezegd.", ["A: Zodra het binnen is zeg ik het op."]],
    ["De consulent belt klant binnen 3 dagen.", ["A: Dan belt de consulent u binnen drie dagen."]],
    [
      "De wijkagent neemt binnen 3 dagen contact op.",
      ["A: De wijkagent neemt binnen drie dagen contact met u op."],
    ],
    ["Klant wordt binnen 4 weken geïnformeerd.", ["A: U hoort binnen vier weken iets."]],
    ["Medewerker haalt € 25 van de nota af.", ["A: De boete van vijfentwintig euro haal ik eraf."]],
    ["De boete wordt ingetrokken.", ["A: Ik trek de boete in."]],
    [
      "Klant krijgt ook € 3,95 verzendkosten terug.",
      ["C: Ik betaalde 3,95 verzendkosten.", "A: Die worden ook terugbetaald."],
    ],
    [
      "Klant krijgt de € 12 reiskosten terug.",
      ["C: En 12 euro reiskosten?", "A: Ja, die krijgt u ook vergoed."],
    ],
  ])("%s", (text, lines) => expect(isBroken(text, lines)).toBe(false));
});

describe("what may be, what was hoped and what a price does is no promise", () => {
  test.each([
    "Of klant geld terugkrijgt, hangt van de herberekening af.",
    "De vergoeding is afhankelijk van de dagwaarde.",
    "Klant meende € 100 terug te krijgen.",
    "Klant begreep dat € 100 zou worden teruggestort.",
    "Klant vreest dat de bonus vervalt.",
    "Het termijnbedrag zou van € 100 naar € 120 gaan.",
    "Het abonnement blijft maandelijks opzegbaar.",
    "Opzeggen kan met een opzegtermijn van een maand.",
    "Klant kan het contract opzeggen.",
    "Eerder opzeggen kost € 100.",
  ])("%s", (text) => expect(isBroken(text, refused)).toBe(false));

  test("what can be had for nothing still is", () => {
    expect(isBroken("Opzeggen kan kosteloos.", refused)).toBe(true);
  });
});

describe("what an agent refused is no promise, whatever else was granted", () => {
  const floor = [
    "A: We vergoeden 2400 euro voor het plafond. De vloer wordt niet vergoed, en de hal wordt ook niet vergoed, die 300 euro kan niet.",
    "C: Waarom de vloer niet?",
    "A: Dat valt onder onderhoud.",
  ];
  test.each([
    ["Het plafond wordt vergoed voor € 2.400.", false],
    ["De vloer wordt niet vergoed.", false],
    ["De vloer wordt vergoed.", true],
    ["De hal wordt vergoed.", true],
    ["Het plafond en de vloer worden vergoed.", true],
    ["Klant krijgt € 300 vergoed.", true],
  ])("%s", (text, broken) => expect(isBroken(text, floor)).toBe(broken));

  test.each([
    "A: De dakpannen vergoeden we, 1100 euro. De schutting is afgekeurd, die vergoeden we niet.",
    "A: De dakpannen vergoeden we. En de schutting? Dat kunnen we niet vergoeden.",
  ])("what is named before 'that' is refused with it: %s", (line) => {
    expect(isBroken("De schutting wordt vergoed.", [line])).toBe(true);
    expect(isBroken("De dakpannen worden vergoed.", [line])).toBe(false);
  });

  test("a figure that was taken back by an agent is nobody's promise", () => {
    const lines = [
      "C: Kan het vijftig euro per maand?",
      "A: Vijftig kan niet. Zestig mag, dat leg ik zo vast.",
    ];
    expect(isBroken("Medewerker heeft een regeling van € 50 per maand toegekend.", lines)).toBe(true);
    const kept = ["A: U hoeft die vijftig euro niet te betalen."];
    expect(isBroken("Klant hoeft de € 50 niet te betalen.", kept)).toBe(false);
  });
});

describe("what an agent asks for is not what the agent does", () => {
  test.each<[text: string, lines: readonly string[]]>([
    ["Medewerker stuurt een bewijs van inschrijving.", ["A: Ik heb een bewijs van inschrijving nodig."]],
    ["Medewerker mailt de akte.", ["A: We hebben wel de akte nodig, die kunt u mailen."]],
    ["Medewerker stuurt een monteur langs.", ["A: Ik stuur u een nieuw modem op."]],
    [
      "De schade wordt uitgekeerd.",
      ["A: Er gaat vijftig euro eigen risico af. U hoort het binnen een week."],
    ],
    ["Klant krijgt een nieuw modem.", ["A: Ik heb de lijn gereset."]],
    ["Klant krijgt een nieuwe stofzuiger.", ["C: Ik wil een nieuwe.", "A: We laten hem eerst repareren."]],
  ])("%s", (text, lines) => expect(isBroken(text, lines)).toBe(true));

  test.each<[text: string, lines: readonly string[]]>([
    ["Er komt een monteur langs.", ["A: Dan komt er morgen iemand bij u langs."]],
    ["Klant krijgt een nieuw modem.", ["A: Ik stuur u een nieuw modem op."]],
    ["Klant krijgt een nieuwe factuur.", ["A: Ik stuur u de factuur opnieuw."]],
  ])("%s", (text, lines) => expect(isBroken(text, lines)).toBe(false));
});

describe("action items", () => {
  const item = (text: string, owner: ActionItem["owner"]): ActionItem => ({ text, owner, due: null });
  const found = (one: ActionItem, lines: readonly string[]) =>
    checkDraft({ description: "", note: [], actionItems: [one] }, talk(lines), { day }).map(
      ({ kind }) => kind,
    );

  test("of the company rest on an agent", () => {
    expect(found(item("€ 100 terugstorten", "company"), refused)).toEqual(["unsupported_promise"]);
    expect(found(item("€ 100 terugstorten", "agent"), granted)).toEqual([]);
    expect(found(item("Refund € 100", "agent"), affirmed)).toEqual([]);
  });
  test("of the customer do not", () => {
    expect(found(item("Formulier opsturen", "customer"), refused)).toEqual([]);
  });
});

describe("words of the customer's own", () => {
  const lines = [
    "C: ik betaal ineens 31 euro voor mijn zonnepanelen en ik krijg nog 50 euro terug van u",
    "C: De flat leveren we pas op 31 mei op.",
    "A: Dat kan ik u niet toezeggen.",
  ];

  test.each([
    ["Klant: ik betaal ineens 31 euro voor mijn zonnepanelen.", false],
    ["ik betaal ineens 31 euro voor mijn zonnepanelen", false],
    ["Krijg ik nog 50 euro terug? De flat leveren we pas op 31 mei op.", false],
    ["ik krijg nog 50 euro terug van u", true],
    ["Wij betalen 50 euro terug.", true],
    ["Klant krijgt 50 euro terug.", true],
  ])("%s", (text, expected) => {
    expect(isBroken(text, lines)).toBe(expected);
  });

  test.each([
    ["I want a refund.", false],
    ["Ik zou graag een creditnota ontvangen.", false],
    ["Ik wil mijn geld terug en u betaalt mij 500 euro.", true],
    ["I want what I get, a refund.", true],
  ])("wished: %s", (text, expected) => {
    expect(isBroken(text, [`C: ${text}`, "A: Dat kan ik u niet toezeggen."])).toBe(expected);
  });
});
