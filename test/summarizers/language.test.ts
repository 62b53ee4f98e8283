import { expect, test } from "vitest";
import { isInLanguage } from "../../src/summarizers/language.ts";

test.each<[language: string, text: string, expected: boolean]>([
  ["nl", "Klant belt over de jaarnota en wil weten waarom het bedrag hoger is dan vorig jaar.", true],
  ["nl-BE", "Klant belt over de jaarnota en wil weten waarom het bedrag hoger is dan vorig jaar.", true],
  ["nl", "The customer called about the bill and wants to know why the amount is so high.", false],
  ["en", "The customer called about the bill and wants to know why the amount is so high.", true],
  ["en-GB", "Klant belt over de jaarnota en wil weten waarom het bedrag hoger is dan vorig jaar.", false],
  ["nl", "Клиент позвонил по поводу счёта.", false],
  ["en", "客户打电话了。", false],
  ["nl", "Jaarnota", true],
  ["nl", "", true],
  ["nl", "€ 45", true],
  ["de", "The customer called about the bill and wants to know why.", true],
])("a log in %s may read “%s”: %s", (language, text, expected) => {
  expect(isInLanguage({ description: text, note: [] }, language)).toBe(expected);
});
