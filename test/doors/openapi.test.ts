import { readdirSync, readFileSync } from "node:fs";
import { Ajv2020 } from "ajv/dist/2020.js";
import { expect, test } from "vitest";
import { openApi } from "../../src/doors/openapi.ts";
import { startWorld } from "../harness.ts";
import { DoorsClient, token } from "./client.ts";

const source = new URL("../../src/", import.meta.url);
const files = ["doors/", "page/", "ops/"].flatMap((room) =>
  readdirSync(new URL(room, source))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `${room}${name}`),
);
const named = (path: string): string => path.replaceAll(/\{\w+\}|:\w+/g, "{}");

/** Every route that some file hangs on a server, as it is written there. */
function routes(): string[] {
  const found = files.flatMap((file) => {
    const code = readFileSync(new URL(file, source), "utf8");
    const constants = new Map([...code.matchAll(/^const (\w+) = "(\/[^"]*)";/gm)].map(([, k, v]) => [k, v]));
    const calls = code.matchAll(
      /\bserver\s*\.(get|post|put|patch|delete|all|route)\b(?:<[^(]*>)?\(\s*([^,]+),/g,
    );
    return [...calls].map(([, method, path = ""]) => {
      const text = path
        .trim()
        .replace(/^(\w+)$/, (_, name: string) => constants.get(name) ?? `unknown ${name}`)
        .replace(/\$\{(\w+)\}/g, (_, name: string) => constants.get(name) ?? `unknown ${name}`)
        .replaceAll(/["'`]/g, "");
      return `${method} ${named(text)}`;
    });
  });
  return [...new Set(found)];
}

function described(): string[] {
  return Object.entries(openApi.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method} ${named(path)}`),
  );
}

test("every route is described, and nothing else", () => {
  expect(routes().length).toBeGreaterThan(10);
  expect(described().toSorted()).toEqual(routes().toSorted());
});

test("every schema that is referred to is there and compiles, and each is referred to", () => {
  const ajv = new Ajv2020({ strict: false, formats: { "date-time": true } });
  ajv.addSchema({ ...openApi, $id: "document" });
  for (const name of Object.keys(openApi.components.schemas)) {
    expect(() => ajv.compile({ $ref: `document#/components/schemas/${name}` }), name).not.toThrow();
  }
  const text = JSON.stringify(openApi);
  const refs = new Set([...text.matchAll(/"#\/components\/schemas\/(\w+)"/g)].map(([, name]) => name));
  expect([...refs].toSorted()).toEqual(Object.keys(openApi.components.schemas).toSorted());
});

test("it is served without a token, with or without doors, and holds nothing of the configuration", async () => {
  for (const http of [{}, { token }]) {
    await using world = await startWorld({ edit: (file) => Object.assign(file.http, http) });
    const url = await world.start().address();
    const answer = await fetch(`${url}/openapi.json`);
    expect(answer.status).toBe(200);
    const text = await answer.text();
    expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(openApi)));
    expect(text).not.toMatch(/canary|helder|127\.0\.0\.1/i);
  }
});

test("what is described as open is open, and the doors are not there without a token", async () => {
  await using world = await startWorld();
  const url = await world.start().address();
  const client = new DoorsClient(url);
  for (const path of ["/healthz", "/readyz", "/status", "/metrics", "/openapi.json"]) await client.get(path);
  expect((await fetch(`${url}/v1/contact-logs/abc`)).status).toBe(404);
  expect(await (await fetch(`${url}/v1/contact-logs/abc`)).json()).toEqual({ error: "not found" });
});
