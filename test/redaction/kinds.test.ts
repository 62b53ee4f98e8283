import { describe, expect, test } from "vitest";
import { passesElevenTest } from "../../src/redaction/bsn.ts";
import { passesLuhn } from "../../src/redaction/card.ts";
import { passesMod97 } from "../../src/redaction/iban.ts";
import { type RedactionKind, redactionKinds } from "../../src/redaction/kinds.ts";
import { findPersonal } from "../../src/redaction/redact.ts";

const options = { kinds: new Set(redactionKinds), keep: [], names: [] };
const found = (text: string, asked?: RedactionKind) =>
  findPersonal(text, options, new Set(asked === undefined ? [] : [asked])).map(
    ({ kind, start, end }) => `${kind}: ${text.slice(start, end)}`,
  );

/** Text with what has to be found in braces: `{kind|words}`. */
function read(marked: string): { text: string; expected: string[] } {
  const expected = [...marked.matchAll(/\{(\w+)\|([^}]*)\}/g)].map(([, kind, words]) => `${kind}: ${words}`);
  return { text: marked.replace(/\{\w+\|([^}]*)\}/g, "$1"), expected };
}

describe("what is personal", () => {
  test.each([
    "Mail {email|jan.de-vries+x@mail.example.co.uk}, graag.",
    "Mijn mail is {email|jan punt de vries apenstaartje gmail punt com} en verder niks.",
    "You can use {email|john dot smith at example dot com} for that.",
    "My email is {email|pete at example dot nl}",
    "Of {email|jan(at)example.com} natuurlijk.",
    "Dat wordt {email|j a n apenstaartje ziggo punt nl} dan.",
    "Bel {phone|06-12345678} of {phone|+31 6 8765 4321}.",
    "Bel {phone|nul zes twaalf vierendertig zesenvijftig achtenzeventig} maar.",
    "Het is {phone|+44 7911 123456}, in Engeland.",
    "Bereikbaar op {phone|020 624 11 11} overdag.",
    "You can call me on {phone|oh six one two double three four five six seven} today.",
    "Mijn telefoonnummer is {phone|6 12 34 56 78}.",
    "Het gaat om {iban|NL91 ABNA 0417 1643 00} op naam.",
    "Stort op {iban|nl91abna0417164300} graag.",
    "Naar {iban|N L eenennegentig A B N A nul vier een zeven een zes vier drie nul nul} dus.",
    "Belgisch: {iban|BE68 5390 0754 7034}.",
    "Stort het t.n.v. {name|M. Yilmaz}",
    "Die meneer heette {name|Van Dijk} en reed door.",
    "Mevr. {name|A.B. Jansen-de Boer} is mijn moeder.",
    "Mvg {name|P. Aalbers}",
    "goedemorgen u spreekt met {name|mohammed} van de klantenservice",
    "goedemorgen u spreekt met {name|anouk} waarmee kan ik u helpen",
    "dag meneer {name|van der meulen} wat kan ik voor u doen",
    "ja dag mevrouw met {name|van der meulen} uit assen",
    "Mijn rekeningnummer is {iban|NL91 ABNA 0417 1643 01}, misschien verkeerd.",
    "Brits: {iban|GB82 WEST 1234 5698 7654 32}.",
    "Mijn bsn is {bsn|111222333}.",
    "Mijn bsn is {bsn|111222334}, denk ik.",
    "Burgerservicenummer {bsn|een een een twee twee twee drie drie drie} staat er.",
    "Kaart {card|4111 1111 1111 1111} is geblokkeerd.",
    "Amex {card|378282246310005} ook.",
    "Wij wonen op {postcode|1234 AB 12}.",
    "Mijn postcode is {postcode|1234ab} geloof ik.",
    "Postcode {postcode|twaalf vierendertig A B nummer zes} is het.",
    "Ik woon {address|Kerkstraat 12a} al jaren.",
    "De {address|Jan van Galenstraat twaalf} ligt open.",
    "Come to {address|12 Baker Street} please.",
    "Ik ben geboren op {birthDate|12 maart 1985} in Utrecht.",
    "My date of birth is {birthDate|the third of May nineteen eighty}.",
    "Mijn wachtwoord is {secret|Welkom01} nog steeds.",
    "Wachtwoord: {secret|zonnebloem}",
    "De pincode is {secret|een twee drie vier} geloof ik.",
    "Your verification code is {secret|483920}.",
    "Mijn naam is {name|jan de vries} en ik bel u.",
    "U spreekt met {name|Tjerkje Hoekstra}, goedemiddag.",
    "Dank u wel, mevrouw {name|Van den Bosch}.",
    "Dank voor uw telefoontje, {name|Wiepie}!",
    "Hallo, {name|Oluwaseun Adeyemi} hier.",
    "This is {name|Adaeze Okafor} calling.",
    "Mevr. {name|J. de Vries} belde.",
  ])("%s", (marked) => {
    const { text, expected } = read(marked);
    expect(expected).not.toHaveLength(0);
    expect(found(text)).toEqual(expected);
  });
});

