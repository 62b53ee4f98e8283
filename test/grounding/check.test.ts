import { describe, expect, test } from "vitest";
import { checkDraft } from "../../src/grounding/check.ts";
import type { ActionItem, Dialogue } from "../../src/model.ts";
import { cpuMs } from "../cpu.ts";

/** A Wednesday. */
const day = Date.UTC(2026, 2, 11, 10);

/** "C: …" and "A: …", a turn a line. */
function talk(...lines: readonly string[]): Dialogue {
  const turns = lines.map((line, index) => ({
    speaker: line.startsWith("C") ? ("customer" as const) : ("agent" as const),
    userId: undefined,
    at: day + index * 1000,
    text: line.slice(3),
  }));
  return { medium: "voice", language: "nl", turns };
}

function kinds(note: string, dialogue: Dialogue, turns: readonly number[] = []): string[] {
  const draft = { description: "", note: [{ text: note, turns }], actionItems: [] };
  return checkDraft(draft, dialogue, { day }).map(({ kind }) => kind);
}

describe("a value holds however it was said", () => {
  test.each([
    ["A: Dat is vijfenveertig euro.", "De kosten zijn € 45,00."],
    ["A: It comes to forty five fifty.", "De kosten zijn € 45,50."],
    [
      "C: Mijn nummer is nul zes twaalf vierendertig zesenvijftig achtenzeventig.",
      "Klant is bereikbaar op 06-12345678.",
    ],
    [
      "C: Mijn nummer is nul zes twaalf vierendertig zesenvijftig achtenzeventig.",
      "Klant is bereikbaar op +31 6 12345678.",
    ],
    ["A: We komen de twaalfde langs.", "Het bezoek is op 12 maart 2026."],
    ["A: We komen morgen langs.", "Het bezoek is op 12 maart."],
    ["A: We komen op twaalf maart langs.", "Het bezoek is morgen."],
    ["A: We komen om half drie langs.", "Het bezoek is om 14:30 uur."],
    ["A: We are there between ten and twelve.", "Bezoek tussen 10 en 12 uur."],
    ["A: Het duurt een half uur.", "It takes 30 minutes."],
    [
      "C: De druk staat op nul komma acht, moet dat anderhalf zijn?",
      "De druk is 0,8 bar, en moet 1,5 bar zijn.",
    ],
    ["C: Ik wil van dertig naar vijftigduizend.", "Klant wil van € 30.000 naar € 50.000."],
    ["C: Die is vierhonderdzestigduizend, bij de buren vierhonderdtien.", "De buren zitten op € 410.000."],
    ["C: Ik kom rond elven.", "Klant komt rond 11 uur."],
    ["C: Van 12 december graag omboeken naar 14 december.", "Klant boekt om van 12 naar 14 december."],
    ["A: Dat is 3 euro per maand.", "Extra punten kosten à € 3 per maand."],
    ["A: Het tarief is een euro vijfenveertig per kuub.", "Het tarief is € 1,45 per m3."],
    ["C: Nu 3x80A, ik wil naar 3x50.", "Klant wil van 3x80A naar 3x50A."],
    ["C: Gas is vierduizend honderd zevenentwintig komma drie.", "Gasstand 4.127,3."],
    ["C: De code is A B streepje een twee drie vier vijf.", "Het gaat om zaak AB-12345."],
    ["C: Jan punt de vries apenstaartje gmail punt com.", "E-mail: jan.devries@gmail.com."],
    [
      "C: N L een en negentig A B N A nul vier een zeven een zes vier drie nul nul.",
      "Rekening NL91 ABNA 0417 1643 00.",
    ],
    ["C: De WOZ beschikking klopt niet.", "Klant betwist de WOZ-waarde en mailt een CV-verslag."],
    ["C: Mijn naam is Jansen.", "Jansens factuur klopt niet, zegt mevrouw Janssen."],
    ["C: Ik heet P i e t e r s e n.", "Er is gesproken met Pietersen."],
    ["C: Er komt een monteur.", "Er komt één monteur, en hij belt twee keer aan."],
    ["C: Bel me op [phone], groet [name].", "Klant [name] is bereikbaar op [phone]."],
  ])("%s carries: %s", (line, note) => expect(kinds(note, talk(line))).toEqual([]));

  test("a number given over turns, with the other side repeating", () => {
    const dialogue = talk(
      "C: Nul zes twaalf.",
      "A: Nul zes twaalf, ja?",
      "C: Vierendertig zesenvijftig achtenzeventig.",
    );
    expect(kinds("Telefoon: 0612345678.", dialogue)).toEqual([]);
    expect(kinds("Telefoon: 0612345679.", dialogue)).toEqual(["unsupported_number"]);
  });
});

