import type { Argument, Command, Option } from "commander";

export const shells = ["bash", "zsh", "fish"] as const;
export type Shell = (typeof shells)[number];

/** What takes a value, and what is offered for it: the names of files, one of these words, or nothing. */
type Values = "files" | readonly string[];

interface Flag {
  readonly name: string;
  readonly about: string;
  /** Undefined where it takes none. */
  readonly values: Values | undefined;
}

/** A command as a shell has to know it. */
interface Node {
  /** `dead list`; empty for the program itself. */
  readonly path: string;
  readonly about: string;
  readonly commands: readonly string[];
  readonly flags: readonly Flag[];
  /** Of its first argument. */
  readonly argument: Values;
}

/** A script that completes commands, flags and their values in a shell: to be evaluated by it. */
export function completionScript(shell: Shell, root: Command): string {
  const nodes = nodesOf(root, "");
  return `${{ bash, zsh, fish }[shell](root.name(), nodes)}\n`;
}

function nodesOf(command: Command, path: string): Node[] {
  const children = command.commands.map((one) => nodesOf(one, `${path} ${one.name()}`.trim()));
  const help = command.createHelp();
  const node: Node = {
    path,
    about: command.description(),
    commands: command.commands.map((one) => one.name()),
    flags: help.visibleOptions(command).map(flagOf),
    argument: argumentOf(command.registeredArguments[0]),
  };
  return [node, ...children.flat()];
}

function flagOf(option: Option): Flag {
  const takes = option.required || option.optional;
  const isFile = /<(?:file|folder|reports)\b/.test(option.flags);
  return {
    name: option.long ?? option.short ?? "",
    about: option.description,
    values: takes ? (option.argChoices ?? (isFile ? "files" : [])) : undefined,
  };
}

function argumentOf(argument: Argument | undefined): Values {
  return argument?.argChoices ?? [];
}

/** Where several shells ask the same: which words, by what stands before. */
function bash(name: string, nodes: readonly Node[]): string {
  const own = `_${name}`;
  return `# bash completion of ${name}: eval "$(${name} completion bash)"
${own}() {
  local current=\${COMP_WORDS[COMP_CWORD]} before=\${COMP_WORDS[COMP_CWORD-1]} path= words= word
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    case "$path $word" in
${indent(6, pathCases(nodes))}
    esac
  done
  case "$path $before" in
${indent(4, valueCases(nodes, bashValues))}
  esac
  case "$path" in
${indent(4, wordCases(nodes))}
  esac
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F ${own} ${name}`;
}

function bashValues(values: Values): string {
  if (values === "files") {
    return 'compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$current"); return';
  }
  return `COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$current")); return`;
}

function zsh(name: string, nodes: readonly Node[]): string {
  const own = `_${name}`;
  return `#compdef ${name}
# zsh completion of ${name}: eval "$(${name} completion zsh)"
${own}() {
  local before=\${words[CURRENT-1]} path_= all= word
  for word in "\${(@)words[2,CURRENT-1]}"; do
    case "$path_ $word" in
${indent(
  6,
  pathCases(nodes).map((line) => line.replace("path=", "path_=")),
)}
    esac
  done
  case "$path_ $before" in
${indent(4, valueCases(nodes, zshValues))}
  esac
  case "$path_" in
${indent(
  4,
  wordCases(nodes).map((line) => line.replace("words=", "all=")),
)}
  esac
  compadd -- \${=all}
}
compdef ${own} ${name}`;
}

function zshValues(values: Values): string {
  if (values === "files") return "_files; return";
  return values.length > 0 ? `compadd -- ${values.join(" ")}; return` : "return";
}

/** From words to the command they name: ` dead` to `dead`, `dead list` to `dead list`. */
function pathCases(nodes: readonly Node[]): string[] {
  const paths = nodes.flatMap(({ path }) => (path === "" ? [] : [path]));
  return paths.map((path) => `"${path.includes(" ") ? path : ` ${path}`}") path="${path}" ;;`);
}

function valueCases(nodes: readonly Node[], offer: (values: Values) => string): string[] {
  return nodes.flatMap(({ path, flags }) =>
    flags.flatMap(({ name, values }) =>
      values === undefined ? [] : [`"${path} ${name}") ${offer(values)} ;;`],
    ),
  );
}

function wordCases(nodes: readonly Node[]): string[] {
  return nodes.map((node) => `"${node.path}") words="${wordsOf(node).join(" ")}" ;;`);
}

function wordsOf({ commands, flags, argument }: Node): string[] {
  const first = argument === "files" ? [] : argument;
  return [...commands, ...first, ...flags.map(({ name }) => name)];
}

function fish(name: string, nodes: readonly Node[]): string {
  const lines = nodes.flatMap((node) => {
    const where = `-n '${placeOf(node)}'`;
    const first = node.argument === "files" ? [] : node.argument;
    return [
      ...node.commands.map((one) => {
        const about = nodes.find(({ path }) => path === `${node.path} ${one}`.trim())?.about ?? "";
        return `complete -c ${name} ${where} -f -a ${one} -d ${quoted(about)}`;
      }),
      ...(first.length > 0 ? [`complete -c ${name} ${where} -f -a ${quoted(first.join(" "))}`] : []),
      ...node.flags.map((flag) => fishFlag(name, where, flag)),
    ];
  });
  const intro = `# fish completion of ${name}: ${name} completion fish | source`;
  return [intro, `complete -c ${name} -f`, ...lines].join("\n");
}

function fishFlag(name: string, where: string, { name: flag, about, values }: Flag): string {
  const takes =
    values === undefined ? "" : values === "files" ? " -r -F" : ` -x -a ${quoted(values.join(" "))}`;
  return `complete -c ${name} ${where} -l ${flag.replace(/^--/, "")}${takes} -d ${quoted(about)}`;
}

/** Every word of the path was typed, and none that leads further down. */
function placeOf({ path, commands }: Node): string {
  const typed = path.split(" ").filter((word) => word !== "");
  const seen = typed.map((word) => `__fish_seen_subcommand_from ${word}`);
  const further = commands.length > 0 ? [`not __fish_seen_subcommand_from ${commands.join(" ")}`] : [];
  return [...seen, ...further].join("; and ");
}

function quoted(text: string): string {
  return `'${text.replaceAll("\\", "\\\\").replaceAll("'", "\\'")}'`;
}

function indent(by: number, rows: readonly string[]): string {
  return rows.map((row) => " ".repeat(by) + row).join("\n");
}
