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
