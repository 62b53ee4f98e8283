import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, statfsSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { startWorld, until } from "../harness.ts";

const mounts: string[] = [];

afterEach(() => {
  for (const mount of mounts.splice(0)) {
    spawnSync("umount", ["-l", mount]);
    rmSync(mount, { recursive: true, force: true });
  }
});

/** A file system of its own that can be filled; undefined where this user may not mount one. */
function smallDisk(bytes: number): string | undefined {
  const mount = mkdtempSync(join(tmpdir(), "contactlogd-disk-"));
  mounts.push(mount);
  const made = spawnSync("mount", ["-t", "tmpfs", "-o", `size=${bytes}`, "tmpfs", mount]);
  return made.status === 0 ? mount : undefined;
}

test("a full disk stops the claiming, says so, and heals by itself: nothing is lost, nothing doubled", async (context) => {
  const disk = smallDisk(24 * 2 ** 20);
  if (disk === undefined) return context.skip("needs the right to mount a tmpfs");
  await using world = await startWorld({
    timing: { historyLagMs: 60 },
    edit: (file) => (file.state.file = join(disk, "contactlogd.db")),
  });
  const daemon = world.start();
  await daemon.connected();
  const end = (): string =>
    quickConversation(world.platform, {
      queue: "Helder Facturen",
      attributes: { customerNumber: "HLD-1", authenticated: "true" },
      durationMs: 1_000,
    }).id;
  const ids = [end()];
  await world.backend.waitFor(1);
  const { bsize, bavail } = statfsSync(disk);
  writeFileSync(join(disk, "filler"), Buffer.alloc(bsize * Math.max(0, bavail - 1)));
  for (let n = 0; n < 200; n++) ids.push(end());
  await daemon.logged("state file cannot be used now: nothing is claimed", {
    detail: "state.file: the disk is full",
  });
  await until(
    async () => (await fetch(`${await daemon.address()}/readyz`)).status === 503,
    "readiness to say so",
  );
  const failures = async (): Promise<number> =>
    Number(/^contactlogd_ledger_failures_total (\d+)/m.exec(await daemon.metrics())?.[1]);
  await until(async () => (await failures()) > 3, "further failures");
  const said = daemon.lines.filter(({ msg }) => msg === "state file cannot be used now: nothing is claimed");
  expect(said).toHaveLength(1);
  execFileSync("rm", [join(disk, "filler")]);
  await world.backend.waitFor(ids.length);
  expect(world.backend.accepted.map(({ key }) => key).toSorted()).toEqual(ids.toSorted());
  await until(
    async () => (await fetch(`${await daemon.address()}/readyz`)).status === 200,
    "readiness to come back",
  );
});
