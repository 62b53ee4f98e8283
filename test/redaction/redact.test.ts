import { expect, test } from "vitest";
import type { Dialogue } from "../../src/model.ts";
import { type RedactionKind, redactionKinds } from "../../src/redaction/kinds.ts";
import { redactDialogue, redactText } from "../../src/redaction/redact.ts";

const all = { kinds: new Set(redactionKinds), keep: [] };
const text = (said: string, names: readonly string[] = []) => redactText(said, { ...all, names }).text;

function talk(lines: readonly string[]): Dialogue {
  const turns = lines.map((line, at) => ({
    speaker: line.startsWith("A:") ? ("agent" as const) : ("customer" as const),
    userId: undefined,
    at,
    text: line.slice(2).trim(),
  }));
  return { medium: "voice", language: "nl", turns };
}

function redacted(lines: readonly string[], names: readonly string[] = []): string[] {
  return redactDialogue(talk(lines), all, names).dialogue.turns.map((turn) => turn.text);
}

test("the placeholder is the kind in brackets, and each is counted", () => {
  const { text: safe, counts } = redactText("Bel 06-12345678 of 06-87654321, mail jan@example.com", {
    ...all,
    names: [],
  });
  expect(safe).toBe("Bel [phone] of [phone], mail [email]");
  expect(counts).toEqual({ phone: 2, email: 1 });
});

test("only the kinds that are asked for are taken out", () => {
  const kinds = new Set<RedactionKind>(["email"]);
  const { text: safe } = redactText("Bel 06-12345678, mail jan@example.com", { kinds, keep: [], names: [] });
  expect(safe).toBe("Bel 06-12345678, mail [email]");
});

test("what a brand keeps has to match in full, whatever flags its pattern has", () => {
  const keep = [/06-1234\d{4}/g];
  const once = () => redactText("06-12345678, 06-87654321", { ...all, keep, names: [] }).text;
  expect(once()).toBe("06-12345678, [phone]");
  expect(once()).toBe("06-12345678, [phone]");
  expect(redactText("06-12345678", { ...all, keep: [/06-1234/], names: [] }).text).toBe("[phone]");
});

test.each([
  "[PII] belde over [REDACTED], ***** en [NAME]",
  "mijn wachtwoord is [secret] en mijn naam is [name]",
  "<NAME> woont op <ADDRESS>, {PHONE}",
  "mijn pincode is ****",
  "wachtwoord: [PASSWORD_1] of #PASS_2#",
  "Hallo <JAN>, [NAME JANSEN] hier",
])("what was redacted before stays as it is: %s", (said) => {
  expect(text(said)).toBe(said);
});

test("what a person wrote between brackets is text like any other", () => {
  expect(text("[06-12345678] (jan@example.com) <0612345678> *111222333*, bsn {111222333}")).toBe(
    "[[phone]] ([email]) <[phone]> *111222333*, bsn {[bsn]}",
  );
});

test("names the platform told are taken out by their parts, with a capital or in company", () => {
  expect(
    text("Met Bakker. De bakker, anneke bakker, mevrouw bakker en Anneke's brood.", ["Anneke Bakker"]),
  ).toBe("Met [name]. De bakker, [name], mevrouw [name] en [name]'s brood.");
});

test("particles and short parts of a name are no names", () => {
  expect(text("Bo? Van der Laan? De van der.", ["Bo van der Laan"])).toBe("Bo? Van der [name]? De van der.");
});

test("a name that was spelled is one where it is said back", () => {
  expect(redacted(["A: Kunt u uw achternaam spellen?", "C: s c h a a p", "A: Schaap, dank u."])).toEqual([
    "Kunt u uw achternaam spellen?",
    "[name]",
    "[name], dank u.",
  ]);
});

