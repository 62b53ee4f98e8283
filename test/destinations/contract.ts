import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Destination, DestinationContext, Outgoing } from "../../src/destinations/destination.ts";
import { Permanent, Transient } from "../../src/errors.ts";
import { Writing } from "../../src/genesys/writing.ts";
import type { ContactLog } from "../../src/model.ts";
import { type Backend, type BackendFault, startBackend } from "../../src/simulator/backend.ts";

/** How a kind of destination is made to post to the simulator's backend. */
export interface Making {
  /** Where its contact logs go. */
  readonly url: string;
  /** Credential the backend asks for as a bearer token. */
  readonly token: string;
  readonly timeoutMs: number;
  /** Something that goes with the test. */
  use<T extends AsyncDisposable>(resource: T): T;
}

/** In what one form of it differs. */
export interface Form {
  /** A refused credential is renewed and sent again, so that one 401 is no refusal. */
  readonly renews?: boolean;
}

/** What destinations are made with where nothing else matters. */
export const context: DestinationContext = {
  ambiguous: "repeat",
  protect: () => {},
  genesys: new Writing(() => Promise.reject(new Error("there is no platform here"))),
};

const token = "backend-Token-canary-1";
const never = new AbortController().signal;

export const contactLog: ContactLog = {
  key: "conv-1:leg-1",
  conversationId: "conv-1",
  brand: "helder",
  medium: "voice",
  startedAt: "2026-03-02T09:00:00.000Z",
  endedAt: "2026-03-02T09:04:00.000Z",
  accountId: "ACC-4711",
  agents: [{ userId: "user-1", queueId: null }],
  language: "nl",
  description: "Vraag over de jaarnota.",
  note: "Goedemorgen gewenst.\nMevrouw Jansen belt over de jaarnota, bereikbaar op 0612345678 of jansen@example.nl.",
  category: "Facturen",
  subcategory: "Jaarnota",
  actionItems: [
    { text: "Nota <opnieuw> sturen", owner: "company", due: "2026-03-09" },
    { text: "Terugbellen", owner: "agent", due: null },
  ],
  sentiment: "neutral",
  resolved: "partly",
  confidence: 0.8,
  review: { needed: false, reasons: [] },
  provenance: {
    model: "test-model",
    promptVersion: "v1",
    transcriptSha256: "0".repeat(64),
    createdAt: "2026-03-02T09:05:00.000Z",
    evidence: [[1], [2, 3]],
  },
};

export const delivery = { key: contactLog.key, body: JSON.stringify(contactLog) };

/** What it sends of a contact log, as the pipeline hands it back to it. */
export function outgoing(destination: Destination, log = contactLog): Outgoing {
  if (destination.perCase === undefined) return { key: log.key, ...destination.render(log) };
  const link = { contactId: log.key, caseId: "CASE-1" };
  return { key: `${log.key}#${link.caseId}`, ...destination.render(log, link) };
}

/** What may be in no message: of the contact log, or of the configuration. */
const canaries = [
  token,
  "ACC-4711",
  "Mevrouw",
  "Jansen",
  "0612345678",
  "jansen@example.nl",
  "belt over de",
  "query-canary",
];

