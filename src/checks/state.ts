import { existsSync, mkdtempSync, rmdirSync, statfsSync } from "node:fs";
import { dirname, join } from "node:path";
import { causeOf } from "../errors.ts";
import { inspectState } from "../ledger/inspect.ts";
import type { Check, Finding } from "./check.ts";

/** A day of a large contact centre, and what SQLite needs to fold its log back. */
const leastFreeBytes = 100 * 2 ** 20;

/** The state file can be opened and written, and there is room; without changing it, beside a daemon that runs. */
export function stateCheck(file: string): Check {
  return {
    id: "state",
    mend: "name a file of the daemon's own in state.file, in a folder its user may write to",
    async run() {
      const found = inspectState(file);
      const folder = nearestFolder(file);
      const problem = unwritable(folder);
      if (problem !== undefined) {
        return {
          ok: false,
          summary: `state.file: nothing can be made in ${folder} (${problem})`,
          mend: "give the daemon's user the right to write there, or name another state.file",
        };
      }
      return withRoom(file, found === undefined ? "made at the first start" : schemaOf(found), folder);
    },
  };
}

function schemaOf({ schema, newestSchema }: { schema: number; newestSchema: number }): string {
  return schema === newestSchema
    ? `schema ${schema}`
    : `schema ${schema}, brought to ${newestSchema} at the next start`;
}

function withRoom(file: string, state: string, folder: string): Finding {
  const { bavail, bsize } = statfsSync(folder);
  const free = bavail * bsize;
  const summary = `${file}: ${state}, ${Math.floor(free / 2 ** 20)} MB free`;
  return free >= leastFreeBytes
    ? { ok: true, summary }
    : { ok: false, summary, mend: `make room: ${leastFreeBytes / 2 ** 20} MB at the least` };
}

function nearestFolder(file: string): string {
  let folder = dirname(file);
  while (!existsSync(folder)) folder = dirname(folder);
  return folder;
}

/** SQLite keeps files beside its own: the folder has to take new ones. */
function unwritable(folder: string): string | undefined {
  try {
    rmdirSync(mkdtempSync(join(folder, ".contactlogd-")));
    return undefined;
  } catch (error) {
    return causeOf(error);
  }
}
