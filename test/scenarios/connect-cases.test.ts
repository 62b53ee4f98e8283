import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { quickConversation } from "../../src/simulator/player.ts";
import { redactedOf, voiceAnalysis } from "../aws/analyses.ts";
import { type FakeCases, startCases } from "../aws/connect-cases.ts";
import { credentials, region } from "../aws/fake.ts";
import { objectCreated, startS3 } from "../aws/s3.ts";
import { type FakeQueue, startSqs } from "../aws/sqs.ts";
import { cli, connected, killChildren, runDaemon } from "../cli.ts";
import { type Daemon, startWorld, until, type World, type WorldOptions } from "../harness.ts";

beforeEach(() => {
  for (const [name, value] of Object.entries(credentials)) vi.stubEnv(name, value);
});
afterEach(() => {
  killChildren();
  vi.unstubAllEnvs();
});

interface Place extends AsyncDisposable {
  readonly world: World;
  readonly cases: FakeCases;
  /** Where Connect Cases tells of its changes. */
  readonly links: FakeQueue;
}

/** Helder's logs become comments on Connect cases. */
async function placeOf(sources: object = {}, options: WorldOptions = {}): Promise<Place> {
  const cases = await startCases();
  const links = await startSqs();
  const world = await startWorld({
    timing: { lookupAfterMs: [20, 60], historyLagMs: 50 },
    ...options,
    edit(file) {
      const helder = file.brands.find(({ id }) => id === "helder") as Record<string, unknown>;
      const { domainId, endpoint } = cases;
      helder.destination = { kind: "connect-cases", domainId, region, endpoint, timeoutMs: 1_000 };
      const sqs = { queueUrl: links.queueUrl, region, endpoint: links.endpoint };
      Object.assign(file, { sources: { connectCases: { sqs }, ...sources } });
    },
  });
  return {
    world,
    cases,
    links,
    async [Symbol.asyncDispose]() {
      await world[Symbol.asyncDispose]();
      await cases[Symbol.asyncDispose]();
      await links[Symbol.asyncDispose]();
      expect([...cases.mistakes, ...links.mistakes]).toEqual([]);
    },
  };
}

/** As the admin guide prints it, "Case event payload and schema", for a contact. */
function contactAdded(caseId: string, contactId: string, more: object = {}) {
  const domain = "arn:aws:cases:eu-central-1:123456789012:domain/dad5efb6";
  return {
    version: "0",
    id: "event-1",
    "detail-type": "Amazon Connect Cases Change",
    source: "aws.cases",
    account: "123456789012",
    time: "2022-03-16T23:43:26Z",
    region: "eu-central-1",
    resources: [domain, `${domain}/case/${caseId}/related-item/item-1`],
    detail: {
      version: "0",
      eventType: "RELATED_ITEM.CREATED",
      approximateChangeTime: "2022-03-16T23:16:57.893Z",
      relatedItem: {
        relatedItemType: "Contact",
        relatedItemId: "item-1",
        caseId,
        createdDateTime: "2022-03-16T23:16:57.893Z",
        contact: {
          contactArn: `arn:aws:connect:eu-central-1:123456789012:instance/i-1/contact/${contactId}`,
        },
        ...more,
      },
    },
  };
}

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const endCall = ({ platform }: World): string =>
  quickConversation(platform, { queue: "Helder Facturen", attributes, durationMs: 1_000 }).id;

const isHeld = async (daemon: Daemon): Promise<void> => {
  await until(
    async () => (await (await fetch(`${await daemon.address()}/status`)).text()).includes('"case_link":1'),
    "the log to wait for its case",
  );
};

const ours = (cases: FakeCases, caseId: string, key: string): readonly string[] =>
  cases.comments(caseId).filter((text) => text.split("\n")[0]?.includes(`[${key}]`));

test("the log first, the link first, and several cases: each case gets its comment, once", async () => {
  await using place = await placeOf();
  const { world, cases, links } = place;
  const daemon = world.start();
  await daemon.connected();
  for (const caseId of ["K-1", "K-2", "K-3"]) cases.open(caseId);
  const first = endCall(world);
  await isHeld(daemon);
  links.send(contactAdded("K-1", first));
  links.send(contactAdded("K-1", first));
  await daemon.logged("contact log posted", { key: first });
  links.send(contactAdded("K-2", first));
  await until(() => cases.comments("K-2").length === 1, "the second case");
  const second = crypto.randomUUID();
  links.send(contactAdded("K-3", second));
  await until(() => links.left().length === 0, "the link to be recorded");
  quickConversation(world.platform, { id: second, queue: "Helder Facturen", attributes, durationMs: 1_000 });
  await until(() => cases.comments("K-3").length === 1, "the third case");
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect([ours(cases, "K-1", first), ours(cases, "K-2", first), ours(cases, "K-3", second)]).toEqual([
    [expect.any(String)],
    [expect.any(String)],
    [expect.any(String)],
  ]);
  expect(["K-1", "K-2", "K-3"].map((caseId) => cases.comments(caseId).length)).toEqual([1, 1, 1]);
});

