import { expect } from "vitest";
import type { Platform } from "../../src/simulator/platform.ts";
import type { Answered, Json } from "./client.ts";
import { Client } from "./client.ts";
import { checker, closed, load } from "./openapi.ts";

/** A client that holds every answer against what the description declares for its operation and status. */
export class Tour {
  readonly client: Client;
  /** What was visited: method, path template and status. */
  readonly seen = new Set<string>();
  readonly #openapi: Json;
  readonly #check: (pointer: string, value: unknown) => void;

  constructor(platform: Platform) {
    this.client = new Client(platform);
    this.#openapi = closed(load("genesys-subset.json"));
    // The SDK demands `version` of every embedded user; the platform sends references without it.
    this.#openapi.components.schemas.User.required = [];
    // The SDK calls the results of a search an object; they are a list.
    this.#openapi.components.schemas.JsonSearchResponse.properties.results = { type: "array" };
    this.#check = checker(this.#openapi);
  }

  /** Calls an operation by its path in the description. */
  async call(
    method: string,
    template: string,
    ids: Record<string, string> = {},
    body?: unknown,
    query = "",
  ): Promise<Answered> {
    const path = template.replace(/\{(\w+)\}/g, (_, name: string) => ids[name] ?? "missing");
    const answer = await this.client.call(method.toUpperCase(), `${path}${query}`, body);
    this.verify(method, `/api/v2${template}`, answer);
    return answer;
  }

  verify(method: string, template: string, { status, body, headers }: Answered): void {
    this.seen.add(`${method} ${template} ${status}`);
    const operation = `/paths/${template.replaceAll("/", "~1")}/${method}`;
    const declared = this.#openapi.paths[template]?.[method]?.responses?.[status];
    expect(declared, `${method} ${template} ${status} is not declared`).toBeDefined();
    if (template.startsWith("/api/")) expect(headers.get("inin-correlation-id")).toBeTruthy();
    const pointer = declared.$ref?.slice(1) ?? `${operation}/responses/${status}`;
    const { responses } = this.#openapi.components;
    const response = declared.$ref === undefined ? declared : responses[declared.$ref.split("/").at(-1)];
    if (response.content?.["application/json"] !== undefined && method !== "head") {
      this.#check(`${encodeURI(pointer)}/content/application~1json/schema`, body);
    }
  }
}