describe("a value that was not said is a finding of its kind", () => {
  test.each([
    ["A: Dat is vierenvijftig euro.", "De kosten zijn € 45.", "unsupported_amount"],
    ["A: Dat is 45 dollar.", "De kosten zijn € 45.", "unsupported_amount"],
    ["C: Drie kamers voor vijftigduizend.", "Het gaat om € 3.000.", "unsupported_amount"],
    ["C: Van 30 naar 50.000 euro.", "Klant wil € 30.000.", "unsupported_amount"],
    ["A: We komen de twaalfde langs.", "Het bezoek is op 13 maart.", "unsupported_date"],
    ["A: Het loopt tot twaalf maart.", "Het loopt tot 12 maart 2027.", "unsupported_date"],
    ["A: Dat is ergens in april.", "Het bezoek is op 14 april.", "unsupported_date"],
    ["A: We komen om half drie langs.", "Het bezoek is om 15:30 uur.", "unsupported_time"],
    ["A: Het duurt vijf werkdagen.", "Het duurt 7 werkdagen.", "unsupported_number"],
    ["C: De stand is 4532.", "De stand is 4523.", "unsupported_number"],
    ["C: Mijn zaak is AB-12345.", "Zaak AB-12354.", "unsupported_reference"],
    ["C: Mail naar jan@gmail.com.", "E-mail: jam@gmail.com.", "unsupported_email"],
    ["C: NL91 ABNA 0417 1643 00.", "Rekening NL91 ABNA 0417 1643 01.", "unsupported_iban"],
    ["C: Mijn naam is Jansen.", "Er is gesproken met mevrouw Bakker.", "unsupported_name"],
    ["C: Mijn naam is Jansen.", "Er is gebeld door de Bakker-groep.", "unsupported_name"],
    ["C: Mijn naam is Jansen.", "Bakker belt over de factuur.", "unsupported_name"],
    ["C: Er kwamen drie monteurs.", "Er kwamen twee monteurs.", "unsupported_number"],
  ])("%s does not carry: %s", (line, note, kind) => expect(kinds(note, talk(line))).toEqual([kind]));

  test("a sum nobody made is not carried", () => {
    const dialogue = talk("A: De ene factuur is 20 euro, de andere 25 euro.");
    expect(kinds("Samen is dat € 45.", dialogue)).toEqual(["unsupported_amount"]);
  });

  test("the sentence is named with its place", () => {
    const draft = {
      description: "Klant wil € 10 terug.",
      note: [
        { text: "Klant belde.", turns: [1] },
        { text: "Het kost € 45.", turns: [1] },
      ],
      actionItems: [],
    };
    expect(checkDraft(draft, talk("C: Hallo."), { day })).toEqual([
      { kind: "unsupported_amount", field: "description", index: 0, text: "€ 10" },
      { kind: "unsupported_amount", field: "note", index: 1, text: "€ 45" },
    ]);
  });
});

