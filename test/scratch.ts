import { accessSync, constants, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/**
 * A new directory for state files that are opened and killed by the hundred: in memory where there is such a place, since
 * a process that dies loses nothing there either, and no disk is waited for.
 */
export function scratch(name: string): string {
  return mkdtempSync(join(inMemory() ?? tmpdir(), `contactlogd-${name}-`));
}

function inMemory(): string | undefined {
  try {
    accessSync("/dev/shm", constants.W_OK);
    return "/dev/shm";
  } catch {
    return undefined;
  }
}
