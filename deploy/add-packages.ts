// node deploy/add-packages.ts <package>…: makes optional packages part of what `npm ci --omit=dev` installs, at the
// versions the lock file holds. For the image's build, on a copy of package.json in the working directory.
import { readFileSync, writeFileSync } from "node:fs";

interface Manifest {
  readonly dependencies: Record<string, string>;
  readonly devDependencies: Record<string, string>;
  readonly peerDependencies: Readonly<Record<string, string>>;
}

const names = process.argv.slice(2);
const manifest = JSON.parse(readFileSync("package.json", "utf8")) as Manifest;
const unknown = names.filter((name) => manifest.peerDependencies[name] === undefined);
if (unknown.length > 0) {
  const known = Object.keys(manifest.peerDependencies).join(", ");
  process.stderr.write(`OPTIONAL_PACKAGES: ${unknown.join(", ")}: not one of ${known}\n`);
  process.exit(1);
}
for (const name of names) {
  manifest.dependencies[name] = manifest.peerDependencies[name] as string;
  delete manifest.devDependencies[name];
}
writeFileSync("package.json", JSON.stringify(manifest, null, 2));
