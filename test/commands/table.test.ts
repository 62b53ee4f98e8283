import { afterEach, expect, test } from "vitest";
import { tableOf } from "../../src/commands/table.ts";
import { cli, killChildren } from "../cli.ts";
import { startWorld } from "../harness.ts";

afterEach(killChildren);

const head = ["brand", "ended", "+ skipped"];
const rows = [
  ["helder", 12, "3\n  2 no_account\n  1 merged"],
  ["noordlicht", 4, "0"],
];
const widest = (text: string): number => Math.max(...text.split("\n").map((line) => line.length));

test("a table that fits is one, and one that does not is a list of its rows", () => {
  const drawn = tableOf(rows, { head, width: undefined });
  expect(drawn).toContain("│ helder     │ 12    │ 3              │");
  expect(tableOf(rows, { head, width: widest(drawn) })).toBe(drawn);
  expect(tableOf(rows, { head, width: widest(drawn) - 1 })).toBe(
    "brand: helder\nended: 12\n+ skipped: 3\n  2 no_account\n  1 merged\n\nbrand: noordlicht\nended: 4\n+ skipped: 0",
  );
});

test("COLUMNS=40: status fits, and help but for what cannot be broken", async () => {
  await using world = await startWorld();
  const daemon = world.start();
  await daemon.connected();
  const narrow = { COLUMNS: "40" };
  const status = cli(["status", "--hours", "2", "--config", world.configPath], world, narrow);
  expect(await status.exit).toBe(0);
  expect(status.output).toContain("last hour\nbrand: all\nended: 0\n= posted: 0\n");
  // But for a sentence, which a terminal breaks itself.
  expect(widest(status.output.replace(/^! .*\n/, ""))).toBeLessThanOrEqual(40);
  for (const command of [[], ["run"], ["dead", "list"], ["status"]]) {
    const help = cli([...command, "--help"], world, narrow);
    expect(await help.exit).toBe(0);
    const long = (help.output.split("\nEXAMPLES\n")[0] ?? "").split("\n").filter((line) => line.length > 40);
    expect(long.filter((line) => line.trim().includes(" "))).toEqual([]);
  }
  const wide = cli(["status", "--config", world.configPath], world, { COLUMNS: "nonsense" });
  expect(await wide.exit).toBe(0);
  expect(wide.output).toContain("│ gaps open/filled │");
});
