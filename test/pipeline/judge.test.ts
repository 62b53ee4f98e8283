import { describe, expect, test } from "vitest";
import { type ContactFacts, type Dialogue, forceableSkips, type SkipReason } from "../../src/model.ts";
import { judgeContact, judgeDialogue, type Rules } from "../../src/pipeline/judge.ts";

const rules: Rules = {
  excludesQueue: (name) => name.startsWith("Test"),
  brands: [
    {
      id: "helder",
      takesQueue: (name) => name.startsWith("Helder"),
      accountAttribute: "customerNumber",
      authenticatedAttribute: "authenticated",
      authenticatedValues: ["true", "Ja"],
    },
    {
      id: "all",
      takesQueue: (name) => name.startsWith("Helder") || name.startsWith("Other") || name.startsWith("Test"),
      accountAttribute: "acct",
      authenticatedAttribute: "authenticated",
      authenticatedValues: ["true"],
    },
  ],
};

function sets(...own: Record<string, string>[]): ContactFacts["attributes"] {
  return own.map((values) => ({ customer: true, values }));
}

const good: ContactFacts = {
  queueId: "q",
  queueName: "Helder Facturen",
  supported: true,
  merged: false,
  handled: true,
  hasCustomer: true,
  attributes: sets({ customerNumber: "4711", authenticated: "true" }),
};

function judge(facts: Partial<ContactFacts>, force = false, allowsForce = false) {
  const brands = rules.brands.map((brand) => ({ ...brand, allowsForce }));
  return judgeContact({ ...good, ...facts }, { ...rules, brands }, force);
}

test("a contact of an authenticated customer with an account is eligible, for the first brand that takes its queue", () => {
  expect(judge({})).toEqual({ kind: "eligible", brand: "helder", accountId: "4711" });
  const attributes = sets({ acct: "8", authenticated: "true" });
  expect(judge({ queueName: "Other 1", attributes })).toEqual({
    kind: "eligible",
    brand: "all",
    accountId: "8",
  });
});

/** Each alone is enough; together the first of the list is given. */
const failings: readonly [reason: SkipReason, brand: string | undefined, facts: Partial<ContactFacts>][] = [
  ["unsupported_medium", "helder", { supported: false }],
  ["merged", "helder", { merged: true }],
  ["no_customer", "helder", { hasCustomer: false }],
  ["no_human_agent", "helder", { handled: false }],
  ["excluded_queue", "all", { queueName: "Test 1" }],
  ["no_brand", undefined, { queueName: "Noordlicht" }],
  ["no_account", "helder", { attributes: sets({ authenticated: "true" }) }],
  ["several_accounts", "helder", { attributes: sets({ customerNumber: "1" }, { customerNumber: "2" }) }],
  ["not_authenticated", "helder", { attributes: sets({ customerNumber: "1" }) }],
];

describe("asked for by force", () => {
  const passedOver: readonly string[] = forceableSkips;

  test.each(failings)("%s is passed over where the brand allows it, or holds", (reason, brand, facts) => {
    const verdict = judge(facts, true, true);
    if (!passedOver.includes(reason)) expect(verdict).toEqual({ kind: "skipped", brand, reason });
    else expect(verdict).toMatchObject({ kind: "eligible", brand });
  });

  test.each(failings)(
    "%s holds where the brand does not allow it, or nobody forces",
    (reason, brand, facts) => {
      expect(judge(facts, true, false)).toEqual({ kind: "skipped", brand, reason });
      expect(judge(facts, false, true)).toEqual({ kind: "skipped", brand, reason });
    },
  );

  test("an account that nobody told is empty, one that was told is kept", () => {
    expect(judge({ attributes: [] }, true, true)).toMatchObject({ accountId: "" });
    expect(judge({ attributes: sets({ customerNumber: "1" }) }, true, true)).toMatchObject({
      accountId: "1",
    });
  });
});

describe("no contact log", () => {
  test.each(failings)("%s", (reason, brand, facts) => {
    expect(judge(facts)).toEqual({ kind: "skipped", brand, reason });
  });

  test.each(failings.map(([reason], index) => [reason, index] as const))(
    "%s goes before every later reason",
    (reason, index) => {
      const facts = failings
        .slice(index)
        .reverse()
        .map(([, , failing]) => failing);
      expect(judge(Object.assign({}, ...facts))).toMatchObject({ reason });
    },
  );

  test("without a queue there is no brand", () => {
    expect(judge({ queueName: undefined })).toEqual({
      kind: "skipped",
      brand: undefined,
      reason: "no_brand",
    });
  });
});

