import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { contactNoteSchema, createContactNote } from "../../src/destinations/genesys-contact-note.ts";
import { contactId, type Ground, logOf, never, post, startGround } from "./genesys.ts";

const day = 86_400_000;
let ground: Ground;
beforeEach(async () => {
  ground = await startGround();
});
afterEach(() => ground[Symbol.asyncDispose]());

describe("genesys-contact-note", () => {
  const note = (options: object = {}) =>
    createContactNote(contactNoteSchema.parse({ kind: "genesys-contact-note", ...options }), ground.context);

  test("reads as plain lines, the key in the first", async () => {
    const log = logOf(ground.ended());
    await post(note(), log);
    expect(ground.platform.records.notes).toMatchObject([
      {
        contactId,
        noteText: [
          `Gespreksverslag [${log.key}]`,
          "Klant vraagt om een nieuwe jaarnota.",
          "",
          "Mevrouw Jansen kreeg de jaarnota niet.",
          "De nota gaat vandaag opnieuw uit.",
          "",
          "Acties:",
          "- Jaarnota opnieuw sturen (bedrijf, uiterlijk 2026-03-12)",
          "- Meterstand doorgeven (klant)",
          "",
          "Facturen / Jaarnota",
        ].join("\n"),
      },
    ]);
  });

  test("is told in English where the log is", async () => {
    await post(note(), logOf(ground.ended(), { language: "en" }));
    expect(ground.platform.records.notes[0]?.noteText).toMatch(
      /^Contact log \[.*- Meterstand doorgeven \(customer\)/s,
    );
  });

  test("is cut at what the platform takes", async () => {
    await post(note(), logOf(ground.ended(), { note: "woord ".repeat(10_000) }));
    const [{ noteText = "" } = {}] = ground.platform.records.notes;
    expect(noteText.length).toBeLessThanOrEqual(32_000);
    expect(noteText).toMatch(/ woord…$/);
  });

  test("a customer nobody recognised is a dead letter, or nothing to do", async () => {
    const log = logOf(ground.ended({ externalContactId: undefined as never }));
    await expect(post(note(), log)).rejects.toMatchObject({
      name: "Permanent",
      reason: "no_external_contact",
    });
    expect(await post(note({ missing: "skip" }), log)).toMatchObject({ leftOut: "no_external_contact" });
    expect(ground.platform.records.notes).toEqual([]);
  });

  test("one session's key is not found in another's note", async () => {
    const conversation = ground.ended();
    await post(note(), logOf(conversation, { key: `${conversation.id}:leg-1` }));
    const asked = { key: conversation.id, body: "" };
    expect(await note().has?.(asked, never)).toBe(false);
    expect(await note().has?.({ ...asked, key: `${conversation.id}:leg-1` }, never)).toBe(true);
  });

  test("notes are searched page by page, no further back than the contact", async () => {
    const { records, requests } = ground.platform;
    const log = logOf(ground.ended());
    const outgoing = { key: log.key, ...note().render(log) };
    for (let n = 0; n < 300; n++) records.note(contactId, "old", Date.now() - 3 * day);
    await post(note(), log);
    for (let n = 0; n < 150; n++) records.note(contactId, "newer", Date.now());
    expect(await note().has?.(outgoing, never)).toBe(true);
    expect(requests.filter(({ path }) => path.endsWith("/notes"))).toMatchObject([
      { method: "POST" },
      { query: { pageNumber: "1", pageSize: "100", sortOrder: "createDate:desc", expand: "mergeset" } },
      { query: { pageNumber: "2" } },
    ]);
    const other = logOf(ground.ended());
    expect(await note().has?.({ key: other.key, ...note().render(other) }, never)).toBe(false);
    expect(ground.asked("GET", /\/notes$/)).toBe(4);
  });

  test("more notes than the platform lists are for a person to look through", async () => {
    for (let n = 0; n < 1_100; n++) ground.platform.records.note(contactId, "newer", Date.now());
    const log = logOf(ground.ended());
    const asking = note().has?.({ key: log.key, ...note().render(log) }, never);
    await expect(asking).rejects.toMatchObject({ name: "Permanent", reason: "uncertain" });
    expect(ground.asked("GET", /\/notes$/)).toBe(10);
  });

  test("a list that is not whole proves nothing", async () => {
    ground.platform.faults.rest({
      path: /notes$/,
      status: 200,
      body: { entities: [], partialResults: true },
    });
    const log = logOf(ground.ended());
    const asking = note().has?.({ key: log.key, ...note().render(log) }, never);
    await expect(asking).rejects.toMatchObject({ name: "Transient", reason: "lookup_failed" });
  });
});
