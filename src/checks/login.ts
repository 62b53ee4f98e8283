import { askWhoIAm } from "../genesys/probing.ts";
import type { Check } from "./check.ts";
import type { Scene } from "./scene.ts";

/** The platform dates whole seconds, and both ways take their time; more than this misplaces ends in history. */
const mostSkewMs = 30_000;

const mend =
  "check genesys.region (the org's own domain), genesys.clientId and genesys.clientSecret, and the way out of this network";

/** Which client, where there are several. */
export function nameOf(id: string, index: number): string {
  return index === 0 ? id : `${id}.client${index + 1}`;
}

/** Each OAuth client logs in, and its token is taken. */
export function loginChecks({ clients, config }: Scene): readonly Check[] {
  return clients.map((api, index) => ({
    id: nameOf("login", index),
    mend,
    async run(signal) {
      await api.login(signal);
      const { status } = await askWhoIAm(api.ask, signal);
      if (status === 401) {
        return { ok: false, summary: "logged in, and the token it was given is refused (HTTP 401)", mend };
      }
      const { baseUrl, region } = config.genesys;
      return { ok: true, summary: `logged in at ${baseUrl === undefined ? region : new URL(baseUrl).host}` };
    },
  }));
}

/** This machine's clock against the platform's: ends are looked for by the time they happened. */
export function clockCheck({ api }: Scene): Check {
  return {
    id: "clock",
    needs: ["login"],
    mend: "set this machine's clock (NTP)",
    async run(signal) {
      const { aheadMs } = await askWhoIAm(api.ask, signal);
      if (aheadMs === undefined) return { ok: true, summary: "the platform does not tell the time" };
      const skewMs = Math.abs(aheadMs);
      const seconds = Math.round(skewMs / 1_000);
      if (skewMs <= mostSkewMs) return { ok: true, summary: `${seconds} s from the platform's` };
      const which = aheadMs > 0 ? "fast" : "slow";
      return {
        ok: false,
        summary: `this machine's clock is ${seconds} s ${which} against the platform's`,
        mend: "set this machine's clock (NTP)",
      };
    },
  };
}
