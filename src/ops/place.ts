import { causeOf, Fatal } from "../errors.ts";

/** `host:port` as a URL has it: an IPv6 address in brackets. */
export function placeOf(host: string, port: number): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Why nothing can listen there, and which setting mends it. */
export function cannotListen(host: string, port: number, error: unknown): Fatal {
  const cause = causeOf(error);
  const why = cause === "EADDRINUSE" ? "it is in use" : cause;
  const setting = /^(?:ENOTFOUND|EAI_|EADDRNOTAVAIL)/.test(cause)
    ? "http.host to an address of this machine"
    : "http.port";
  return new Fatal("port", `http: cannot listen on ${placeOf(host, port)} (${why}); set ${setting}`, error);
}