/** What every destination keeps to that posts over HTTP. `create` gets a fresh address for each test. */
export function destinationContract(
  kind: string,
  create: (making: Making) => Destination | Promise<Destination>,
  { renews = false }: Form = {},
): void {
  describe(`destination ${kind}`, () => {
    let backend: Backend;
    let destination: Destination;
    let delivery: Outgoing;
    let resources: AsyncDisposableStack;

    beforeEach(async () => {
      resources = new AsyncDisposableStack();
      backend = await startBackend({ token });
      destination = await make(1_000, "/logs?key=query-canary");
      delivery = outgoing(destination);
    });
    afterEach(async () => {
      await destination[Symbol.asyncDispose]();
      await resources[Symbol.asyncDispose]();
      await backend[Symbol.asyncDispose]();
    });

    async function make(timeoutMs: number, path: string): Promise<Destination> {
      const use = <T extends AsyncDisposable>(resource: T): T => resources.use(resource);
      return await create({ url: `${backend.url}${path}`, token, timeoutMs, use });
    }

    async function failure(fault: BackendFault, own = destination): Promise<Transient | Permanent> {
      backend.fail(fault);
      const error = await own.post(delivery, never).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(Error);
      for (const canary of canaries) expect((error as Error).message).not.toContain(canary);
      return error as Transient | Permanent;
    }

    test("its name shows neither credentials nor a query string", () => {
      expect(destination.name).not.toBe("");
      for (const canary of canaries) expect(destination.name).not.toContain(canary);
    });

    test("a post brings exactly these bytes under this key, once", async () => {
      expect(await destination.post(delivery, never)).toMatchObject({ alreadyThere: false });
      expect(backend.attempts).toHaveLength(1);
      expect(backend.attempts[0]).toMatchObject({ key: delivery.key, text: delivery.body });
    });

    test("a log that is there already is taken, and told so", async () => {
      await destination.post(delivery, never);
      expect(await destination.post(delivery, never)).toEqual({ status: 409, alreadyThere: true });
      expect(backend.accepted).toHaveLength(1);
    });

    test("a lost reply costs nothing: the next try finds the log there", async () => {
      expect(await failure({ reset: "after" })).toBeInstanceOf(Transient);
      expect(await destination.post(delivery, never)).toMatchObject({ alreadyThere: true });
      expect(backend.accepted).toHaveLength(1);
    });

    test("different keys may be posted at the same time", async () => {
      const keys = Array.from({ length: 20 }, (_, index) => `key-${index}`);
      await Promise.all(
        keys.map((key) => destination.post({ ...delivery, key, body: `{"key":"${key}"}` }, never)),
      );
      expect(backend.accepted.map(({ key }) => key).sort()).toEqual(keys.sort());
    });

    test.each<[what: string, fault: BackendFault]>([
      ["503", { status: 503 }],
      ["500 with a page", { status: 500, headers: { "content-type": "text/html" }, body: "<html>" }],
      ["429", { status: 429 }],
      ["a connection lost", { reset: "before" }],
    ])("%s is Transient after one request, and the next try succeeds", async (_what, fault) => {
      expect(await failure(fault)).toBeInstanceOf(Transient);
      expect(backend.attempts).toHaveLength(1);
      expect(await destination.post(delivery, never)).toMatchObject({ alreadyThere: false });
    });

    test.each([429, 503])("a Retry-After of %i is kept", async (status) => {
      const before = Date.now();
      const { notBefore } = (await failure({ status, headers: { "retry-after": "7" } })) as Transient;
      expect((notBefore ?? 0) - before).toBeGreaterThanOrEqual(7_000);
      expect((notBefore ?? 0) - Date.now()).toBeLessThanOrEqual(7_000);
    });

    const refusals = [400, 401, 403, 404, 405, 410, 413, 415, 422];
    test.each(refusals.filter((status) => status !== 401 || !renews))("%i is Permanent", async (status) => {
      const error = await failure({ status, body: { error: "not wanted" } });
      expect(error).toBeInstanceOf(Permanent);
      expect(error.message).toContain(String(status));
      expect(error.message).toContain("not wanted");
      expect(backend.attempts).toHaveLength(1);
    });

    test("a refusal that quotes the contact log or the credential is told without the quotes", async () => {
      for (const error of [
        delivery.body,
        contactLog.note,
        "no Mevrouw known",
        `Bearer ${token}`,
        `wrong: ${token}`,
      ]) {
        expect((await failure({ status: 422, body: { error } })).message).toContain("422");
      }
    });

    test("a redirect is Permanent and not followed", async () => {
      const error = await failure({ status: 307, headers: { location: "/elsewhere" } });
      expect(error).toBeInstanceOf(Permanent);
      expect(backend.attempts).toHaveLength(1);
    });

    test("silence is Transient as soon as the time is over", async () => {
      await using quick = await make(250, "/logs");
      const started = performance.now();
      expect(await failure({ hang: true }, quick)).toBeInstanceOf(Transient);
      expect(performance.now() - started).toBeLessThan(8_000);
    });

    test("a backend that is not there is Transient", async () => {
      await backend[Symbol.asyncDispose]();
      const error = await destination.post(delivery, never).catch((thrown: unknown) => thrown);
      backend = await startBackend({ token });
      expect(error).toBeInstanceOf(Transient);
    });

    test("the signal ends a post with its own reason", async () => {
      const stop = new AbortController();
      const reason = new Error("the daemon stops");
      backend.fail({ hang: true });
      const posting = expect(destination.post(delivery, stop.signal)).rejects.toBe(reason);
      await expect.poll(() => backend.attempts.length).toBe(1);
      stop.abort(reason);
      await posting;
    });

    test("disposed, it holds no connection and posts no more", async () => {
      await destination.post(delivery, never);
      await destination[Symbol.asyncDispose]();
      await expect(destination.post(delivery, never)).rejects.toThrow();
      expect(backend.attempts).toHaveLength(1);
    });
  });
}
