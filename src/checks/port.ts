import { once } from "node:events";
import { createServer } from "node:net";
import { causeOf } from "../errors.ts";
import { cannotListen, placeOf } from "../ops/place.ts";
import type { Check, Finding } from "./check.ts";

/** The admin port is free, or the daemon itself has it. */
export function portCheck({ host, port }: { readonly host: string; readonly port: number }): Check {
  return {
    id: "http",
    async run(signal): Promise<Finding> {
      const server = createServer();
      try {
        server.listen({ host, port });
        await once(server, "listening", { signal });
        return { ok: true, summary: `${placeOf(host, port)}: free` };
      } catch (error) {
        signal.throwIfAborted();
        if (causeOf(error) === "EADDRINUSE" && (await isOurs(host, port, signal))) {
          return { ok: true, summary: `${placeOf(host, port)}: the daemon answers there` };
        }
        throw cannotListen(host, port, error);
      } finally {
        server.close();
      }
    },
  };
}

async function isOurs(host: string, port: number, signal: AbortSignal): Promise<boolean> {
  try {
    const answer = await fetch(`http://${placeOf(host, port)}/metrics`, { signal, redirect: "error" });
    return (await answer.text()).includes("contactlogd_ready");
  } catch {
    return false;
  }
}
