import { expect } from "vitest";
import { openApi } from "../../src/doors/openapi.ts";
import type { Json } from "../simulator/client.ts";
import { checker, closed } from "../simulator/openapi.ts";

export const token = "token-of-the-doors-canary";

const document: Json = closed(openApi);
const check = checker(document);

export interface Answered {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Json;
  readonly text: string;
}

/** A caller who holds every answer, and every body that was taken, against the description that is served. */
export class DoorsClient {
  readonly #url: string;

  constructor(url: string) {
    this.#url = url;
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answered> {
    return await this.#call("get", path, undefined, headers);
  }

  /** Texts are sent as they are. */
  async post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Answered> {
    return await this.#call("post", path, body, { "content-type": "application/json", ...headers });
  }

  async #call(
    method: string,
    path: string,
    body: unknown,
    headers: Record<string, string>,
  ): Promise<Answered> {
    const response = await fetch(`${this.#url}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, ...headers },
      ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") === true;
    const answered = {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson ? JSON.parse(text) : text,
    };
    verify(method, path.split("?", 1)[0] as string, body, answered);
    return answered;
  }
}

/** The answer is one the description declares: its status, headers and body. */
export function verify(method: string, path: string, body: unknown, answered: Answered): void {
  const template = Object.keys(document.paths).find((one) =>
    new RegExp(`^${one.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", "\\.")}$`).test(path),
  );
  const operation = document.paths[template ?? ""]?.[method];
  expect(operation, `${method} ${path} is described`).toBeDefined();
  const declared = operation.responses[answered.status];
  expect(declared, `${method} ${template} ${answered.status} is declared: ${answered.text}`).toBeDefined();
  for (const name of Object.keys(declared.headers)) {
    expect(answered.headers.get(name), `${name} of ${answered.status}`).toBeTruthy();
  }
  const pointer = `/paths/${template?.replaceAll("/", "~1")}/${method}`;
  const [type = ""] = Object.keys(declared.content);
  expect(answered.headers.get("content-type")).toContain(type);
  check(
    `${encodeURI(pointer)}/responses/${answered.status}/content/${type.replaceAll("/", "~1")}/schema`,
    answered.body,
  );
  if (answered.status < 300 && typeof body === "object" && operation.requestBody) {
    check(`${encodeURI(pointer)}/requestBody/content/application~1json/schema`, body);
  }
}
