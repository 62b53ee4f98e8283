import { expect, test } from "vitest";
import { startPlatform } from "../../src/simulator/platform.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { Client } from "./client.ts";
import { absent, undocumentedRequests } from "./openapi.ts";
import { Tour } from "./tour.ts";

const externalContactId = "54e1e41b-0000-4000-8000-0000000000e1";

test.skipIf(absent)(
  "what is written to the platform is answered as the OpenAPI description says",
  async () => {
    await using platform = await startPlatform();
    const tour = new Tour(platform);
    await tour.client.login();
    platform.records.actions.set("crm", () => ({}));
    platform.records.wrapupCodes.set("code-1", "Other");
    const conversation = quickConversation(platform, { externalContactId });
    const agent = conversation.legs.findLast(({ purpose }) => purpose === "agent");
    const ids = {
      conversationId: conversation.id,
      participantId: agent?.participantId ?? "",
      communicationId: agent?.communicationId ?? "",
    };

    await tour.call("get", "/conversations/{conversationId}", ids);
    const notes = "/externalcontacts/contacts/{contactId}/notes";
    const contact = { contactId: externalContactId };
    await tour.call("post", notes, contact, { noteText: "A note." });
    await tour.call("post", notes, contact, { noteText: "x".repeat(32_001) });
    await tour.call("post", notes, { contactId: "nobody" }, { noteText: "A note." });
    const query = "?pageSize=100&pageNumber=1&sortOrder=createDate:desc&expand=mergeset";
    const { body: listed } = await tour.call("get", notes, contact, undefined, query);
    expect(listed.entities).toMatchObject([{ noteText: "A note." }]);
    await tour.call("get", notes, contact, undefined, "?pageSize=100&pageNumber=11");

    await tour.call("get", "/integrations/actions/{actionId}", { actionId: "crm" });
    await tour.call("get", "/integrations/actions/{actionId}", { actionId: "none" });
    await tour.call("post", "/integrations/actions/{actionId}/execute", { actionId: "crm" }, {});
    await tour.call("post", "/integrations/actions/{actionId}/execute", { actionId: "none" }, {});

    const opening = {
      caseplanId: "plan",
      externalContactId,
      conversationId: conversation.id,
      summary: "About",
    };
    const { body: opened } = await tour.call("post", "/casemanagement/cases", {}, opening);
    await tour.call("post", "/casemanagement/cases", {}, { ...opening, summary: "x".repeat(513) });
    await tour.call("get", "/casemanagement/cases/{caseId}", { caseId: opened.id });
    await tour.call("get", "/casemanagement/cases/{caseId}", { caseId: "none" });

    const attributes = "/conversations/{conversationId}/participants/{participantId}/attributes";
    await tour.call("patch", attributes, ids, { attributes: { a: "1" } });
    await tour.call("patch", attributes, ids, { attributes: { a: 1 } });
    await tour.call("patch", attributes, { ...ids, participantId: "none" }, { attributes: { a: "1" } });

    const wrapup =
      "/conversations/calls/{conversationId}/participants/{participantId}/communications/{communicationId}/wrapup";
    await tour.call("get", wrapup, ids);
    await tour.call("post", wrapup, ids, { notes: "no code" });
    await tour.call("post", wrapup, ids, { code: "code-1", notes: "Noted." });
    expect((await tour.call("get", wrapup, ids)).body).toMatchObject({ code: "code-1", notes: "Noted." });
    await tour.call("get", "/conversations/{conversationId}", ids);
    const { body: codes } = await tour.call(
      "get",
      "/routing/wrapupcodes",
      {},
      undefined,
      "?id=code-1&id=none",
    );
    expect(codes.entities).toMatchObject([{ id: "code-1" }]);
    await tour.call("get", "/authorization/subjects/me");
    expect(tour.seen.size).toBe(23);
    expect(undocumentedRequests(platform.requests)).toEqual([]);
  },
);

test("a reply can be lost although the deed is done", async () => {
  await using platform = await startPlatform();
  const client = await Client.of(platform);
  platform.records.contacts.add(externalContactId);
  const path = `/externalcontacts/contacts/${externalContactId}/notes`;
  platform.faults.rest({ path: /notes$/, lost: "reset" });
  await expect(client.call("POST", path, { noteText: "once" })).rejects.toThrow();
  expect(platform.records.notes).toMatchObject([{ noteText: "once" }]);
  expect(platform.requests.at(-1)).toMatchObject({ status: 0 });
  expect((await client.call("POST", path, { noteText: "twice" })).status).toBe(200);
});
