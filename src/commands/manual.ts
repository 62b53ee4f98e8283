import type { Command, Help, Option } from "commander";
import { columnsOf } from "../config/environment.ts";

const indentation = "       ";
const widest = 100;

/** What a command's page says beside its options. */
interface Page {
  readonly about?: readonly string[];
  readonly files?: readonly Row[];
  readonly environment?: readonly Row[];
  readonly examples?: readonly string[];
}

type Row = readonly [term: string, about: string];

const configFile: Row = ["config.json", "the configuration; contactlogd schema prints what it may hold"];
const stateFile: Row = ["state/contactlogd.db", "what ended and what became of it (state.file)"];

const exits: readonly Row[] = [
  ["0", "done; also after SIGTERM or SIGINT"],
  ["1", "failed at run time, the last line says why"],
  ["78", "wrong configuration or arguments, a line for each mistake"],
];

/** A variable is read where the configuration names it, and these without. */
const environment: readonly Row[] = [
  ["<any>", `a value written as \${NAME} in the configuration is taken from NAME`],
  ["NODE_EXTRA_CA_CERTS", "certificates of a private authority (PEM)"],
];

/** By the words that call it; the program itself is "". */
const pages: Readonly<Record<string, Page>> = {
  "": {
    about: [
      "A daemon beside Genesys Cloud. Every end of a conversation it hears is recorded before anything is done with it; what was said is fetched, summarised, and posted to the backend of the right brand, once.",
      "Begin with init, then check, then run. A flag wins over the file; secrets are never flags.",
    ],
    files: [configFile, stateFile],
    environment,
    examples: [
      "contactlogd init",
      "contactlogd check --config config.json",
      "contactlogd run --config config.json --dry-run",
      'eval "$(contactlogd completion bash)"',
    ],
  },
  run: {
    about: ["The log goes to standard error, what a dry run would have posted to standard output."],
    files: [configFile, stateFile],
    environment,
    examples: [
      "contactlogd run --config /etc/contactlogd/config.json",
      "contactlogd run --config config.json --dry-run --log-format pretty",
      "contactlogd run --config config.json --brand helder",
    ],
  },
  init: {
    about: [
      "Asks for what the flags leave open, where it is started in a terminal; elsewhere every flag without a default is required. Where the OAuth client's variables are set, the organisation's queues are listed to choose from.",
      "The file is readable by its owner alone. It names what holds a secret and never holds one: whatever looks like a secret is refused. Further brands and everything else are added by hand.",
    ],
    files: [["config.json", "what is written (--out)"]],
    environment: [
      [
        "GENESYS_CLIENT_ID, GENESYS_CLIENT_SECRET",
        "to list the queues, or what the flags name in their place",
      ],
    ],
    examples: [
      "contactlogd init --out /etc/contactlogd/config.json",
      "contactlogd init --region mypurecloud.de --brand helder --queue 'Helder *' --taxonomy categories.csv --destination https://crm.example.com/logs --header-from HELDER_TOKEN",
    ],
  },
  check: {
    about: [
      "One line each: ✔ what is well, ✘ what is not and how to mend it, – what cannot be told before that is mended. Looked at are the configuration, secrets, prompts, the state file, the admin port, the login, the clock, each permission by the call that needs it, queues and the brands they fall to, transcription, notification topics, a recent conversation (judged and read, not posted), the model by one made-up dialogue (which costs what one contact costs), and each destination.",
      "It may run beside the daemon. It leaves a notification channel behind, which the platform forgets after a day.",
    ],
    files: [configFile, stateFile],
    environment,
    examples: [
      "contactlogd check --config config.json",
      "contactlogd check --config config.json --json | jq -r '.[] | select(.ok != true) | .id'",
    ],
  },
  status: {
    files: [configFile, stateFile],
    examples: [
      "contactlogd status --config config.json --json",
      "contactlogd status --config config.json --hours 24",
    ],
  },
  explain: {
    files: [configFile, stateFile],
    examples: ["contactlogd explain 2f7bf00a-0fc2-4d6a-9b56-92238191433e --config config.json"],
  },
  backfill: {
    about: ["Where the daemon runs, it does the work; else it is done here."],
    files: [configFile, stateFile],
    environment,
    examples: [
      "contactlogd backfill --config config.json --from 2026-11-20T08:00:00Z --to 2026-11-20T12:00:00Z",
    ],
  },
  "dead replay": {
    examples: [
      "contactlogd dead replay --config config.json --reason http_400",
      "contactlogd dead replay --config config.json --all",
    ],
  },
  "dead list": { examples: ["contactlogd dead list --config config.json --since 2026-11-19T00:00:00Z"] },
  feedback: { examples: ["contactlogd feedback --config config.json --file finals.jsonl"] },
  summarize: { examples: ["contactlogd summarize --file dialogue.json --config config.json --brand helder"] },
  eval: {
    examples: [
      "contactlogd eval --config config.json --data labelled.jsonl --out eval/june",
      "contactlogd eval --compare eval/june/report.json eval/july/report.json --out eval/compared",
    ],
  },
  completion: {
    examples: [
      'eval "$(contactlogd completion bash)"',
      'eval "$(contactlogd completion zsh)"',
      "contactlogd completion fish | source",
    ],
  },
  schema: { examples: ["contactlogd schema > config.schema.json"] },
};

