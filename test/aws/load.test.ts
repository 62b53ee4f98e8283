import { expect, test } from "vitest";
import { clientOptions, requirePackage } from "../../src/aws/load.ts";
import { Fatal } from "../../src/errors.ts";

test("a package that is not installed is named, with what needs it", () => {
  expect(() => requirePackage("@aws-sdk/client-nowhere", "the queue of eventbridge")).toThrow(
    new Fatal(
      "missing_package",
      "the queue of eventbridge needs the package @aws-sdk/client-nowhere; add it with npm",
    ),
  );
  expect(() => requirePackage("@aws-sdk/client-sqs", "it")).not.toThrow();
});

test("the SDK tries once: repeats are ours to decide", () => {
  expect(clientOptions({ region: "eu-central-1" }, 1_000)).toMatchObject({
    region: "eu-central-1",
    maxAttempts: 1,
  });
  expect(clientOptions({}, 1_000)).not.toHaveProperty("region");
});