describe("what its speaker takes back was not said", () => {
  test.each([
    ["C: Doe maar vijftig, nee, zestig euro.", "Klant wil € 60.", "Klant wil € 50."],
    ["C: Naar tweehonderd, of nee wacht, honderdtachtig euro.", "Klant wil € 180.", "Klant wil € 200."],
    ["C: Vanaf mei. Eh nee, juni.", "Klant wil het vanaf juni.", "Klant wil het vanaf mei."],
    ["C: We verhuizen op een mei, eh nee, twee mei.", "Klant verhuist op 2 mei.", "Klant verhuist op 1 mei."],
    ["A: Om half drie, sorry, half vier.", "Het is om 15.30 uur.", "Het is om 14.30 uur."],
    ["A: Dat is 45 euro, ik bedoel 54 euro.", "De kosten zijn € 54.", "De kosten zijn € 45."],
  ])("%s", (line, right, wrong) => {
    expect(kinds(right, talk(line))).toEqual([]);
    expect(kinds(wrong, talk(line))).toHaveLength(1);
  });

  test.each([
    ["A: Is het vijftig? Nee, zestig euro mag ook.", "Klant mag € 50 betalen."],
    ["A: Vijftig euro. Nee hoor, zestig is ook goed.", "Klant mag € 50 betalen."],
    ["A: Het kost 45 euro, nee echt niet meer, en over 12 dagen is het er.", "De kosten zijn € 45."],
    ["C: Vijftig, nee, zestig. Of toch vijftig euro.", "Klant wil € 50."],
  ])("but what only stands before a no was: %s", (line, note) => expect(kinds(note, talk(line))).toEqual([]));
});

describe("who a sentence opens with", () => {
  const dialogue = talk("C: Hallo.", "A: Dag.");
  test.each([
    "Klant groet. Daarna vraagt klant om uitleg.",
    "Daarnaast wil klant weten hoe het zit.",
    "Vervolgens belt medewerker.",
    "Also asked about something else.",
    "Echtgenote belt namens klant.",
  ])("is nobody: %s", (note) => expect(kinds(note, dialogue)).toEqual([]));
  test.each(["Hendriks vraagt om uitleg.", "Peterson asked about it."])("is a name: %s", (note) =>
    expect(kinds(note, dialogue)).toEqual(["unsupported_name"]),
  );
});

describe("evidence", () => {
  const dialogue = talk("C: Hallo.", "A: Dag.");
  test("a turn outside the dialogue", () => {
    expect(kinds("Klant groet.", dialogue, [2, 3])).toEqual(["missing_evidence"]);
    expect(kinds("Klant groet.", dialogue, [0])).toEqual(["missing_evidence"]);
    expect(kinds("Klant groet.", dialogue, [1, 2])).toEqual([]);
  });
  test("none at all counts only where it is asked for", () => {
    const draft = { description: "", note: [{ text: "Klant groet.", turns: [] }], actionItems: [] };
    expect(checkDraft(draft, dialogue, { day })).toEqual([]);
    expect(checkDraft(draft, dialogue, { day, requireEvidence: true }).map(({ kind }) => kind)).toEqual([
      "missing_evidence",
    ]);
  });
});

describe("the day an action item is due", () => {
  const item = (due: string): ActionItem => ({ text: "Klant terugbellen", owner: "agent", due });
  const found = (due: string, line: string) =>
    checkDraft({ description: "", note: [], actionItems: [item(due)] }, talk(line), { day }).map(
      ({ kind }) => kind,
    );

  test.each([
    ["2026-03-12", "A: Ik bel u morgen terug."],
    ["2026-03-18", "A: Ik bel u binnen vijf werkdagen terug."],
    ["2026-03-17", "A: Ik bel u volgende week terug."],
    ["2026-03-17", "A: Ik bel u volgende week dinsdag terug."],
  ])("%s rests on: %s", (due, line) => expect(found(due, line)).toEqual([]));

  test("another day does not", () => {
    expect(found("2026-03-13", "A: Ik bel u morgen terug.")).toEqual(["unsupported_date"]);
  });
});

test("5,000 messages and a note of twenty sentences take less than a second", () => {
  const lines = Array.from({ length: 2500 }, (_, index) => [
    `C: Op ${(index % 28) + 1} maart is er ${index} euro afgeschreven van mijn rekening, en dat klopt niet.`,
    "A: Dat kijk ik voor u na, ik bel u morgen om half drie terug over die vijfenveertig euro.",
  ]).flat();
  const note = Array.from({ length: 20 }, (_, index) => ({
    text: `Klant meldt € ${index * 7} en 0612345${index}78.`,
    turns: [1],
  }));
  const dialogue = talk(...lines);
  const start = cpuMs();
  checkDraft({ description: "", note, actionItems: [] }, dialogue, { day });
  expect(cpuMs() - start).toBeLessThan(3000);
});
