import type { FastifyInstance } from "fastify";
import type { Tokens } from "../tokens.ts";

/** POST /oauth/token, which lives on the login host in the real world: client credentials only. */
export function addOAuth(
  app: FastifyInstance,
  { tokens, clientId, secret }: { tokens: Tokens; clientId: string; secret: () => string },
): void {
  const expected = () => `Basic ${Buffer.from(`${clientId}:${secret()}`).toString("base64")}`;
  app.post<{ Body: { grant_type?: string } | undefined }>("/oauth/token", async (request, reply) => {
    if (request.headers.authorization !== expected()) {
      const description = "client not found or client secret does not match";
      return reply.code(401).send({ error: "invalid_client", description, error_description: description });
    }
    if (request.body?.grant_type !== "client_credentials") {
      const description = "this client may use client_credentials only";
      return reply
        .code(400)
        .send({ error: "unsupported_grant_type", description, error_description: description });
    }
    const token = tokens.issue(clientId);
    return { access_token: token.value, token_type: "bearer", expires_in: Math.floor(tokens.lifeMs / 1000) };
  });
}
