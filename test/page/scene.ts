import { quickConversation } from "../../src/simulator/player.ts";
import { type Daemon, startWorld, type World } from "../harness.ts";

export const token = "token-of-the-admin-port";

/** A daemon whose page is looked at. */
export interface Scene extends AsyncDisposable {
  readonly world: World;
  readonly daemon: Daemon;
  readonly url: string;
}

/** @param http keys of the configuration's section */
export async function begin(http: Record<string, unknown> = {}): Promise<Scene> {
  const world = await startWorld({ edit: (file) => Object.assign(file.http, http) });
  const daemon = world.start();
  await daemon.connected();
  const url = await daemon.address();
  return { world, daemon, url, [Symbol.asyncDispose]: () => world[Symbol.asyncDispose]() };
}

/** A call that ends now and is to be posted. @returns its id */
export function endCall({ platform }: World, options: Parameters<typeof quickConversation>[1] = {}): string {
  const attributes = { customerNumber: "HLD-1", authenticated: "true" };
  return quickConversation(platform, {
    ...{ queue: "Helder Facturen", attributes, durationMs: 2_000 },
    ...options,
  }).id;
}

/** A call whose log the backend refuses. @returns its id */
export async function deadLetter({ world, daemon }: Scene): Promise<string> {
  world.backend.fail({ status: 422, body: { error: "subcategory unknown" }, times: 1 });
  const id = endCall(world);
  await daemon.logged("contact is a dead letter", { id });
  return id;
}
