import { quickConversation } from "../../src/simulator/player.ts";
import { type Cli, runDaemon } from "../cli.ts";
import { startWorld, until, type World, type WorldOptions } from "../harness.ts";
import { DoorsClient, token } from "./client.ts";

export const attributes = { customerNumber: "HLD-1", authenticated: "true" };

/** The file a world is configured by; `http`, `genesys` and each brand take what the program takes. */
// biome-ignore lint/suspicious/noExplicitAny: tests put into it whatever a person may write
export type File = any;

/** A world whose doors are open. */
export async function startOpenWorld(
  edit: (file: File) => void = () => {},
  options: WorldOptions = {},
): Promise<World> {
  return await startWorld({
    ...options,
    edit(file: File) {
      Object.assign(file.http, { token, waitMs: 5_000 });
      edit(file);
    },
  });
}

export async function runOpenWorld(
  edit: (file: File) => void = () => {},
  options: WorldOptions = {},
): Promise<{ world: World; client: DoorsClient; daemon: ReturnType<World["start"]> } & AsyncDisposable> {
  const world = await startOpenWorld(edit, options);
  const daemon = world.start();
  const client = new DoorsClient(await daemon.address());
  await daemon.logged("queues listed");
  return { world, client, daemon, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** A call that ended and that no event tells of. */
export function quietCall(
  { platform }: World,
  options: Partial<Parameters<typeof quickConversation>[1]> = {},
): string {
  const call = { queue: "Helder Facturen", attributes, durationMs: 2_000, emit: false };
  return quickConversation(platform, { ...call, ...options }).id;
}

/** The daemon in a process of its own. */
export async function spawnOpenDaemon(world: World): Promise<{ daemon: Cli; client: DoorsClient }> {
  const daemon = runDaemon(world);
  const line = await until(
    () => daemon.output.split("\n").find((one) => one.includes("contactlogd started")),
    "the daemon to start",
    10_000,
    () => daemon.output,
  );
  return { daemon, client: new DoorsClient(`http://${JSON.parse(line).address}`) };
}
