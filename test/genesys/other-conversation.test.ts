import { expect, test } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { startPlace } from "../place.ts";

const never = new AbortController().signal;

test.each([
  ["another one", () => "11111111-1111-4111-8111-111111111111", false],
  ["the same in capitals", (id: string) => id.toUpperCase(), true],
])("asked for a conversation and answered with %s", async (_what, answered, taken) => {
  await using place = await startPlace();
  const { id } = quickConversation(place.platform);
  const body = { id: answered(id), participants: [] };
  place.platform.faults.rest({ path: /conversations\/[^/]+$/, status: 200, body });
  const asked = place.api.getConversation(id, "live", never);
  if (taken) expect((await asked)?.participants).toEqual([]);
  else await expect(asked).rejects.toMatchObject({ name: "Transient", reason: "unexpected_payload" });
});
