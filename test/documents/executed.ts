import { read, shellOf } from "./pages.ts";

/** What the README has done from no configuration to a daemon that posts, in order: `test/scenarios/walk.test.ts`. */
export const walked: readonly string[] = shellOf(read("README.md"))
  .filter(({ under }) => under[1] === "Point it at a real org")
  .map(({ command }) => command)
  .filter((command) => !command.startsWith("docker "));

const deploy = shellOf(read("deploy/README.md"));
/** Need root or a service manager. */
const rootOnly = /^(useradd|systemctl) /;

/** What `deploy/README.md` has done to pack the program and to install it, in order: `test/deploy/package.test.ts`. */
export const packing: readonly string[] = deploy
  .filter(({ under }) => under.at(-1) === "The package")
  .map(({ command }) => command);
export const installing: readonly string[] = deploy
  .filter(({ under, command }) => under.at(-1) === "A machine with systemd" && !rootOnly.test(command))
  .map(({ command }) => command);

/** Commands of the documents that no test executes, each with its reason; their files, scripts and flags are looked at. */
export const notExecuted: readonly (readonly [command: RegExp, why: string])[] = [
  [/^npm ci$/, "takes the network; .ci/run begins with it"],
  [/^npm (test|run -s (types|lint|schema))$|^\.ci\/run$/, ".ci/run is these, and this test is of them"],
  [/^npm run demo$/, "test/demo plays it"],
  [/^npm run test:faults$/, "is long; test/faults runs each case in small"],
  [/^(docker|kubectl) |^deploy\/build-image /, "needs a container engine or a cluster"],
  [/^(systemctl|journalctl) |^contactlogd logs --follow$/, "needs systemd and its journal"],
  [/^useradd /, "needs root"],
];

/** A line of commands, one by one. */
export function partsOf(line: string): string[] {
  return line.includes("<<") || line.startsWith("set ") ? [line] : line.split(/ && |; /);
}
