import { expect, test } from "vitest";
import { installed } from "../../deploy/licenses.ts";
import { isInstalled, ran, read, withOurNode } from "./repository.ts";

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Record<string, string>;
}

const manifest = JSON.parse(read("package.json")) as Manifest;
const named = { ...manifest.devDependencies, ...manifest.peerDependencies, ...manifest.dependencies };

/** Licences that ask for no more than to be named. */
const allowed = ["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT"];

test("every dependency is at one exact version", () => {
  expect(Object.entries(named).filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  for (const [name, version] of Object.entries(manifest.peerDependencies))
    expect(manifest.devDependencies[name], name).toBe(version);
});

test("no package of a deployment has an install script, nor one that a configuration may ask for", () => {
  expect(installed().length).toBeGreaterThan(100);
  expect(installed(true).filter(({ hasInstallScript }) => hasInstallScript)).toEqual([]);
});

test("every package of a deployment has a licence that goes with ours", () => {
  const others = installed(true).filter(({ licence }) => !allowed.includes(licence));
  expect(others.map(({ name, licence }) => `${name} ${licence}`)).toEqual([]);
});

test("every dependency of ours has a line why, with the licence it has", () => {
  const lines = read("docs/decisions/006-libraries.md")
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .map((line) => line.split("|").map((cell) => cell.trim()));
  const licences = new Map(installed(true).map(({ name, licence }) => [name, licence]));
  for (const name of Object.keys(named)) {
    const line = lines.find(([, names = ""]) => names.split(/,? /).includes(name));
    expect(line, `${name} has no line`).toBeDefined();
    if (licences.has(name)) expect(line?.[2], name).toContain(licences.get(name));
  }
});

test("npm run licenses prints each package of a deployment on a line", () => {
  const { status, stdout } = ran(process.execPath, ["deploy/licenses.ts"]);
  expect(status).toBe(0);
  expect(stdout.trim().split("\n")).toHaveLength(installed().length);
  expect(stdout).toContain(`fastify\t${manifest.dependencies.fastify}\tMIT\n`);
});

test("an audit fails on a known weakness, and says where it could not be made", () => {
  const audit = (report: object) =>
    ran(process.execPath, ["deploy/audit.ts"], { input: JSON.stringify(report) });
  expect(audit({ vulnerabilities: {} })).toMatchObject({
    status: 0,
    stdout: "0 packages with known weaknesses\n",
  });
  const weak = audit({ vulnerabilities: { ws: { severity: "high", range: "<8.17.1" } } });
  expect(weak).toMatchObject({ status: 1 });
  expect(weak.stdout).toContain("ws <8.17.1: high");
  expect(audit({ message: "no route" })).toMatchObject({ status: 0, stdout: "not audited: no route\n" });
});

test.skipIf(!isInstalled("npm"))("npm run sbom lists what a deployment installs", () => {
  const { status, stdout, output } = ran("npm", ["run", "-s", "sbom"], { env: withOurNode });
  expect(status, output).toBe(0);
  const bill = JSON.parse(stdout) as { bomFormat: string; components: { name: string; version: string }[] };
  expect(bill.bomFormat).toBe("CycloneDX");
  const line = ({ name, version }: { name: string; version: string }) => `${name} ${version}`;
  expect(new Set(bill.components.map(line))).toEqual(new Set(installed().map(line)));
});