const agent = (values: Record<string, string>) => ({ customer: false, values });

test.each<[what: string, attributes: ContactFacts["attributes"], verdict: object]>([
  [
    "the customer's account goes before another participant's",
    [
      agent({ customerNumber: "9", authenticated: "true" }),
      ...sets({ customerNumber: "1", authenticated: "true" }),
    ],
    { accountId: "1" },
  ],
  [
    "another participant's account counts where the customer has none",
    [...sets({ authenticated: "true" }), agent({ customerNumber: "9" })],
    { accountId: "9" },
  ],
  [
    "an empty attribute is none",
    [...sets({ customerNumber: " ", authenticated: "true" }), agent({ customerNumber: "9" })],
    { accountId: "9" },
  ],
  [
    "the same account twice is one, space around it aside",
    sets({ customerNumber: "1", authenticated: "true" }, { customerNumber: " 1 " }),
    { accountId: "1" },
  ],
  [
    "accounts of several other participants are several",
    [...sets({ authenticated: "true" }), agent({ customerNumber: "8" }), agent({ customerNumber: "9" })],
    { reason: "several_accounts" },
  ],
  [
    "who was in this session of a chat goes before who was in another",
    [
      ...sets({ authenticated: "true" }),
      { ...agent({ customerNumber: "8" }), apart: true },
      agent({ customerNumber: "9" }),
    ],
    { accountId: "9" },
  ],
  [
    "who was in another session counts where nobody in this one has it",
    [...sets({ authenticated: "true" }), { ...agent({ customerNumber: "8" }), apart: true }, agent({})],
    { accountId: "8" },
  ],
  [
    "upper and lower case of the authenticated value are the same",
    sets({ customerNumber: "1", authenticated: " TRUE " }),
    { accountId: "1" },
  ],
  [
    "any of the configured values will do",
    sets({ customerNumber: "1", authenticated: "ja" }),
    { accountId: "1" },
  ],
  [
    "another value is not authenticated",
    sets({ customerNumber: "1", authenticated: "yes" }),
    { reason: "not_authenticated" },
  ],
  [
    "a customer who was authenticated and then was not is not",
    sets({ customerNumber: "1", authenticated: "true" }, { authenticated: "false" }),
    { reason: "not_authenticated" },
  ],
  [
    "the customer's own value goes before another participant's",
    [...sets({ customerNumber: "1", authenticated: "false" }), agent({ authenticated: "true" })],
    { reason: "not_authenticated" },
  ],
  ["no attributes are no account", [], { reason: "no_account" }],
  [
    "names in another case count",
    sets({ CustomerNumber: "1", AUTHENTICATED: "true" }),
    { kind: "eligible", accountId: "1" },
  ],
  [
    "the name as configured goes before other cases of it",
    sets({ CUSTOMERNUMBER: "2", customerNumber: "1", authenticated: "true", Authenticated: "false" }),
    { kind: "eligible", accountId: "1" },
  ],
  [
    "several other cases with several accounts are several",
    sets({ CUSTOMERNUMBER: "2", CustomerNumber: "1", authenticated: "true" }),
    { reason: "several_accounts" },
  ],
  [
    "the customer's in another case goes before an agent's as configured",
    [...sets({ CustomerNumber: "1" }), agent({ customerNumber: "2", authenticated: "true" })],
    { kind: "eligible", accountId: "1" },
  ],
])("%s", (_what, attributes, verdict) => {
  expect(judge({ attributes })).toMatchObject(verdict);
});

test.each<
  [what: string, said: [Dialogue["turns"][number]["speaker"], string][], reason: SkipReason | undefined]
>([
  [
    "both spoke",
    [
      ["customer", "hallo"],
      ["agent", "goedemorgen"],
    ],
    undefined,
  ],
  ["nobody spoke", [], "no_dialogue"],
  ["only the customer spoke", [["customer", "hallo"]], "no_dialogue"],
  ["only the agent spoke", [["agent", "hallo"]], "no_dialogue"],
  [
    "the customer sent figures and signs only",
    [
      ["customer", "12 34 !?"],
      ["agent", "hallo"],
    ],
    "no_dialogue",
  ],
  [
    "words are words in any script",
    [
      ["customer", "你好"],
      ["agent", "привет"],
    ],
    undefined,
  ],
])("%s", (_what, said, reason) => {
  const turns = said.map(([speaker, text], at) => ({ speaker, userId: undefined, at, text }));
  expect(judgeDialogue({ medium: "voice", language: undefined, turns })).toBe(reason);
});
