import { ConfigError } from "../errors.ts";
import { looksSecret } from "./first-config.ts";
import { readTaxonomyFile } from "./taxonomy-csv.ts";

const environmentName = /^[A-Z][A-Z0-9_]{0,63}$/;
const useName = "give the name of the variable that holds it, or file:/path, never the secret itself";

/** Something `init` has to know, by the flag that answers it. */
export interface Question {
  /** As in `InitFlags`. */
  readonly key: string;
  readonly flag: string;
  /** What kind of thing the flag takes, for its help. */
  readonly takes: string;
  readonly asks: string;
  /** Taken where nothing is answered; "" where it may be left out. Undefined: an answer is required. */
  readonly initial?: string;
  /** What is wrong with an answer, as a sentence's end; undefined where nothing is. */
  problem(answer: string): string | undefined;
}

const anything = (answer: string): string | undefined => (answer === "" ? "must not be empty" : undefined);
const matching =
  (pattern: RegExp, must: string) =>
  (answer: string): string | undefined =>
    pattern.test(answer) ? undefined : must;
const url = (answer: string): string | undefined =>
  URL.canParse(answer) && /^https?:$/.test(new URL(answer).protocol)
    ? undefined
    : "must be an http or https URL";

/** The name of what holds a secret. A long one without an underscore and with digits is more likely a key itself. */
function reference(answer: string): string | undefined {
  if (/^file:\S+$/.test(answer)) return undefined;
  const looksLikeKey = answer.length >= 16 && !answer.includes("_") && /\d/.test(answer);
  return environmentName.test(answer) && !looksLikeKey ? undefined : useName;
}

function noTaxonomy(file: string): string | undefined {
  try {
    readTaxonomyFile(file);
    return undefined;
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join("; ");
    throw error;
  }
}

const optional =
  (check: Question["problem"]): Question["problem"] =>
  (answer) =>
    answer === "" ? undefined : check(answer);

/** In the order they are asked; queues come between, once it is known how to ask for them. */
const asked: readonly Question[] = [
  {
    key: "region",
    flag: "--region",
    takes: "domain",
    asks: "The org's domain, such as mypurecloud.de",
    problem: matching(
      /^(?!(?:api|apps|login)\.)[a-z0-9-]+(\.[a-z0-9-]+)+$/i,
      "must be a domain, without api. or login.",
    ),
  },
  {
    key: "clientIdFrom",
    flag: "--client-id-from",
    takes: "name",
    asks: "Variable that holds the OAuth client's id",
    initial: "GENESYS_CLIENT_ID",
    problem: reference,
  },
  {
    key: "clientSecretFrom",
    flag: "--client-secret-from",
    takes: "name",
    asks: "Variable that holds its secret",
    initial: "GENESYS_CLIENT_SECRET",
    problem: reference,
  },
  {
    key: "brand",
    flag: "--brand",
    takes: "id",
    asks: "A short name for the brand",
    problem: matching(/^[\w-]{1,60}$/, "must be letters, digits, - or _"),
  },
  {
    key: "language",
    flag: "--language",
    takes: "tag",
    asks: "Language of its contact logs",
    initial: "nl",
    problem: matching(/^[a-z]{2,3}(-\w+)*$/i, "must be a language tag such as nl"),
  },
  {
    key: "taxonomy",
    flag: "--taxonomy",
    takes: "file",
    asks: "Table of categories (CSV: category;subcategory)",
    problem: noTaxonomy,
  },
  {
    key: "accountAttribute",
    flag: "--account-attribute",
    takes: "name",
    asks: "Participant attribute with the customer's account",
    initial: "customerNumber",
    problem: anything,
  },
  {
    key: "authenticatedAttribute",
    flag: "--authenticated-attribute",
    takes: "name",
    asks: "Participant attribute that is true for an authenticated customer",
    initial: "authenticated",
    problem: anything,
  },
  {
    key: "destination",
    flag: "--destination",
    takes: "url",
    asks: "Where contact logs are posted (URL)",
    problem: url,
  },
  {
    key: "headerFrom",
    flag: "--header-from",
    takes: "name",
    asks: "Variable that holds the token it wants (empty: none)",
    initial: "",
    problem: optional(reference),
  },
  {
    key: "model",
    flag: "--model",
    takes: "name",
    asks: "Model at an OpenAI-compatible endpoint (empty: none, sentences are picked)",
    initial: "",
    problem: () => undefined,
  },
  {
    key: "modelKeyFrom",
    flag: "--model-key-from",
    takes: "name",
    asks: "Variable that holds the model's key (empty: none)",
    initial: "",
    problem: optional(reference),
  },
];

/** With what the help says of their flags. */
export const questions = asked.map((question) => ({ ...question, about: aboutOf(question) }));

function aboutOf({ asks, initial }: Question): string {
  const about = `${asks.charAt(0).toLowerCase()}${asks.slice(1)}`;
  return initial ? `${about} (default: "${initial}")` : about;
}

/** What is wrong with an answer, secrets first: they are not to be said again. */
export function problemOf(question: Question, answer: string): string | undefined {
  if (looksSecret(answer)) return `looks like a secret, and none is written here: ${useName}`;
  return question.problem(answer);
}