/** Has `--help` of a program and all its commands read like a page of the manual. */
export function addManual(command: Command, path = ""): void {
  command.configureHelp({ formatHelp: (shown, help) => pageOf(shown, help, pages[path] ?? {}) });
  for (const one of command.commands) addManual(one, `${path} ${one.name()}`.trim());
}

function pageOf(command: Command, help: Help, page: Page): string {
  const width = Math.min(columnsOf() ?? help.helpWidth ?? widest, widest);
  const name = help.commandUsage(command).split(/ [[<]/, 1)[0] ?? command.name();
  const options = help.visibleOptions(command).map((option): Row => [option.flags, meaningOf(option, help)]);
  const commands = command.commands.map(
    (one): Row => [help.subcommandTerm(one), help.subcommandDescription(one)],
  );
  const arguments_ = help
    .visibleArguments(command)
    .map((one): Row => [help.argumentTerm(one), help.argumentDescription(one)]);
  const about = page.about ?? [asSentence(command.description())];
  const sections: readonly [title: string, lines: readonly string[]][] = [
    ["NAME", paragraph(`${name} - ${command.description()}`, width)],
    ["SYNOPSIS", paragraph(usageOf(command, help), width)],
    ["DESCRIPTION", about.flatMap((one, index) => [...(index > 0 ? [""] : []), ...paragraph(one, width)])],
    ["ARGUMENTS", table(arguments_, width)],
    ["OPTIONS", table(options, width)],
    ["COMMANDS", table(commands, width)],
    ["FILES", table(page.files ?? [], width)],
    ["ENVIRONMENT", table(page.environment ?? [], width)],
    ["EXIT STATUS", table(exits, width)],
    ["EXAMPLES", (page.examples ?? []).map((one) => indentation + one)],
  ];
  const shown = sections.filter(([, lines]) => lines.length > 0);
  return `${shown.map(([title, lines]) => [title, ...lines].join("\n")).join("\n\n")}\n`;
}

/** With the flags it cannot do without. */
function usageOf(command: Command, help: Help): string {
  const needed = command.options.filter(({ mandatory }) => mandatory).map(({ flags }) => flags);
  return help.commandUsage(command).replace("[options]", [...needed, "[options]"].join(" "));
}

/** That a switch is off, and a list empty, goes without saying. */
function meaningOf(option: Option, help: Help): string {
  const { defaultValue } = option;
  const unsaid = defaultValue === false || (Array.isArray(defaultValue) && defaultValue.length === 0);
  return unsaid ? option.description : help.optionDescription(option);
}

function asSentence(text: string): string {
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${text.endsWith(".") ? "" : "."}`;
}

/** A term on its line, what it means below it, deeper. */
function table(rows: readonly Row[], width: number): string[] {
  return rows.flatMap(([term, about]) => [
    ...paragraph(term, width),
    ...(about === "" ? [] : paragraph(about, width, `${indentation}    `)),
  ]);
}

function paragraph(text: string, width: number, indent = indentation): string[] {
  const lines: string[] = [];
  for (const word of text.split(" ")) {
    const line = lines.at(-1);
    if (line !== undefined && line.length + word.length < width) lines[lines.length - 1] = `${line} ${word}`;
    else lines.push(indent + word);
  }
  return lines;
}
