import fc from "fast-check";
import { expect, test } from "vitest";
import type { Dialogue, Turn } from "../../src/model.ts";
import { redactionKinds } from "../../src/redaction/kinds.ts";
import { findPersonal, redactDialogue, redactText } from "../../src/redaction/redact.ts";
import { cpuMs } from "../cpu.ts";
import { spokenCalls } from "./spoken.ts";

const options = { kinds: new Set(redactionKinds), keep: [], names: ["Anneke Bakker"] };
const words = (
  "nul zes twaalf dubbel 06 0612345678 1234 AB ab NL91 ABNA 0417164300 4111111111111111 111222333 bsn pincode wachtwoord is " +
  "Welkom01 mijn naam Jan de Vries Bakker van Kerkstraat 12 jan@example.com jan apenstaartje at punt dot com gmail geboren op " +
  "12-03-1985 maart [PII] [email] [name] *** <NAME> huisnummer postcode telefoonnummer ? . , - ( ) + € euro é 😀 ja wat uw"
).split(" ");
const sentence = fc
  .array(
    fc.oneof(
      { weight: 6, arbitrary: fc.constantFrom(...words) },
      { weight: 1, arbitrary: fc.string({ maxLength: 6 }) },
    ),
    {
      maxLength: 30,
    },
  )
  .chain((parts) => fc.constantFrom(" ", " ", "").map((gap) => parts.join(gap)));
const placeholder = new RegExp(`\\[(?:${redactionKinds.join("|")})\\]`);

function dialogueOf(texts: readonly string[]): Dialogue {
  const turns = texts.map(
    (text, at): Turn => ({ speaker: at % 2 === 0 ? "agent" : "customer", userId: undefined, at, text }),
  );
  return { medium: "message", language: undefined, turns };
}

test("spans are in order, apart and within the text", () => {
  fc.assert(
    fc.property(sentence, (text) => {
      let past = 0;
      for (const { start, end } of findPersonal(text, options)) {
        expect(start).toBeGreaterThanOrEqual(past);
        expect(end).toBeGreaterThan(start);
        past = end;
      }
      expect(past).toBeLessThanOrEqual(text.length);
    }),
    { numRuns: 500 },
  );
});

test("a text redacted twice is what it was redacted once", () => {
  fc.assert(
    fc.property(sentence, (text) => {
      const once = redactText(text, options);
      expect(redactText(once.text, options)).toEqual({ text: once.text, counts: {} });
    }),
    { numRuns: 500 },
  );
});

test("a dialogue redacted twice is what it was redacted once", () => {
  fc.assert(
    fc.property(fc.array(sentence, { maxLength: 8 }), (texts) => {
      const once = redactDialogue(dialogueOf(texts), options, options.names);
      const twice = redactDialogue(once.dialogue, options, options.names);
      expect(twice).toEqual({ dialogue: once.dialogue, redactions: {} });
    }),
    { numRuns: 200 },
  );
});

test("what is in no span is unchanged, byte for byte", () => {
  fc.assert(
    fc.property(sentence, (text) => {
      let at = 0;
      for (const piece of redactText(text, options).text.split(placeholder)) {
        const found = text.indexOf(piece, at);
        expect(found).toBeGreaterThanOrEqual(0);
        at = found + piece.length;
      }
    }),
    { numRuns: 500 },
  );
});

test("generated calls are redacted for good in one go", () => {
  for (const { turns } of spokenCalls(20, 5, "tuned")) {
    const once = redactDialogue(dialogueOf(turns.map(({ text }) => text)), options, []);
    expect(Object.keys(once.redactions).length).toBeGreaterThan(0);
    expect(redactDialogue(once.dialogue, options, []).redactions).toEqual({});
  }
});

const longest = 20_000;
const patience = 2_000;

test.each(
  "a|1|12 |nul |nul zes |6 |4 4 |@|a@|a@a.|a at |a apenstaartje |mag ik |wat is uw wachtwoord |wachtwoord is |geboren 1 |mei |Jan |A van |Kerkstraat |NL12|NL 12 |1234 AB |(0)|+31|[|<|*|{|[a|mijn naam is |Hallo |bedankt A|12-12-12-|€ 12 |1.111.|dubbel |twee keer |bsn 12345678 |de code sms |1 Aa ".split(
    "|",
  ),
)("a turn of 20,000 characters of %j takes no time to speak of", (piece) => {
  const text = piece.repeat(Math.ceil(longest / piece.length)).slice(0, longest);
  const from = cpuMs();
  redactText(text, options);
  expect(cpuMs() - from).toBeLessThan(patience);
});

test("5,000 turns take a few seconds at worst", () => {
  const lines = ["nul zes", "ja", "twaalf vierendertig", "wat is uw telefoonnummer?", "Mijn naam is Tjerkje"];
  const texts = Array.from(
    { length: 5_000 },
    (_, index) => `${lines[index % lines.length]}${index % 5 === 4 ? index : ""}`,
  );
  const from = cpuMs();
  redactDialogue(dialogueOf(texts), options, []);
  expect(cpuMs() - from).toBeLessThan(4 * patience);
});
