import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { demoEnvironment } from "../src/config/environment.ts";
import type { Flags } from "../src/config/flags.ts";
import { loadPlaces } from "../src/config/places.ts";
import { repeatsIn } from "../src/config/repeats.ts";
import { configJsonSchema, configSchema } from "../src/config/schema.ts";
import { loadTaxonomies } from "../src/config/taxonomies.ts";
import { type Config, loadConfig } from "../src/config.ts";
import { ConfigError } from "../src/errors.ts";

const root = fileURLToPath(new URL("..", import.meta.url));
const environment = { GENESYS_CLIENT_ID: "client-id", GENESYS_CLIENT_SECRET: "client-secret" };
const noFlags: Flags = { brands: [], dryRun: false };

let directory: string;

beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "contactlogd-config-"));
});
afterEach(() => {
  rmSync(directory, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: tests put into it whatever a person may write
type File = any;

function brandOf(id: string): File {
  return {
    id,
    language: "nl",
    match: { queues: [`${id} *`] },
    taxonomy: [{ category: "Facturen", subcategories: ["Nota"] }],
    eligibility: { accountAttribute: "customerNumber", authenticatedAttribute: "authenticated" },
    destination: { kind: "http", url: "https://crm.example.com/logs" },
  };
}

function fileOf(edit: (file: File) => void = () => {}): File {
  const file = {
    genesys: {
      region: "mypurecloud.de",
      clientId: `\${GENESYS_CLIENT_ID}`,
      clientSecret: `\${GENESYS_CLIENT_SECRET}`,
    },
    llm: { provider: "offline" },
    brands: [brandOf("helder"), brandOf("noordlicht")],
  };
  edit(file);
  return file;
}

function write(content: unknown): string {
  const path = join(directory, "config.json");
  writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
  return path;
}

function load(
  content: unknown = fileOf(),
  flags: Partial<Flags> = {},
  env: Record<string, string> = environment,
) {
  return loadConfig(write(content), { ...noFlags, ...flags }, env);
}

function problemsOf(attempt: () => unknown): readonly string[] {
  try {
    attempt();
  } catch (error) {
    expect(error).toBeInstanceOf(ConfigError);
    return (error as ConfigError).problems;
  }
  return [];
}

/** The mistakes found in a file changed like this. */
function mistakes(edit: (file: File) => void, flags: Partial<Flags> = {}): readonly string[] {
  return problemsOf(() => load(fileOf(edit), flags));
}

describe("a good file", () => {
  test("needs only what nobody can guess", () => {
    const config = load();
    expect(config).toMatchObject({
      genesys: { clientId: "client-id", queues: { include: ["*"], exclude: [] }, requestsPerMinute: 300 },
      llm: { provider: "offline", timeoutMs: 30_000 },
      http: { host: "127.0.0.1", port: 9_464 },
      pipeline: { concurrency: 16 },
      dryRun: false,
    });
    expect(config.brands.map(({ id }) => id)).toEqual(["helder", "noordlicht"]);
  });

  test("has paths relative to itself, not to where the program stands", () => {
    mkdirSync(join(directory, "prompts"));
    writeFileSync(join(directory, "prompts", "own.md"), "My own prompt");
    const config = load(
      fileOf((file) => {
        file.brands[0].prompt = "prompts/own.md";
        file.state = { file: "data/x.db" };
      }),
    );
    expect(config.brands[0]?.prompts.log).toBe("My own prompt");
    expect(config.state.file).toBe(join(directory, "data", "x.db"));
    expect(load().state.file).toBe(join(directory, "state", "contactlogd.db"));
  });

  test.each([
    ["nl", "nl"],
    ["nl-BE", "nl"],
    ["en", "en"],
    ["de", "en"],
  ])("a brand in %s without a prompt gets the program's own in %s", (language, prompt) => {
    const config = load(
      fileOf((file) => {
        file.brands[0].language = language;
      }),
    );
    expect(config.brands[0]?.prompts.log).toBe(
      readFileSync(join(root, "prompts", `contact-log.${prompt}.md`), "utf8"),
    );
  });
});

describe("what a file refers to", () => {
  const idOf = (clientId: string, env: Record<string, string> = environment): Config =>
    load(
      fileOf((file) => {
        file.genesys.clientId = clientId;
      }),
      {},
      env,
    );

  test.each<[written: string, read: string]>([
    [`\${GENESYS_CLIENT_ID}`, "client-id"],
    [`\${ GENESYS_CLIENT_ID }`, "client-id"],
    [`a-\${GENESYS_CLIENT_ID}-\${GENESYS_CLIENT_SECRET}-b`, "a-client-id-client-secret-b"],
    [`$\${GENESYS_CLIENT_ID}`, `\${GENESYS_CLIENT_ID}`],
    [`$\${`, `\${`],
    ["$5 and {braces}", "$5 and {braces}"],
  ])("%j is read as %j", (written, read) => {
    expect(idOf(written).genesys.clientId).toBe(read);
  });

  const tokenOf = (token: string, env: Record<string, string> = environment): readonly string[] =>
    problemsOf(() =>
      load(
        fileOf((file) => {
          file.brands[0].destination.headers = { authorization: token };
          file.brands[1].destination.auth = { type: "basic", user: "u", password: token };
        }),
        {},
        env,
      ),
    );
  const headers = "brands.0.destination.headers.authorization";
  const password = "brands.1.destination.auth.password";

  test.each(["Bearer $BACKEND_TOKEN", "$BACKEND_TOKEN", "Bearer  $T1 ", "Bearer $set_here"])(
    "%j, where a secret stands, is told to need braces",
    (written) => {
      const name = /\w+(?=\s*$)/.exec(written)?.[0];
      expect(tokenOf(written, { ...environment, set_here: "x" })).toEqual(
        [headers, password].map((path) =>
          expect.stringContaining(`${path}: $${name} would be sent as it stands; write \${${name}} for`),
        ),
      );
    },
  );

  test("a reference that is not closed, where a secret stands, would go out too", () => {
    expect(tokenOf(`Bearer \${BACKEND_TOKEN`)).toEqual([
      expect.stringContaining(`${headers}: \${ is not closed`),
      expect.stringContaining(`${password}: \${ is not closed`),
    ]);
  });

  test.each([
    "pa$$WORD",
    "a$BC",
    "$5 off",
    "$ecret",
    "$1abc",
    "x$",
    "$",
    "$A",
    `$\${PLAIN}`,
    `$\${PLAIN`,
    "$A-B",
    "$$ABC",
  ])("%j is a secret like any other", (written) => {
    expect(tokenOf(written)).toEqual([]);
  });

  test("what looks like a variable elsewhere is text, and so is what a variable holds", () => {
    const config = load(
      fileOf((file) => {
        file.brands[0].taxonomy[0].category = `Kosten in $USD \${unfinished`;
        file.brands[0].destination.headers = { authorization: `\${GENESYS_CLIENT_SECRET}` };
      }),
      {},
      { ...environment, GENESYS_CLIENT_SECRET: "$BACKEND_TOKEN" },
    );
    expect(config.brands[0]?.taxonomy[0]?.category).toBe(`Kosten in $USD \${unfinished`);
    expect(config.genesys.clientSecret).toBe("$BACKEND_TOKEN");
  });

  test("a value is never looked into again", () => {
    const env = { ...environment, NESTED: `\${GENESYS_CLIENT_SECRET}` };
    expect(idOf(`\${NESTED}`, env).genesys.clientId).toBe(`\${GENESYS_CLIENT_SECRET}`);
  });

  test("a file's text is taken without the line break at its end, its path relative to the configuration", () => {
    writeFileSync(join(directory, "secret"), "from-a-file\n");
    expect(idOf(`\${file:secret}`).genesys.clientId).toBe("from-a-file");
    expect(idOf(`\${file:${join(directory, "secret")}}`).genesys.clientId).toBe("from-a-file");
  });

  test("every secret is told to the redactor, however it got into the file; a client id is none", () => {
    writeFileSync(join(directory, "secret"), "from-a-file\n");
    const { secrets } = load(
      fileOf((file) => {
        file.brands[1].destination.headers = { authorization: `Bearer \${file:secret}` };
      }),
    );
    expect(new Set(secrets)).toEqual(new Set(["client-secret", "from-a-file", "Bearer from-a-file"]));
  });

  test("a destination's credentials are secrets too, also typed into the file and as they are sent", () => {
    const { secrets } = load(
      fileOf((file) => {
        const https = { kind: "http", url: "https://crm.example.com/logs" };
        const tls = { cert: "c.pem", key: "k.pem", passphrase: "typed-passphrase" };
        file.brands[0].destination = {
          ...https,
          tls,
          auth: { type: "basic", user: "crm", password: "typed-password" },
        };
        file.brands[1].destination = {
          ...https,
          auth: {
            type: "oauth2",
            tokenUrl: "https://login.example.com/",
            clientId: "crm",
            clientSecret: "typed-secret",
          },
        };
      }),
    );
    const sent = Buffer.from("crm:typed-password").toString("base64");
    expect(secrets).toEqual(
      expect.arrayContaining(["typed-passphrase", "typed-password", sent, "typed-secret"]),
    );
    expect(secrets).not.toContain("crm");
  });

  test("a destination's files are relative to it", () => {
    const { brands } = load(
      fileOf((file) => {
        const tls = { ca: "tls/ca.pem", cert: "/abs/cert.pem", key: "tls/key.pem" };
        const url = "https://crm.example.com/logs";
        file.brands[0].destination = { kind: "http", url, tls, schema: "note.json" };
        file.brands[1].destination = { kind: "file", path: "out/logs.jsonl" };
      }),
    );
    expect(brands.flatMap(({ destinations }) => destinations)).toMatchObject([
      {
        tls: {
          ca: join(directory, "tls/ca.pem"),
          cert: "/abs/cert.pem",
          key: join(directory, "tls/key.pem"),
        },
        schema: join(directory, "note.json"),
      },
      { path: join(directory, "out/logs.jsonl") },
    ]);
  });

  test.each<[what: string, written: string, sentence: RegExp]>([
    ["a missing variable", `\${NOWHERE}`, /^genesys\.clientId: the environment variable NOWHERE is not set$/],
    ["an empty variable", `\${EMPTY}`, /^genesys\.clientId: the environment variable EMPTY is empty$/],
    [
      "a missing file",
      `\${file:nowhere}`,
      /^genesys\.clientId: the file \/.*\/nowhere cannot be read \(ENOENT\)$/,
    ],
    ["an empty file", `\${file:empty}`, /^genesys\.clientId: the file \/.*\/empty is empty$/],
    ["a folder", `\${file:.}`, /^genesys\.clientId: the file \/.* cannot be read \(EISDIR\)$/],
    [
      "a file that is too large",
      `\${file:large}`,
      /^genesys\.clientId: the file \/.*\/large cannot be read \(larger/,
    ],
  ])("%s is named with the path of the setting", (_what, written, sentence) => {
    writeFileSync(join(directory, "empty"), " \n");
    writeFileSync(join(directory, "large"), "x".repeat(2 ** 20 + 1));
    const problems = problemsOf(() => idOf(written, { ...environment, EMPTY: "" }));
    expect(problems).toEqual([expect.stringMatching(sentence)]);
  });
});

describe("mistakes", () => {
  test("are all named at once: six mistakes, six sentences", () => {
    const problems = mistakes((file) => {
      file.genesys.clientId = "";
      file.genesys.clientSecret = `\${NOWHERE}`;
      file.pipeline = { concurrency: 0 };
      file.http = { port: "9464" };
      file.typo = true;
      file.brands[1].prompt = "nowhere.md";
    });
    expect(problems).toHaveLength(6);
    const named = [
      "genesys.clientId: ",
      "genesys.clientSecret: ",
      "pipeline.concurrency: ",
      "http.port: ",
      "typo: ",
    ];
    for (const start of [...named, `the prompt file ${join(directory, "nowhere.md")} `]) {
      expect(problems.filter((problem) => problem.startsWith(start))).toHaveLength(1);
    }
  });

  test.each<[what: string, edit: (file: File) => void, problems: readonly (string | RegExp)[]]>([
    ["nothing at the top", (file) => delete file.brands, ["brands: is required"]],
    ["no platform", (file) => delete file.genesys, ["genesys: is required"]],
    ["null for the platform", (file) => (file.genesys = null), [/^genesys: .*object/]],
    ["no brand", (file) => (file.brands = []), [/^brands: /]],
    [
      "a language that is an object",
      (file) => (file.brands[0].language = { toString: null }),
      [/^brands\.0\.language: /],
    ],
    ["no client", (file) => delete file.genesys.clientId, ["genesys.clientId: is required"]],
    ["no region", (file) => delete file.genesys.region, [/^genesys\.region: is required/]],
    ["a region's API", (file) => (file.genesys.region = "api.mypurecloud.de"), [/^genesys\.region: must/]],
    [
      "a region with a scheme",
      (file) => (file.genesys.region = "https://api.mypurecloud.de"),
      [/^genesys\.region: must/],
    ],
    [
      "an admin host with a scheme",
      (file) => (file.http = { host: "http://localhost" }),
      [/^http\.host: must be an/],
    ],
    ["an admin host in brackets", (file) => (file.http = { host: "[::1]" }), [/^http\.host: must be an/]],
    [
      "an admin host with a port",
      (file) => (file.http = { host: "localhost:1" }),
      [/^http\.host: must be an/],
    ],
    [
      "a base that is no URL",
      (file) => (file.genesys.baseUrl = "localhost"),
      [/^genesys\.baseUrl: must be an http/],
    ],
    ...[
      "https://api.mypurecloud.de/api/v2",
      "https://gateway.example/genesys/API/",
      "http://localhost:1/api/v2/?x",
    ].map((baseUrl): [string, (file: File) => void, RegExp[]] => [
      `a base with the API's own path: ${baseUrl}`,
      (file) => (file.genesys.baseUrl = baseUrl),
      [/^genesys\.baseUrl: must not end in \/api or \/api\/v2: /],
    ]),
    ...["openai", "azure"].map((provider): [string, (file: File) => void, RegExp[]] => [
      `a whole endpoint of ${provider}`,
      (file) => {
        const baseUrl = "https://llm.example/v1/chat/completions";
        const rest =
          provider === "azure" ? { deployment: "d", apiVersion: "v", apiKey: "k" } : { model: "m" };
        file.llm = { provider, baseUrl, ...rest };
      },
      [/^llm\.baseUrl: must not end in \/chat\/completions: /],
    ]),
    ["no queues at all", (file) => (file.genesys.queues = { include: [] }), [/^genesys\.queues\.include: /]],
    [
      "an unknown key deep down",
      (file) => (file.brands[1].match.queue = "x"),
      ["brands.1.match.queue: unknown key"],
    ],
    [
      "several unknown keys",
      (file) => Object.assign(file.genesys, { regoin: 1, clientID: 2 }),
      ["genesys.regoin: unknown key", "genesys.clientID: unknown key"],
    ],
    ["an unknown provider", (file) => (file.llm.provider = "oracle"), [/^llm\.provider: /]],
    ["another provider's key", (file) => (file.llm.deployment = "x"), ["llm.deployment: unknown key"]],
    ["a model missing", (file) => (file.llm = { provider: "openai" }), ["llm.model: is required"]],
    [
      "an unknown destination",
      (file) => (file.brands[0].destination.kind = "ftp"),
      [/^brands\.0\.destination\.kind: /],
    ],
    ["a brand id with a space", (file) => (file.brands[0].id = "a b"), [/^brands\.0\.id: must be letters/]],
    [
      "a brand twice",
      (file) => (file.brands[1].id = "helder"),
      ['brands: the brand id "helder" is there twice'],
    ],
    [
      "a category twice",
      (file) => file.brands[0].taxonomy.push(file.brands[0].taxonomy[0]),
      ['brands.0.taxonomy: the category "Facturen" is there twice'],
    ],
    [
      "a subcategory twice",
      (file) => file.brands[0].taxonomy[0].subcategories.push(" Nota "),
      ['brands.0.taxonomy.0.subcategories: the subcategory "Nota" is there twice'],
    ],
    [
      "a category in another case",
      (file) => file.brands[0].taxonomy.push({ category: "FACTUREN ", subcategories: ["x"] }),
      ['brands.0.taxonomy: the category "Facturen" is there twice, also as "FACTUREN"'],
    ],
    [
      "subcategories that differ in case, in spaces and in how an accent is written",
      (file) =>
        (file.brands[0].taxonomy[0].subcategories = [
          "Eén  nota",
          "Ee\u0301n nota",
          "eén\u00a0Nota",
          "Een nota",
        ]),
      [/^brands\.0\.taxonomy\.0\.subcategories: the subcategory "Eén {2}nota" is there twice, also as /],
    ],
    ["an empty taxonomy", (file) => (file.brands[0].taxonomy = []), [/^brands\.0\.taxonomy: /]],
    ["no time at all", (file) => (file.timing = { retryMaxMs: 0 }), [/^timing\.retryMaxMs: /]],
    ["part of a millisecond", (file) => (file.timing = { drainMs: 1.5 }), [/^timing\.drainMs: /]],
    ["a port out of range", (file) => (file.http = { port: 65_536 }), [/^http\.port: /]],
    [
      "one file for two destinations",
      (file) => {
        file.brands[0].destination = { kind: "file", path: "out/logs.jsonl" };
        file.brands[1].destination = { kind: "file", path: "./out/logs.jsonl" };
      },
      ['brands: the file of a destination "out/logs.jsonl" is there twice'],
    ],
    [
      "a header the program writes",
      (file) => (file.brands[0].destination.headers = { "Content-Type": "x" }),
      [/^brands\.0\.destination\.headers: must not set content-type/],
    ],
  ])("%s", (_what, edit, problems) => {
    expect(mistakes(edit)).toEqual(
      problems.map((problem) => (typeof problem === "string" ? problem : expect.stringMatching(problem))),
    );
  });

  test("a gateway with a path of its own is none", () => {
    expect(mistakes((file) => (file.genesys.baseUrl = "https://gateway.example/apigee/genesys-api"))).toEqual(
      [],
    );
    expect(
      mistakes((file) => (file.llm = { provider: "openai", model: "m", baseUrl: "https://x/api/v1" })),
    ).toEqual([]);
  });

  test.each<[what: string, llm: object, problem: RegExp]>([
    ["neither key nor Entra", {}, /^llm\.apiKey: give either apiKey or "auth"/],
    ["both key and Entra", { apiKey: "k", auth: "entra" }, /^llm\.apiKey: give either apiKey or "auth"/],
    ["an auth nobody knows", { auth: "magic" }, /^llm\.auth: /],
  ])("Azure with %s", (_what, llm, problem) => {
    const azure = {
      provider: "azure",
      baseUrl: "https://x.openai.azure.com",
      deployment: "d",
      apiVersion: "v",
    };
    expect(mistakes((file) => (file.llm = { ...azure, ...llm }))).toEqual([expect.stringMatching(problem)]);
  });

  test.each(["[]", "null", '"text"', "5"])("a file that holds %s is told to be no object", (text) => {
    expect(problemsOf(() => load(text))).toEqual(['must be an object, in braces: {"…": …}']);
  });

  test("a file that is not there is told with its path and the cause", () => {
    const path = join(directory, "nowhere.json");
    expect(problemsOf(() => loadConfig(path, noFlags, environment))).toEqual([
      `the configuration file ${path} cannot be read (ENOENT)`,
    ]);
  });

  test.each<[what: string, text: string]>([
    ["a quote missing", '{\n  "genesys": { "clientSecret": "typed-secret, "region": "x" }\n}'],
    ["no quotes", '{ "clientSecret": typed-secret }'],
    ["something after a secret", '{ "clientSecret": "typed-secret" oops }'],
    ["the end missing", '{ "clientSecret": "typed-secret"'],
    ["a secret alone", "typed-secret"],
    ["a control character", '{ "clientSecret": "typed-secret\u0001" }'],
  ])("a secret typed into broken JSON (%s) is not quoted", (_what, text) => {
    const problems = problemsOf(() => load(text));
    expect(problems).toEqual([expect.stringMatching(/config\.json is not JSON/)]);
    expect(problems[0]).not.toMatch(/typed|secret/);
  });

  test("a file in another encoding than UTF-8 is told to be one", () => {
    const path = write("");
    writeFileSync(path, Buffer.from(`\ufeff${JSON.stringify(fileOf())}`, "utf16le"));
    expect(problemsOf(() => loadConfig(path, noFlags, environment))).toEqual([
      `the configuration file ${path} cannot be read (it is not UTF-8 text; save it as UTF-8)`,
    ]);
  });

  test("where broken JSON breaks is told by line and column", () => {
    expect(problemsOf(() => load('{\n  "llm": {} oops\n}'))).toEqual([
      expect.stringMatching(/is not JSON \(line 2, column 13\)$/),
    ]);
  });

  test("a key that is there twice is named with its path and lines, at any depth: the last would silently win", () => {
    const text = JSON.stringify(fileOf(), null, 1)
      .replace('{\n "genesys"', '{\n "br\\u0061nds": [{ "id": "lost" }],\n "genesys"')
      .replace('"queues": [', '"queues": ["lost"], "queues": [')
      .replace(
        '"kind": "http"',
        '"a\\"b,{": "typed-secret", "kind": "http", "a\\"b,{": ["kind", { "kind": ":" }]',
      );
    expect(text.match(/lost/g)).toHaveLength(2);
    const problems = problemsOf(() => load(text));
    expect(problems).toEqual([
      expect.stringMatching(/^brands: is there more than once \(line 2, line \d+\), and only the last/),
      expect.stringMatching(/^brands\.0\.match\.queues: is there more than once/),
      expect.stringMatching(
        /^brands\.0\.destination\.a"b,\{: is there more than once \(line (\d+), line \1\)/,
      ),
    ]);
    expect(problems.join()).not.toContain("typed-secret");
    expect(problemsOf(() => loadTaxonomies(write(text), environment))).toEqual(problems);
    expect(problemsOf(() => loadPlaces(write(text), {}, environment))).toEqual(problems);
  });

  test.each<[what: string, text: string, repeats: string[]]>([
    ["the same key in other objects", '{"a":{"a":1},"b":[{"a":1},{"a":1}]}', []],
    ["a text that is like a key", '{"a":"a","b":["a","a",":"],"c":"\\"a\\":1"}', []],
    ["a key that no name is", '{"":1,"":2,"__proto__":1,"__proto__":2}', ["", "__proto__"]],
    ["one in a list in a list", '[[],[{"a":1,"b":[],"a":2}]]', ["1.0.a"]],
    ["thrice", '{"a":1,"a":2,"a":3}', ["a"]],
  ])("repeats of keys: %s", (_what, text, repeats) => {
    expect(repeatsIn(text).map(({ path }) => path)).toEqual(repeats);
  });

  test("repeats are looked for in a megabyte of nesting or of quotes in no time", () => {
    for (const text of [
      `${"[".repeat(500_000)}${"]".repeat(500_000)}`,
      JSON.stringify({ a: '"'.repeat(500_000) }),
    ]) {
      const start = performance.now();
      expect(repeatsIn(text)).toEqual([]);
      expect(performance.now() - start).toBeLessThan(1_000);
    }
  });

  test("a value of the wrong kind is not quoted either", () => {
    const problems = mistakes((file) => {
      file.genesys.clientSecret = ["typed-secret"];
      file.genesys.region = "typed-secret!";
      file.llm = { provider: "openai", model: "m", apiKey: { key: "typed-secret" }, baseUrl: "typed-secret" };
      file.brands[0].destination.headers = { authorization: "typed-secret\n" };
      file.brands[1].destination = "typed-secret";
    });
    expect(problems).toHaveLength(6);
    expect(problems.join("\n")).not.toContain("typed-secret");
  });

  test("a key named __proto__ is unknown like any other, and changes no object", () => {
    const text = JSON.stringify(fileOf())
      .replace('{"genesys":{', '{"__proto__":{"dryRun":true},"genesys":{"__proto__":{"polluted":true},')
      .replace('"match":{', '"match":{"constructor":{"prototype":{"polluted":true}},');
    const problems = problemsOf(() => load(text));
    expect([...problems].sort()).toEqual([
      "__proto__: unknown key",
      "brands.0.match.constructor: unknown key",
      "genesys.__proto__: unknown key",
    ]);
    expect(({} as { polluted?: unknown }).polluted).toBeUndefined();
  });

  test("switching off the check of certificates is one", () => {
    expect(
      problemsOf(() => load(fileOf(), {}, { ...environment, NODE_TLS_REJECT_UNAUTHORIZED: "0" })),
    ).toEqual([expect.stringMatching(/NODE_TLS_REJECT_UNAUTHORIZED.*NODE_EXTRA_CA_CERTS/)]);
  });
});

describe("sources", () => {
  const queueUrl = "https://sqs.eu-central-1.amazonaws.com/123456789012/contacts";
  const lens = {
    sqs: { queueUrl },
    brands: [{ brand: "helder", accountPath: "CustomerMetadata.ContactId" }],
  };
  const given = (sources: unknown) => (file: File) => {
    file.sources = sources;
  };

  test("are none by default, and Contact Lens asks for little", () => {
    expect(load().sources).toEqual({});
    expect(load(fileOf(given({ contactLens: lens }))).sources.contactLens).toMatchObject({
      redacted: "prefer",
      brands: [{ brand: "helder", assumeAuthenticated: false, summary: "ours" }],
    });
  });

  test("a folder is relative to the file", () => {
    const file = fileOf(given({ contactLens: { ...lens, sqs: undefined, folder: "analysis" } }));
    expect(load(file).sources.contactLens?.folder).toBe(join(directory, "analysis"));
  });

  test.each<[what: string, sources: object, problem: RegExp]>([
    [
      "both ways",
      { contactLens: { ...lens, folder: "x" } },
      /contactLens\.folder: give either folder or sqs/,
    ],
    ["neither way", { contactLens: { ...lens, sqs: undefined } }, /contactLens\.folder: give either/],
    [
      "an unknown brand",
      { contactLens: { ...lens, brands: [{ brand: "x", accountPath: "A" }] } },
      /contactLens\.brands\.0\.brand: must be the id of one of brands/,
    ],
    [
      "one queue twice",
      { eventbridge: { sqs: { queueUrl } }, contactLens: lens },
      /sources: must not read one queue/,
    ],
    [
      "no region",
      { eventbridge: { sqs: { queueUrl, region: "Frankfurt" } } },
      /sources\.eventbridge\.sqs\.region: must be an AWS region/,
    ],
  ])("%s is a mistake", (_what, sources, problem) => {
    expect(mistakes(given(sources)).join("\n")).toMatch(problem);
  });
});

describe("tracing", () => {
  const endpoint = "https://collector.example:4318/v1/traces";
  const given = (tracing: unknown) => (file: File) => {
    file.tracing = tracing;
  };

  test("is off by default, and asks for nothing but an endpoint", () => {
    expect(load().tracing).toBeUndefined();
    expect(load(fileOf(given({ endpoint }))).tracing).toEqual({
      endpoint,
      headers: {},
      sampleRatio: 1,
      propagate: false,
      timeoutMs: 5_000,
    });
  });

  test("its files are relative to the file, its headers and its passphrase are secrets", () => {
    const tls = { ca: "ca.pem", cert: "/abs/cert.pem", key: "key.pem", passphrase: "typed-passphrase" };
    const { tracing, secrets } = load(fileOf(given({ endpoint, tls, headers: { "x-key": "typed-key" } })));
    expect(tracing?.tls).toEqual({ ...tls, ca: join(directory, "ca.pem"), key: join(directory, "key.pem") });
    expect(secrets).toEqual(expect.arrayContaining(["typed-passphrase", "typed-key"]));
  });

  test.each<[what: string, tracing: object, problem: RegExp]>([
    ["no endpoint", {}, /tracing\.endpoint: must be an http or https URL/],
    [
      "another protocol",
      { endpoint: "grpc://collector:4317" },
      /tracing\.endpoint: must be an http or https URL/,
    ],
    [
      "a password in the URL",
      { endpoint: "https://u:geheim@collector/" },
      /endpoint: must not hold a user or password/,
    ],
    [
      "certificates without TLS",
      { endpoint: "http://collector/", tls: {} },
      /tracing\.tls: needs an https endpoint/,
    ],
    ["more than all", { endpoint, sampleRatio: 2 }, /tracing\.sampleRatio: /],
    [
      "a header of ours",
      { endpoint, headers: { "Content-Type": "x" } },
      /tracing\.headers.*: must not set content-type/,
    ],
  ])("%s is a mistake", (_what, tracing, problem) => {
    const said = mistakes(given(tracing)).join("\n");
    expect(said).toMatch(problem);
    expect(said).not.toContain("geheim");
  });
});

describe("a prompt file that is", () => {
  test.each<[what: string, content: string | Buffer | undefined, sentence: string]>([
    ["binary", Buffer.from("PK\u0003\u0004\0\0"), "cannot be read (it is not UTF-8 text; save it as UTF-8)"],
    [
      "in Windows-1252",
      Buffer.from("Schrijf in \u00e9\u00e9n zin.", "latin1"),
      "cannot be read (it is not UTF-8 text;",
    ],
    ["in UTF-16", Buffer.from("\ufeffSchrijf", "utf16le"), "cannot be read (it is not UTF-8 text;"],
    [
      "a pasted manual",
      "Schrijf kort. ".repeat(7_000),
      "is too long: about 24500 tokens leave the dialogue no room; shorten it to 24000",
    ],
    ["missing", undefined, "cannot be read (ENOENT)"],
    ["empty", "", "is empty"],
    ["blank", " \n\t\n", "is empty"],
    ["larger than any prompt", "x".repeat(2 ** 20 + 1), "cannot be read (larger than 1048576 bytes)"],
  ])("%s is named", (_what, content, sentence) => {
    const path = join(directory, "prompt.md");
    if (content !== undefined) writeFileSync(path, content);
    const problems = mistakes((file) => {
      file.brands[0].prompt = "prompt.md";
    });
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(`the prompt file ${path} ${sentence}`);
  });

  test("of another length is measured by what one question may hold, our own length is never too much", () => {
    const lengthOf = (chars: number, maxInputTokens: number) => {
      writeFileSync(join(directory, "prompt.md"), `\ufeff${"é".repeat(chars)}`);
      return mistakes((file) => {
        file.brands[0].prompt = "prompt.md";
        file.llm.maxInputTokens = maxInputTokens;
      });
    };
    expect(lengthOf(12_000, 1_000)).toEqual([]);
    expect(lengthOf(32_001, 1_000)).toEqual([
      expect.stringContaining("shorten it to 8000 (llm.maxInputTokens)"),
    ]);
    expect(lengthOf(32_001, 24_000)).toEqual([]);
  });

  test("missing is named in the same breath as what else is wrong", () => {
    const problems = mistakes((file) => {
      file.brands[0].prompt = "nowhere.md";
      file.brands[0].language = "Dutch!";
      file.brands.push(null);
    });
    expect(problems).toHaveLength(3);
  });
});

describe("the taxonomies alone", () => {
  test("need no secret and nothing else of the file, and may refer to the environment", () => {
    const path = write(
      fileOf((file) => {
        file.brands[1].taxonomy = [{ category: `\${NAME}`, subcategories: ["b"] }];
      }),
    );
    const found = loadTaxonomies(path, { NAME: "Verhuizen" });
    expect([...found.keys()]).toEqual(["helder", "noordlicht"]);
    expect(found.get("noordlicht")).toEqual([{ category: "Verhuizen", subcategories: ["b"] }]);
    expect(() => loadTaxonomies(path, {})).toThrow(ConfigError);
  });

  test("are checked like any others", () => {
    const path = write(
      fileOf((file) => {
        file.brands[0].taxonomy = [];
      }),
    );
    expect(problemsOf(() => loadTaxonomies(path, environment))).toEqual([
      expect.stringMatching(/^brands\.0\.taxonomy: /),
    ]);
  });
});

describe("flags win over the file", () => {
  test("region, dry run and state, whose path is relative to where the shell stands", () => {
    const config = load(
      fileOf((file) => {
        file.state = { file: "data/x.db" };
      }),
      { region: "mypurecloud.ie", state: "elsewhere/y.db", dryRun: true },
    );
    expect(config.genesys.region).toBe("mypurecloud.ie");
    expect(config.state.file).toBe(join(process.cwd(), "elsewhere/y.db"));
    expect(config.dryRun).toBe(true);
  });

  test("a shadow run has the real state file, and is no dry run", () => {
    expect(load().shadow).toBe(false);
    expect(load(fileOf(), { shadow: true })).toMatchObject({ shadow: true, dryRun: false });
    expect(mistakes(() => {}, { shadow: true, dryRun: true })).toEqual([
      "--shadow and --dry-run: give one of them",
    ]);
  });

  test("a region may be given by flag alone, and is checked like any other", () => {
    const without = (file: File) => delete file.genesys.region;
    expect(mistakes(without, { region: "mypurecloud.ie" })).toEqual([]);
    expect(mistakes(without, { region: "not a domain" })).toEqual([
      expect.stringMatching(/^genesys\.region: must/),
    ]);
  });

  test("only the brands asked for are served, in the file's order", () => {
    expect(load(fileOf(), { brands: ["noordlicht"] }).served).toEqual(["noordlicht"]);
    expect(load(fileOf(), { brands: ["noordlicht", "helder"] }).served).toEqual(["helder", "noordlicht"]);
    expect(load(fileOf()).served).toEqual(["helder", "noordlicht"]);
  });

  test("an unknown brand is named with those there are", () => {
    expect(mistakes(() => {}, { brands: ["helder", "hleder", "x"] })).toEqual([
      "--brand hleder: no such brand; the configuration has helder, noordlicht",
      "--brand x: no such brand; the configuration has helder, noordlicht",
    ]);
  });
});

interface Schema {
  readonly type?: string;
  readonly const?: unknown;
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
}

/** Paths of the keys a schema knows and a value does not have; of several shapes, the one the value has chosen. */
function missingKeys(schema: Schema, value: unknown, path: string): string[] {
  const shapes = schema.anyOf ?? schema.oneOf;
  if (shapes) {
    const chosen = shapes.find(({ properties = {} }) =>
      Object.entries(properties).every(
        ([key, { const: wanted }]) =>
          wanted === undefined || (value as File)[key] === wanted || key === "auth",
      ),
    );
    return missingKeys(chosen ?? {}, value, path);
  }
  if (schema.items) {
    return (value as unknown[]).flatMap((item, index) =>
      missingKeys(schema.items as Schema, item, `${path}.${index}`),
    );
  }
  return Object.entries(schema.properties ?? {}).flatMap(([key, inner]) =>
    Object.hasOwn(value as object, key)
      ? missingKeys(inner, (value as File)[key], `${path}.${key}`)
      : [`${path}.${key}`],
  );
}

describe("what lies in the repository", () => {
  const json = (name: string) => JSON.parse(readFileSync(join(root, name), "utf8"));

  test("config.schema.json is the schema of this program (npm run schema)", () => {
    expect(json("config.schema.json")).toEqual(JSON.parse(JSON.stringify(configJsonSchema())));
  });

  test("config.example.json loads wherever it is copied to, with the environment it asks for", () => {
    const secrets = join(directory, "genesys_client_secret");
    writeFileSync(secrets, "secret-of-the-example\n");
    const text = readFileSync(join(root, "config.example.json"), "utf8");
    const asked = [...text.matchAll(/\$\{(?!file:)(\w+)\}/g)].map(([, name = ""]) => [
      name,
      `value-of-${name}`,
    ]);
    const config = load(text.replaceAll("/run/secrets", directory), {}, Object.fromEntries(asked));
    expect(config.genesys.clientSecret).toBe("secret-of-the-example");
    for (const secret of ["secret-of-the-example", "value-of-OPENAI_API_KEY", "value-of-HELDER_TOKEN"]) {
      expect(config.secrets).toContain(secret);
    }
  });

  test("config.example.json shows every key there is for what it has chosen, with values that are valid", () => {
    const example = json("config.example.json");
    expect(configSchema.safeParse(example).error).toBeUndefined();
    // A base URL stands in for the region: both in one example would be misleading.
    const missing = missingKeys(configJsonSchema() as Schema, example, "");
    // Likewise one destination for several; a calibration is a file that a run of eval has to write first,
    // and a prompt one that is not where the example is copied to.
    // A header stands in for auth; a mapping and what goes with it is in docs/destinations.md.
    const instead = [
      ".genesys.baseUrl",
      ".brands.0.destinations",
      ".brands.0.prompt",
      ".llm.calibration",
      ".retention.logsMs",
      ".sources",
      ".tracing",
      ".brands.0.destination.auth",
      ".brands.0.destination.tls",
      ".brands.0.destination.fields",
      ".brands.0.destination.schema",
      ".brands.0.destination.linkGiveUpMs",
      ".brands.0.destination.unlinked",
    ];
    expect(missing.filter((path) => !instead.includes(path))).toEqual([]);
  });

  test("config.example.json shows the defaults as they are", () => {
    const example = json("config.example.json");
    const { timing, pipeline, http, state, retention } = configSchema.parse({ ...fileOf() });
    expect(example).toMatchObject({ timing, pipeline, http, state, retention });
  });
});

describe("the demo's model", () => {
  test.each<[what: string, env: Record<string, string>, llm: object]>([
    ["offline without any key", {}, { provider: "offline" }],
    ["offline with half of what Azure needs", { AZURE_OPENAI_API_KEY: "k" }, { provider: "offline" }],
    [
      "OpenAI with its key",
      { OPENAI_API_KEY: "key-canary" },
      { provider: "openai", baseUrl: "https://api.openai.com/v1" },
    ],
    [
      "another endpoint where one is named",
      { OPENAI_API_KEY: "key-canary", OPENAI_BASE_URL: "http://127.0.0.1:1/v1", OPENAI_MODEL: "m" },
      { provider: "openai", baseUrl: "http://127.0.0.1:1/v1", model: "m" },
    ],
    [
      "Azure with key and endpoint, also where OpenAI's key is there",
      {
        AZURE_OPENAI_API_KEY: "key-canary",
        AZURE_OPENAI_ENDPOINT: "https://x.openai.azure.com",
        OPENAI_API_KEY: "k",
      },
      { provider: "azure", baseUrl: "https://x.openai.azure.com" },
    ],
  ])("is %s", (_what, env, llm) => {
    const { model } = demoEnvironment(env);
    expect(model.llm).toMatchObject(llm);
    expect(JSON.stringify(model)).not.toContain("key-canary");
    const config = load(
      fileOf((file) => {
        file.llm = model.llm;
      }),
      {},
      { ...environment, ...env },
    );
    expect(config.llm).toMatchObject(llm);
  });
});