test("a comment whose reply is lost is looked for, not made again", async () => {
  await using place = await placeOf();
  const { world, cases, links } = place;
  const daemon = world.start();
  await daemon.connected();
  cases.open("K-1");
  const id = endCall(world);
  await isHeld(daemon);
  cases.fail({ reset: "after" });
  links.send(contactAdded("K-1", id));
  await daemon.logged("contact log posted", { key: id, alreadyThere: true });
  expect(cases.comments("K-1")).toHaveLength(1);
});

test("one that certainly was not taken is made again, after it was looked for as often as is set", async () => {
  await using place = await placeOf();
  const { world, cases, links } = place;
  const daemon = world.start();
  await daemon.connected();
  cases.open("K-1");
  const id = endCall(world);
  await isHeld(daemon);
  cases.fail({ reset: "before" });
  links.send(contactAdded("K-1", id));
  await daemon.logged("contact log posted", { key: id, alreadyThere: false });
  expect(cases.comments("K-1")).toHaveLength(1);
  expect(cases.requests.filter(({ path }) => path.endsWith("related-items-search"))).toHaveLength(2);
});

test("throttling is waited out; a case that is gone is a dead letter with AWS's code", async () => {
  await using place = await placeOf();
  const { world, cases, links } = place;
  const daemon = world.start();
  await daemon.connected();
  cases.open("K-1");
  const id = endCall(world);
  await isHeld(daemon);
  cases.fail({ code: "ThrottlingException", status: 429 }, 3);
  links.send(contactAdded("K-1", id));
  await daemon.logged("contact log posted", { key: id });
  links.send(contactAdded("K-gone", id));
  const { detail } = await daemon.logged("contact is a dead letter", { reason: "ResourceNotFoundException" });
  expect(detail).toContain("AWS answered ResourceNotFoundException (HTTP 404)");
  expect(cases.comments("K-1")).toHaveLength(1);
});

test("a contact that the event does not name is counted and stays; other changes are taken off", async () => {
  await using place = await placeOf();
  const daemon = place.world.start();
  const nameless = place.links.send(contactAdded("K-1", "x", { contact: undefined }));
  place.links.send(contactAdded("K-1", "x", { relatedItemType: "Comment" }));
  const caseEvent = contactAdded("K-1", "x");
  place.links.send({
    ...caseEvent,
    detail: { ...caseEvent.detail, eventType: "CASE.UPDATED", relatedItem: undefined },
  });
  await daemon.logged("message cannot be read", { source: "connect-cases", id: nameless });
  await until(() => place.links.left().length === 1, "the others to be taken");
});

test("kill -9 between link and comment: each case gets exactly one", async () => {
  await using place = await placeOf();
  const { world, cases, links } = place;
  Object.assign(world.environment, credentials);
  const ids: string[] = [];
  for (let round = 0; round < 3; round++) {
    const daemon = runDaemon(world);
    await connected(daemon);
    for (const id of [endCall(world), endCall(world)]) {
      ids.push(id);
      cases.open(`K-${id}`);
      links.send(contactAdded(`K-${id}`, id));
    }
    if (round === 1) cases.fail({ reset: "after" });
    await new Promise((resolve) => setTimeout(resolve, 100 + 80 * round));
    daemon.child.kill("SIGKILL");
    await daemon.exit;
    links.showAll();
  }
  const last = runDaemon(world);
  await until(
    () => {
      links.showAll();
      return ids.every((id) => cases.comments(`K-${id}`).length > 0);
    },
    "every case",
    30_000,
    () => `${JSON.stringify(links.left())}\n${last.output}`,
  );
  await new Promise((resolve) => setTimeout(resolve, 300));
  last.child.kill("SIGTERM");
  expect(await last.exit).toBe(0);
  expect(ids.map((id) => cases.comments(`K-${id}`).length)).toEqual(ids.map(() => 1));
});

test("Amazon from end to end: a contact that Contact Lens analysed becomes a comment on its Connect case", async () => {
  await using s3 = await startS3();
  await using files = await startSqs();
  await using place = await placeOf({
    contactLens: {
      sqs: { queueUrl: files.queueUrl, region, endpoint: files.endpoint },
      s3: { region, endpoint: s3.endpoint },
      brands: [{ brand: "helder", accountPath: "CustomerMetadata.ContactId", assumeAuthenticated: true }],
    },
  });
  const { world, cases, links } = place;
  world.start();
  cases.open("K-1");
  const contactId = "0f3c1f5e-8d7a-4c0e-9b57-2a9c1d1f0001";
  const stamp = new Date().toISOString();
  const key = `Analysis/Voice/Redacted/2026/03/12/${contactId}_analysis_redacted_${stamp}.json`;
  s3.put(key, JSON.stringify(redactedOf(voiceAnalysis({ contactId }))));
  links.send(contactAdded("K-1", contactId));
  files.send(objectCreated(s3.bucket, key));
  await until(() => cases.comments("K-1").length === 1, "the comment");
  expect(cases.comments("K-1")[0]).toContain("jaarnota");
  const explain = cli(["explain", contactId, "--config", world.configPath], world);
  expect(await explain.exit).toBe(0);
  expect(explain.output).toContain("case K-1");
  expect([...s3.mistakes, ...files.mistakes]).toEqual([]);
});
