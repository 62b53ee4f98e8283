import { randomUUID } from "node:crypto";
import { detail } from "../genesys/answer.ts";
import type { GenesysApi } from "../genesys/api.ts";
import { type Probe, probes } from "../genesys/probing.ts";
import type { Check, Finding } from "./check.ts";
import { nameOf } from "./login.ts";
import type { Scene } from "./scene.ts";

/** Each permission by the call that needs it, for each OAuth client: they share the requests. */
export function permissionChecks({ clients }: Scene): readonly Check[] {
  return clients.flatMap((api, index) =>
    probes.map((probe) => ({
      id: nameOf(`permission.${probe.id}`, index),
      needs: [nameOf("login", index)],
      mend: "try again: the platform did not answer as it should",
      run: (signal) => probed(api, probe, signal),
    })),
  );
}

/** Nothing has the id that is asked for, so 404 is the answer of a call that is allowed; 400 came past that gate too. */
async function probed(
  api: GenesysApi,
  { what, permission, ask }: Probe,
  signal: AbortSignal,
): Promise<Finding> {
  const answer = await api.ask(what, signal, (sdk) => ask(sdk, randomUUID()));
  const { status } = answer;
  if ((status >= 200 && status < 300) || [400, 404, 410].includes(status)) {
    return { ok: true, summary: `${permission}: ${what}` };
  }
  const summary = `${what}: Genesys answered HTTP ${status}${detail(answer)}`;
  return status === 403
    ? { ok: false, summary, mend: `give the OAuth client's role ${permission}, in every division` }
    : { ok: false, summary, mend: "try again: that answer says nothing about permissions" };
}