describe("what is not", () => {
  test.each([
    "Klant belde op 12 maart 2026 om 14:30 uur over de factuur van € 1.234,56.",
    "De klant ontvangt binnen 5 werkdagen bericht; het bedrag is 45,50 euro.",
    "De meterstand is 45123 en vorig jaar 41807.",
    "Meterstanden 004512 en 007734 zijn doorgegeven.",
    "Het verbruik was drieduizend vierhonderd kWh en 1250 m³.",
    "Ordernummer 123456782 is verzonden.",
    "Your order number is 4111111111111112.",
    "EAN 871687120000000012 hoort bij dit adres.",
    "Volgens artikel 1234 AB van de voorwaarden mag dat.",
    "In 2024 is dat ook gezegd, en in 2025 OK bevonden.",
    "We zijn open van 8 tot 17 uur, ook op zaterdag van 10:00 tot 14:00.",
    "Kenmerk GB82 WEST 1234 5698 7654 33 en NL91 ABNA 0417 1643 01 staan in de brief.",
    "Bel 0800 022 2300, 0900 123 4567 of 088 123 4567.",
    "Onze klantenservice is gratis bereikbaar op 0800-1234.",
    "Ik was onderweg 3 keer gestopt en op weg 2 te laat.",
    "Mijn wachtwoord is vergeten en het wachtwoord is gewijzigd.",
    "The password is wrong, please reset it within 24 hours.",
    "Your pin code can be changed in 3 steps.",
    "Ik kreeg een code per sms, maar mijn bestelnummer is 500123 en dat klopt niet.",
    "Steeds code 4010 in de app, versie 3.2.1 van vorige week.",
    "Wachtwoord: ja dat weet ik niet meer.",
    "Ik sta bij de Albert Heijn met een bril van Hans Anders en stroom van Frank Energie.",
    "Ik wacht met den duur van het contract, mevrouw.",
    "Look at booking dot com for the rates.",
    "Het contract is getekend op 12-03-1985.",
    "Ik heet u welkom bij ons bedrijf.",
    "Mevrouw belt morgen terug; meneer is akkoord.",
    "Dit is Belachelijk. This is Unacceptable!",
    "Mijn verjaardag is al gevierd; in 2019 was dat anders.",
    "Beste klant, hallo allemaal, dag iedereen.",
    "Mei en April waren duur, Mark up the price, Will we see?",
    "De bakker wordt gebeld, zegt de klant.",
    "The customer paid 25 euros on 3 May and asked about invoice 20260045.",
    "Agent will refund $20 within three business days.",
    "Klant is verhuisd en geeft de nieuwe meterstand door: zes zeven acht negen nul.",
  ])("%s", (text) => {
    expect(found(text)).toEqual([]);
  });
});

describe("an answer is known by its question", () => {
  test.each([
    ["bsn", "123456782", "bsn: 123456782"],
    ["birthDate", "twaalf drie vijfentachtig", "birthDate: twaalf drie vijfentachtig"],
    ["secret", "483920", "secret: 483920"],
    ["name", "tjerkje", "name: tjerkje"],
    ["address", "Achter de Dom zeven", "address: Achter de Dom zeven"],
    ["postcode", "twaalf vierendertig a b", "postcode: twaalf vierendertig a b"],
  ] as const)("%s: %s", (kind, text, expected) => {
    expect(found(text, kind)).toEqual([expected]);
    expect(found(text)).toEqual([]);
  });

  test("a name that is spelled is one, and known again where it is said whole", () => {
    const spelled = "S van Simon C van Cornelis H van Hendrik A van Anton A A van Anton P van Pieter";
    expect(found(spelled, "name")).toEqual([`name: ${spelled}`]);
    expect(found("dat is s c h a a p", "name")).toEqual(["name: s c h a a p"]);
    expect(found("s c h a a p")).toEqual([]);
  });

  test("but other numbers are none", () => {
    expect(found("De meterstand is 45123.", "secret")).toEqual([]);
    expect(found("Het ordernummer is 123456782, dat staat in de brief.", "bsn")).toEqual([]);
  });
});

test("check digits tell a number from its neighbours", () => {
  const iban = "NL91ABNA0417164300";
  const neighbours = (digits: string, from: number) =>
    [..."0123456789"].map((digit) => `${digits.slice(0, from)}${digit}${digits.slice(from + 1)}`);
  expect(neighbours(iban, 12).filter(passesMod97)).toEqual([iban]);
  expect(neighbours("4111111111111111", 9).filter(passesLuhn)).toEqual(["4111111111111111"]);
  expect(neighbours("111222333", 4).filter(passesElevenTest)).toEqual(["111222333"]);
  expect(passesElevenTest("000000000")).toBe(false);
});