test.each([
  [
    "Ja hallo met Teunissen eh ik heb een mailtje gekregen.",
    "Ja hallo met [name] eh ik heb een mailtje gekregen.",
  ],
  ["Goeiemiddag met Oosterhuis, ik bel over de nota.", "Goeiemiddag met [name], ik bel over de nota."],
  ["Dag, met Wout Claes, kunt ge leveren?", "Dag, met [name], kunt ge leveren?"],
  ["Gemeente Waterveld, met Priya.", "Gemeente Waterveld, met [name]."],
  [
    "Ik ga samenwonen met m'n vriendin Esra in Utrecht.",
    "Ik ga samenwonen met m'n vriendin [name] in Utrecht.",
  ],
  ["En onze zoon Dylano moet gamen.", "En onze zoon [name] moet gamen."],
  ["Dat zei uw collega Ottoline ook al.", "Dat zei uw collega [name] ook al."],
  ["Ik heb het met DigiD geprobeerd.", "Ik heb het met DigiD geprobeerd."],
  ["Hallo, met Netflix lukt het niet.", "Hallo, met Netflix lukt het niet."],
])("who introduces themselves, or names their own: %s", (said, safe) => expect(text(said)).toBe(safe));

test("a name that was introduced is one in every turn, before and after", () => {
  const turns = redacted([
    "A: Is Tjerkje thuis?",
    "C: Mijn naam is Tjerkje Hoekstra.",
    "A: Mevrouw, is Hoekstra met oe?",
  ]);
  expect(turns).toEqual(["Is [name] thuis?", "Mijn naam is [name].", "Mevrouw, is [name] met oe?"]);
});

test("the company behind an agent's name is not learned", () => {
  const turns = redacted(["A: U spreekt met Sanne van Noordstroom.", "C: Noordstroom had mij gebeld."]);
  expect(turns[1]).toBe("Noordstroom had mij gebeld.");
});

test("a question tells what its answer is, until it is answered", () => {
  const turns = redacted([
    "A: Wat is uw geboortedatum?",
    "C: Twaalf maart negentienvijfentachtig.",
    "A: Dank u wel, de afspraak is op twaalf maart.",
    "A: En welk wachtwoord had u?",
    "C: Eh, momentje.",
    "C: Zomer2024!",
  ]);
  expect(turns).toEqual([
    "Wat is uw geboortedatum?",
    "[birthDate].",
    "Dank u wel, de afspraak is op twaalf maart.",
    "En welk wachtwoord had u?",
    "Eh, momentje.",
    "[secret]",
  ]);
});

test("a number said over several turns is one, and so are its echoes", () => {
  const turns = redacted([
    "A: Wat is uw telefoonnummer?",
    "C: Dat is nul zes",
    "A: ja, nul zes",
    "C: twaalf vierendertig",
    "A: oké",
    "C: zesenvijftig achtenzeventig",
    "A: Bedankt, ik zoek het op.",
  ]);
  expect(turns).toEqual([
    "Wat is uw telefoonnummer?",
    "Dat is [phone]",
    "ja, [phone]",
    "[phone]",
    "oké",
    "[phone]",
    "Bedankt, ik zoek het op.",
  ]);
});

test("digits over several turns that come to nothing personal stay", () => {
  const lines = ["A: Wat is de meterstand?", "C: vier vijf", "A: ja", "C: een twee drie", "A: Dank u."];
  expect(redacted(lines)).toEqual(lines.map((line) => line.slice(3)));
});

test("what was found once is found wherever it is said again, written or spoken", () => {
  const turns = redacted([
    "C: Mijn bsn is 111222333.",
    "A: Dus dat was een een een twee twee twee drie drie drie.",
  ]);
  expect(turns[1]).toBe("Dus dat was [bsn].");
});

test("a dialogue keeps all but its words, and its redactions are counted", () => {
  const before = talk(["C: Mijn bsn is 111222333.", "A: Prima."]);
  const { dialogue, redactions } = redactDialogue(before, all, []);
  expect(redactions).toEqual({ bsn: 1 });
  expect(dialogue).toEqual({
    ...before,
    turns: before.turns.map((turn, index) => (index === 0 ? { ...turn, text: "Mijn bsn is [bsn]." } : turn)),
  });
});
