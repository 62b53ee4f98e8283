// npm run -s licenses: what a deployment installs, a line each: package, version, licence. From package-lock.json.
import { readFileSync } from "node:fs";

interface Locked {
  readonly version: string;
  readonly license?: string;
  readonly dev?: true;
  readonly devOptional?: true;
  readonly optional?: true;
  readonly hasInstallScript?: true;
}

export interface Installed {
  readonly name: string;
  readonly version: string;
  readonly licence: string;
  readonly hasInstallScript: boolean;
}

const lockFile = new URL("../package-lock.json", import.meta.url);

/**
 * The packages that `npm ci --omit=dev --omit=optional` installs, by name; `everything` adds those that a
 * configuration may ask for (optional peers, and what they bring).
 */
export function installed(everything = false): readonly Installed[] {
  const { packages } = JSON.parse(readFileSync(lockFile, "utf8")) as { packages: Record<string, Locked> };
  return Object.entries(packages)
    .filter(([path, { dev, devOptional, optional }]) => {
      if (path === "" || dev) return false;
      return everything || !(devOptional || optional);
    })
    .map(([path, { version, license, hasInstallScript }]) => ({
      name: path.replace(/^.*node_modules\//, ""),
      version,
      licence: license ?? "unknown",
      hasInstallScript: hasInstallScript === true,
    }))
    .toSorted((a, b) => a.name.localeCompare(b.name));
}

if (import.meta.main) {
  for (const { name, version, licence } of installed())
    process.stdout.write(`${name}\t${version}\t${licence}\n`);
}
