import { existsSync, readdirSync } from "node:fs";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { configSchema } from "../../src/config/schema.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { connected, killChildren } from "../cli.ts";
import { startWorld, until } from "../harness.ts";
import { Image, instructions } from "./dockerfile.ts";
import { runArguments, startProgram } from "./program.ts";
import { ran, read } from "./repository.ts";

const said = (verb: string): string[] =>
  instructions()
    .filter((one) => one.verb === verb)
    .map(({ text }) => text);
const attributes = { customerNumber: "HLD-1", authenticated: "true" };

afterEach(killChildren);

describe("the image's content, run from an empty directory", () => {
  let image: Image | undefined;
  const path = (inside: string): string => image?.path(inside) ?? "";
  beforeAll(() => {
    image = new Image();
  }, 120_000);
  // Thousands of files go, on a disk that others may be using.
  afterAll(() => image?.[Symbol.dispose](), 120_000);

  /** As ENTRYPOINT starts it, on the Node of the tests. */
  const entry = (): string[] => {
    const [node, ...rest] = JSON.parse(said("ENTRYPOINT")[0] ?? "[]") as string[];
    expect(node).toBe("/nodejs/bin/node");
    return [process.execPath, ...rest.slice(0, -1), path(rest.at(-1) ?? "")];
  };

  test("holds the program, its prompts and production dependencies, and nothing else", () => {
    expect(readdirSync(path("/app")).toSorted()).toEqual([
      "LICENSE",
      "dist",
      "node_modules",
      "package.json",
      "prompts",
    ]);
    expect(readdirSync(path("/var/lib/contactlogd"))).toEqual([]);
    for (const development of ["typescript", "vitest", "@azure/identity", "@aws-sdk/client-sqs"])
      expect(existsSync(path(`/app/node_modules/${development}`)), development).toBe(false);
  });

  test("knows its version and its configuration", () => {
    const [node = "", ...program] = entry();
    const { version } = JSON.parse(read("package.json")) as { version: string };
    expect(ran(node, [...program, "--version"], { cwd: "/" }).stdout).toBe(`${version}\n`);
    expect(ran(node, [...program, "schema"], { cwd: "/" }).stdout).toBe(read("config.schema.json"));
  });

  test("posts a contact log, and its health check says whether it lives", { timeout: 30_000 }, async () => {
    await using world = await startWorld();
    const daemon = startProgram([...entry(), ...runArguments(world)], world, path("/app"));
    await connected(daemon);
    const { id } = quickConversation(world.platform, { queue: "Helder Facturen", attributes });
    await world.backend.waitFor(1);
    expect(world.backend.accepted.map(({ key }) => key)).toEqual([id]);
    const port = /"address":"127\.0\.0\.1:(\d+)"/.exec(daemon.output)?.[1] ?? "";
    expect(healthCheck(port)).toBe(0);
    daemon.child.kill("SIGTERM");
    expect(await daemon.exit).toBe(0);
    await until(() => healthCheck(port) === 1, "the health check to fail");
  });
});

test("an optional package comes in by a build argument, and an unknown one is refused", {
  timeout: 120_000,
}, () => {
  using image = new Image({ OPTIONAL_PACKAGES: "@azure/identity" }, "dependencies");
  expect(existsSync(image.path("/app/node_modules/@azure/identity"))).toBe(true);
  expect(existsSync(image.path("/app/node_modules/vitest"))).toBe(false);
  expect(() => new Image({ OPTIONAL_PACKAGES: "left-pad" }, "dependencies")).toThrow("left-pad: not one of");
});

test("it is not root, listens where the configuration does, and runs with the packages of the lock file", () => {
  const { port } = configSchema.shape.http.parse({});
  expect(said("USER")).toEqual(["65532:65532"]);
  expect(said("EXPOSE")).toEqual([String(port)]);
  expect(said("HEALTHCHECK")[0]).toContain(`127.0.0.1:${port}/healthz`);
  for (const install of said("RUN").filter((text) => /npm (ci|i|install)/.test(text)))
    expect(install).toMatch(/^npm ci .*--ignore-scripts/);
});

test("a release is built on base images named by digest alone", () => {
  const digest = `sha256:${"0123456789abcdef".repeat(4)}`;
  const build = (images: Record<string, string>) =>
    ran("deploy/build-image", ["contactlogd:1"], {
      env: { PATH: process.env.PATH, DOCKER: "echo", NODE_IMAGE: "", RUNTIME_IMAGE: "", ...images },
    });
  const pinned = { NODE_IMAGE: `node:24@${digest}`, RUNTIME_IMAGE: `gcr.io/distroless/x:nonroot@${digest}` };
  const { status, output } = build(pinned);
  expect(output).toContain(`--build-arg NODE_IMAGE=${pinned.NODE_IMAGE} --build-arg RUNTIME_IMAGE=`);
  expect(status).toBe(0);
  for (const name of Object.keys(pinned)) {
    const floating = build({ ...pinned, [name]: "node:24" });
    expect(floating).toMatchObject({ status: 1, stdout: "" });
    expect(floating.output).toContain(`${name}: "node:24" names no digest`);
  }
});

test("the images a release is built on are pinned, the one that builds at the Node that the tests ran on", () => {
  const pinned = Object.fromEntries(
    read("deploy/base-images.env")
      .split("\n")
      .filter((line) => /^[A-Z_]+=/.test(line))
      .map((line) => line.split("=") as [string, string]),
  );
  const { devDependencies } = JSON.parse(read("package.json")) as { devDependencies: Record<string, string> };
  const digest = "@sha256:[0-9a-f]{64}$";
  expect(pinned.NODE_IMAGE).toMatch(new RegExp(`^node:${devDependencies.node}-[a-z]+-slim${digest}`));
  const [, tag] =
    /^RUNTIME_IMAGE=(.+)$/.exec(said("ARG").find((text) => text.startsWith("RUNTIME")) ?? "") ?? [];
  expect(pinned.RUNTIME_IMAGE).toMatch(new RegExp(`^${tag}${digest}`));
});

test("both stages of the Dockerfile are built on the images that are pinned", () => {
  expect(said("FROM")).toEqual([
    `\${NODE_IMAGE} AS build`,
    `\${NODE_IMAGE} AS dependencies`,
    `\${RUNTIME_IMAGE}`,
  ]);
});

/** Exit code of the image's own health check, asked at another port. */
function healthCheck(port: string): number | null {
  const [command] = /\[.*\]/.exec(said("HEALTHCHECK")[0] ?? "") ?? [];
  const [, ...args] = (JSON.parse(command ?? "[]") as string[]).map((one) => one.replace("9464", port));
  return ran(process.execPath, args).status;
}
