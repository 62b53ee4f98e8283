import { z } from "zod";
import type { HttpAnswer, HttpCall } from "../http.ts";
import { AccessTokens } from "./http-oauth2.ts";

/** Headers the program writes itself: a configured one would make the post mean something else. */
const ownHeaders = [
  "content-type",
  "content-length",
  "content-encoding",
  "idempotency-key",
  "host",
  "transfer-encoding",
  "connection",
  "keep-alive",
  "upgrade",
  "expect",
];

const headerName = z.string().regex(/^[!#$%&'*+.^_`|~\w-]+$/, "is not an HTTP header name");
const isOurs = (name: string): boolean => ownHeaders.includes(name.toLowerCase());
const setsOurs = { error: `must not set ${ownHeaders.join(", ")}: the program does` };

const headerValue = z
  .string()
  .regex(/^[\t\x20-\x7e\x80-\xff]*$/, "must hold nothing but Latin-1 text on one line");

export const headersSchema = z
  .record(headerName, headerValue)
  .refine((headers) => !Object.keys(headers).some(isOurs), setsOurs)
  .default({})
  .describe("Further headers, such as authorization; take secrets from the environment or a file.");

export const authSchema = z.discriminatedUnion("type", [
  z.strictObject({ type: z.literal("bearer"), token: headerValue.min(1) }),
  z.strictObject({
    type: z.literal("basic"),
    // RFC 7617 §2: a colon ends the user's name.
    user: z.string().regex(/^[^:]*$/, "must not hold a colon"),
    password: z.string(),
  }),
  z
    .strictObject({
      type: z.literal("apiKey"),
      header: headerName
        .refine((name) => !isOurs(name), setsOurs)
        .optional()
        .describe("Name of the header the key goes into."),
      query: z.string().min(1).max(100).optional().describe("Or name of the query parameter."),
      key: headerValue.min(1),
    })
    .refine(({ header, query }) => (header === undefined) !== (query === undefined), {
      path: ["header"],
      error: "give either header or query, the name under which the key is sent",
    }),
  z.strictObject({
    type: z.literal("oauth2").describe("Client credentials grant."),
    tokenUrl: z
      .url({ protocol: /^https?$/, error: "must be an http or https URL" })
      .refine((url) => !/\/\/[^/]*@/.test(url), { error: "must not hold a user or password" }),
    clientId: z.string().min(1),
    clientSecret: z.string().min(1),
    scope: z.string().min(1).optional(),
    audience: z.string().min(1).optional(),
    clientAuth: z
      .enum(["basic", "body"])
      .default("basic")
      .describe("How the client shows who it is: HTTP Basic, or fields of the request's body."),
  }),
]);

export type Auth = z.output<typeof authSchema>;
export type Send = (
  call: Pick<HttpCall, "url" | "method" | "headers" | "body" | "what">,
  signal: AbortSignal,
) => Promise<HttpAnswer>;

/** What a request carries to be let in. */
export interface Credentials {
  readonly headers: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string>>;
}

export interface Authenticator {
  /** Throws Transient where a token is needed and none can be had. */
  credentials(signal: AbortSignal): Promise<Credentials>;
  /** They were refused with 401: forgets them. @returns whether new ones can be had */
  refused(credentials: Credentials): boolean;
}

/** @param protect told each secret that is made at run time */
export function createAuthenticator(
  auth: Auth | undefined,
  send: Send,
  protect: (secret: string) => void,
): Authenticator {
  if (auth?.type !== "oauth2") {
    const fixed = fixedCredentials(auth);
    return { credentials: async () => fixed, refused: () => false };
  }
  const tokens = new AccessTokens({ ...auth, send, protect });
  return {
    credentials: async (signal) => inHeader("authorization", `Bearer ${await tokens.get(signal)}`),
    refused({ headers }) {
      tokens.forget(headers.authorization?.replace("Bearer ", ""));
      return true;
    },
  };
}

/** Every secret in it, and each form in which one goes over the wire. */
export function secretsOf(auth: Auth | undefined): string[] {
  switch (auth?.type) {
    case "bearer":
      return [auth.token];
    case "basic":
      return [auth.password, basic(auth.user, auth.password)];
    case "apiKey":
      return [auth.key, encodeURIComponent(auth.key)];
    case "oauth2":
      return [auth.clientSecret, encodeURIComponent(auth.clientSecret)];
    case undefined:
      return [];
  }
}

function fixedCredentials(auth: Exclude<Auth, { type: "oauth2" }> | undefined): Credentials {
  switch (auth?.type) {
    case "bearer":
      return inHeader("authorization", `Bearer ${auth.token}`);
    case "basic":
      return inHeader("authorization", `Basic ${basic(auth.user, auth.password)}`);
    case "apiKey":
      return auth.header === undefined
        ? { headers: {}, query: { [auth.query ?? ""]: auth.key } }
        : inHeader(auth.header, auth.key);
    case undefined:
      return { headers: {}, query: {} };
  }
}

function inHeader(name: string, value: string): Credentials {
  return { headers: { [name]: value }, query: {} };
}

function basic(user: string, password: string): string {
  return Buffer.from(`${user}:${password}`).toString("base64");
}
