import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Door } from "../doors/door.ts";

const loopback: ReadonlySet<string> = new Set(["localhost", "127.0.0.1", "[::1]"]);
const anyAddress: ReadonlySet<string> = new Set(["0.0.0.0", "[::]"]);

/**
 * Opens doors where there is no token: to this machine alone, or to whoever calls the configured host by its name.
 * A name that merely leads here is refused, and so is another site's page: a browser would read it for anybody.
 * @param host `http.host`
 */
export function openNearby(server: FastifyInstance, host: string, doors: readonly Door[]): void {
  server.register((scope, _options, done) => {
    scope.addHook("onRequest", async (request: FastifyRequest, reply: FastifyReply) => {
      if (isNear(request, host) && isOwnSite(request)) return;
      return await reply.code(403).send({ error: "without http.token only this machine may look" });
    });
    for (const door of doors) door(scope);
    done();
  });
}

function isNear({ headers, socket }: FastifyRequest, host: string): boolean {
  const called = nameOf(headers.host ?? "");
  const own = nameOf(host.includes(":") ? `[${host}]` : host);
  if (called === own && !anyAddress.has(own)) return true;
  return loopback.has(called) && /^(::1|(::ffff:)?127\.[\d.]+)$/.test(socket.remoteAddress ?? "");
}

/** Browsers say so since 2023; what is no browser says nothing. */
function isOwnSite({ headers }: FastifyRequest): boolean {
  return ["same-origin", "none", undefined].includes(headers["sec-fetch-site"] as string | undefined);
}

/** The host of `host:port`, in one spelling. */
function nameOf(authority: string): string {
  const url = `http://${authority}/`;
  return URL.canParse(url) ? new URL(url).hostname : "";
}
