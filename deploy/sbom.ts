// npm run -s sbom: the bill of materials of a deployment, CycloneDX. `npm sbom --omit dev` leaves out what a production
// dependency shares with a development one (npm 11); so the bill of everything comes in, and what is installed stays.
import { readFileSync } from "node:fs";
import { installed } from "./licenses.ts";

interface Component {
  readonly "bom-ref": string;
  readonly name: string;
  readonly version: string;
}

interface Bill {
  readonly metadata: { readonly component: Component };
  readonly components: readonly Component[];
  readonly dependencies: readonly { readonly ref: string; readonly dependsOn?: readonly string[] }[];
}

const idOf = ({ name, version }: { name: string; version: string }): string => `${name}@${version}`;

/** The bill with the packages of a deployment alone; throws where one of them is not on it. */
export function ofDeployment(bill: Bill): Bill {
  const wanted = new Set(installed().map(idOf));
  const components = bill.components.filter((one) => wanted.has(idOf(one)));
  const listed = new Set(components.map(idOf));
  const missing = [...wanted].filter((id) => !listed.has(id));
  if (missing.length > 0) throw new Error(`bill of materials: without ${missing.join(", ")}`);
  const refs = new Set([bill.metadata.component, ...components].map((one) => one["bom-ref"]));
  const dependencies = bill.dependencies
    .filter(({ ref }) => refs.has(ref))
    .map(({ ref, dependsOn = [] }) => ({ ref, dependsOn: dependsOn.filter((one) => refs.has(one)) }));
  return { ...bill, components, dependencies };
}

if (import.meta.main) {
  const bill = ofDeployment(JSON.parse(readFileSync(0, "utf8")) as Bill);
  process.stdout.write(`${JSON.stringify(bill, null, 2)}\n`);
}
