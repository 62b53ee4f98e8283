import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    // Most of a test is waiting: as many files at once as there are cores, not one fewer.
    maxWorkers: "100%",
    // Longer than any test takes on a machine that is busy with other things.
    testTimeout: 120_000,
    hookTimeout: 120_000,
  },
});
