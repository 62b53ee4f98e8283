import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { configSchema } from "../../src/config/schema.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { connected, killChildren } from "../cli.ts";
import { startWorld } from "../harness.ts";
import { runArguments, startProgram } from "./program.ts";
import { isInstalled, ran, read, root } from "./repository.ts";

const file = "deploy/contactlogd.service";
const unit = read(file);
const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const valuesOf = (name: string): string[] =>
  [...unit.matchAll(new RegExp(`^${name}=(.*)$`, "gm"))].map(([, value = ""]) => value);

afterEach(killChildren);

const systemd = test.skipIf(!isInstalled("systemd-analyze"));

systemd("its exposure is 1.3 at most", () => {
  const { status, output } = ran("systemd-analyze", ["security", "--offline=true", "--threshold=13", file]);
  expect(status, output).toBe(0);
  expect(output).toMatch(/Overall exposure level for contactlogd\.service: (0\.\d|1\.[0-3]) /);
});

systemd("systemd knows every directive in it", () => {
  const folder = mkdtempSync(join(tmpdir(), "contactlogd-unit-"));
  try {
    // The machine that looks at it need not have Node where the one that runs it has.
    const here = join(folder, "contactlogd.service");
    writeFileSync(here, unit.replace("/usr/bin/node", process.execPath));
    expect(ran("systemd-analyze", ["verify", here])).toMatchObject({ status: 0, output: "" });
    writeFileSync(here, unit.replace("ProtectClock", "ProtectClocks"));
    expect(ran("systemd-analyze", ["verify", here]).output).toContain("ProtectClocks");
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test("it waits longer than the drain, and does not start again on a wrong configuration", () => {
  const drainMs = configSchema.shape.timing.parse({}).drainMs;
  expect(Number(valuesOf("TimeoutStopSec")) * 1000).toBeGreaterThanOrEqual(drainMs + 5_000);
  expect(valuesOf("Restart")).toEqual(["always"]);
  expect(valuesOf("RestartPreventExitStatus")).toEqual(["78"]);
});

const nodeFlags = (valuesOf("ExecStart")[0]?.split(" /opt/")[0] ?? "").split(" ").slice(1);

test("Node is started without a prototype to reach and a debugger to open, as in the container", () => {
  expect(nodeFlags).toEqual(["--disable-proto=delete", "--disable-sigusr1"]);
  const container = JSON.parse(/^ENTRYPOINT (.*)$/m.exec(read("Dockerfile"))?.[1] ?? "[]") as string[];
  expect(container.slice(1, -1)).toEqual(nodeFlags);
});

test("its README names secrets as the unit loads them, and what to do while the program does not notify", () => {
  const readme = read("deploy/README.md");
  const [name, folder] = (valuesOf("LoadCredential")[0] ?? "").split(":");
  expect(readme).toContain(`\${file:/run/credentials/contactlogd.service/${name}_genesys_client_secret}`);
  expect(readme).toContain(`${folder}`);
  const sources = readdirSync(join(root, "src"), { recursive: true, encoding: "utf8" });
  const notifies = sources.some(
    (one) => one.endsWith(".ts") && read(join("src", one)).includes("NOTIFY_SOCKET"),
  );
  expect(valuesOf("Type")).toEqual(["notify"]);
  expect(readme.includes("does not send it"), "README and program agree").toBe(!notifies);
});

const traced = test.skipIf(
  !isInstalled("systemd-analyze") || ran("strace", ["-f", "--seccomp-bpf", "true"]).status !== 0,
);

traced(
  "the daemon works where the system calls the unit forbids answer EPERM",
  { timeout: 60_000 },
  async () => {
    await using world = await startWorld();
    const forbidden = forbiddenCalls().map((name) => `?${name}`);
    expect(forbidden).toEqual(expect.arrayContaining(["?mount", "?ptrace", "?reboot", "?setpriority"]));
    expect(forbidden).not.toContain("?openat");
    // -D: what is started is the daemon, and signals reach it.
    const filter = ["-D", "-f", "--seccomp-bpf", "-o", join(world.directory, "calls")];
    const which = ["-e", `trace=${forbidden.join()}`, "-e", `inject=${forbidden.join()}:error=EPERM`];
    const daemon = startProgram(
      [
        "strace",
        ...filter,
        ...which,
        process.execPath,
        ...nodeFlags,
        join(root, "src/cli.ts"),
        ...runArguments(world),
      ],
      world,
    );
    await connected(daemon);
    quickConversation(world.platform, { queue: "Helder Facturen", attributes });
    await world.backend.waitFor(1);
    daemon.child.kill("SIGTERM");
    expect(await daemon.exit).toBe(0);
  },
);

/** What `SystemCallFilter=` does not allow of all that systemd knows. */
function forbiddenCalls(): string[] {
  const allowed = new Set<string>();
  for (const value of valuesOf("SystemCallFilter")) {
    const denies = value.startsWith("~");
    for (const name of value.replace("~", "").split(" ").flatMap(callsOf)) {
      if (denies) allowed.delete(name);
      else allowed.add(name);
    }
  }
  return callsOf("@known").filter((name) => !allowed.has(name));
}

/** The system calls of a group, and of the groups in it. */
function callsOf(group: string): string[] {
  const listed = ran("systemd-analyze", ["syscall-filter", group]).stdout;
  const names = [...listed.matchAll(/^ {4}([@\w-]+)$/gm)].map(([, name = ""]) => name);
  return names.flatMap((name) => (name.startsWith("@") ? callsOf(name) : [name]));
}
