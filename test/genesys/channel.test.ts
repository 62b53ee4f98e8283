import { describe, expect, test, vi } from "vitest";
import { Channel, type ChannelReports } from "../../src/genesys/channel.ts";
import type { ChannelAddress } from "../../src/genesys/payloads.ts";
import { topicOfQueue } from "../../src/genesys/topics.ts";
import type { PlatformOptions } from "../../src/simulator/platform.ts";
import { quickConversation } from "../../src/simulator/player.ts";
import { until } from "../harness.ts";
import { type Place, startPlace } from "../place.ts";

// They wait more than they work.
vi.setConfig({ maxConcurrency: 12 });

const timing = { pingEveryMs: 100, heartbeatTimeoutMs: 500, retryBaseMs: 20, retryMaxMs: 200 };

/** A channel that runs, with all it reported. */
class Listener implements AsyncDisposable {
  readonly events: string[] = [];
  readonly states: string[] = [];
  readonly failures: Error[] = [];
  readonly rejected: (readonly string[])[] = [];
  readonly lostSince: number[] = [];
  unexpected = 0;
  address: ChannelAddress | undefined;
  readonly channel: Channel;
  readonly done: Promise<void>;
  readonly #stop = new AbortController();

  constructor({ platform, api }: Place, earlier?: ChannelAddress, options: { readsBack?: boolean } = {}) {
    this.address = earlier;
    const reports: ChannelReports = {
      onEvent: (topic) => void this.events.push(topic),
      onUnexpectedFrame: () => void this.unexpected++,
      onState: (connected, wake) => void this.states.push(`${connected ? "up" : "down"}: ${wake}`),
      onFailure: (error) => void this.failures.push(error as Error),
      onRejected: (topics) => void this.rejected.push(topics),
      onTopicsLost: (at) => void this.lostSince.push(at),
      onAddress: (address) => {
        this.address = address;
      },
    };
    this.channel = new Channel(api, timing, reports, { earlier, ...options });
    this.channel.setTopics(platform.queues.map(({ id }) => topicOfQueue(id)));
    this.done = this.channel.run(this.#stop.signal);
    this.done.catch(() => {});
  }

  async connected(): Promise<this> {
    await until(
      () => this.channel.connected,
      "the channel to connect",
      5_000,
      () => String(this.failures),
    );
    return this;
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await this.done;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop().catch(() => {});
  }
}

function requests({ platform }: Place, method: string, path = /./): typeof platform.requests {
  return platform.requests.filter((one) => one.method === method && path.test(one.path));
}

const created = (place: Place): number => requests(place, "POST", /\/channels$/).length;
const puts = (place: Place): number => requests(place, "PUT").length;
const pause = async (ms: number): Promise<void> => await new Promise((resolve) => setTimeout(resolve, ms));

async function hears(place: Place, listener: Listener): Promise<void> {
  const before = listener.events.length;
  quickConversation(place.platform);
  await until(() => listener.events.length > before, "an event");
}

describe.concurrent("a channel", () => {
  test("it is made, subscribed, read back and connected with four requests, and hears", async () => {
    await using place = await startPlace();
    await using listener = await new Listener(place).connected();
    await hears(place, listener);
    expect(
      place.platform.requests.map(
        ({ method, path }) => `${method} ${path.replace(/streaming-\w+-\w+/, "ID")}`,
      ),
    ).toEqual([
      "POST /oauth/token",
      "POST /api/v2/notifications/channels",
      "PUT /api/v2/notifications/channels/ID/subscriptions",
      "GET /api/v2/notifications/channels/ID/subscriptions",
    ]);
    expect(listener.states).toEqual(["up: socket_opened"]);
    expect(listener.unexpected).toBe(0);
  });

  test("it is subscribed again at half of its life, on the platform's word how long that is", async () => {
    await using place = await startPlace({ channelLifeMs: 1_000 });
    await using listener = await new Listener(place).connected();
    await pause(2_300);
    const at = requests(place, "PUT").map((put) => put.at);
    const pauses = at.slice(1).map((one, index) => one - (at[index] ?? 0));
    expect(pauses.length).toBeGreaterThanOrEqual(3);
    for (const ms of pauses) expect(ms).toBeGreaterThanOrEqual(490);
    for (const ms of pauses) expect(ms).toBeLessThan(950);
    expect(created(place)).toBe(1);
    expect(listener.states).toEqual(["up: socket_opened"]);
    await hears(place, listener);
  });

  test("a day's channel is not subscribed again and again", async () => {
    await using place = await startPlace();
    await using listener = await new Listener(place).connected();
    await pause(1_000);
    expect(place.platform.requests).toHaveLength(4);
    expect(listener.channel.connected).toBe(true);
  });

  test("subscriptions that went missing are found by reading back, told with the last time they were there, and put again", async () => {
    await using place = await startPlace();
    await using listener = await new Listener(place).connected();
    await until(() => requests(place, "GET").length === 1, "the reading back");
    await pause(20);
    const before = Date.now();
    place.platform.faults.loseSubscriptions();
    quickConversation(place.platform);
    await pause(50);
    expect(listener.events).toEqual([]);
    listener.channel.verify();
    await until(() => listener.lostSince.length > 0, "the loss to be told");
    expect(listener.lostSince[0]).toBeLessThanOrEqual(before);
    await until(() => puts(place) === 2, "the topics to be put again");
    await listener.connected();
    await hears(place, listener);
    expect(created(place)).toBe(1);
    expect(listener.states.slice(0, 2)).toEqual(["up: socket_opened", "down: subscription_lost"]);
  });

  test("reading back a healthy channel changes nothing, however often", async () => {
    await using place = await startPlace();
    await using listener = await new Listener(place).connected();
    for (let n = 2; n < 7; n++) {
      listener.channel.verify();
      await until(() => requests(place, "GET").length === n, "the reading back");
    }
    expect(puts(place)).toBe(1);
    expect([...listener.states, ...listener.failures, ...listener.lostSince]).toEqual(["up: socket_opened"]);
  });

  test("a reading back that fails is tried again, and loses nothing", async () => {
    await using place = await startPlace();
    place.platform.faults.rest({ method: "GET", path: /subscriptions$/, status: 500, body: "{}", times: 2 });
    await using listener = await new Listener(place).connected();
    await pause(300);
    expect(listener.lostSince).toEqual([]);
    expect(puts(place)).toBe(1);
    expect(listener.states).toEqual(["up: socket_opened"]);
  });

  test("refused topics are told once, the others are heard", async () => {
    await using place = await startPlace();
    const [first, second] = place.platform.queues;
    place.platform.faults.denyTopics(new RegExp(first?.id ?? ""));
    await using listener = await new Listener(place).connected();
    for (let n = 0; n < 4; n++) {
      listener.channel.verify();
      await pause(60);
    }
    expect(listener.rejected).toEqual([[topicOfQueue(first?.id ?? "")]]);
    expect(listener.lostSince).toEqual([]);
    expect(listener.channel.refused).toBe(false);
    quickConversation(place.platform, { queue: second?.name ?? "" });
    await until(() => listener.events.length > 0, "an event of the other queue");
  });

  test("where every topic is refused it says so, and does not ask again and again", async () => {
    await using place = await startPlace();
    place.platform.faults.denyTopics(/./);
    await using listener = new Listener(place);
    await until(() => listener.rejected.length > 0, "the refusal");
    await pause(500);
    expect(listener.channel.refused).toBe(true);
    expect(listener.rejected).toHaveLength(1);
    expect(puts(place)).toBe(1);
  });

  test("topics that change are put at once; the same ones are not", async () => {
    await using place = await startPlace();
    await using listener = await new Listener(place).connected();
    const topics = place.platform.queues.map(({ id }) => topicOfQueue(id));
    listener.channel.setTopics([...topics]);
    await pause(50);
    expect(puts(place)).toBe(1);
    const { id } = place.platform.addQueue({ name: "New" });
    listener.channel.setTopics([...topics, topicOfQueue(id)]);
    await until(() => puts(place) === 2, "the new topic");
    await listener.connected();
    quickConversation(place.platform, { queue: "New" });
    await until(() => listener.events.length > 0, "an event of the new queue");
    expect(created(place)).toBe(1);
  });

  test("after a suspicion the socket is opened anew on the same channel, and hears", async () => {
    await using place = await startPlace();
    await using listener = await new Listener(place).connected();
    place.platform.faults.stallSockets();
    listener.channel.suspect();
    await until(() => listener.states.length >= 3, "the socket to be back");
    expect(listener.states).toEqual(["up: socket_opened", "down: socket_closed", "up: socket_opened"]);
    await hears(place, listener);
    expect([created(place), puts(place)]).toEqual([1, 1]);
  });
});

describe.concurrent("a channel of an earlier run", () => {
  async function left(place: Place): Promise<ChannelAddress> {
    await using listener = await new Listener(place).connected();
    return listener.address as ChannelAddress;
  }

  test("that lives is used again", async () => {
    await using place = await startPlace();
    const earlier = await left(place);
    await using listener = await new Listener(place, earlier).connected();
    await hears(place, listener);
    expect(requests(place, "HEAD").map(({ status }) => status)).toEqual([200]);
    expect(created(place)).toBe(1);
    expect(listener.address).toEqual(earlier);
  });

  test("that is gone (404) is replaced by one new one", async () => {
    await using place = await startPlace();
    const earlier = await left(place);
    place.platform.faults.evictChannels();
    await using listener = await new Listener(place, earlier).connected();
    await hears(place, listener);
    expect(requests(place, "HEAD").map(({ status }) => status)).toEqual([404]);
    expect(created(place)).toBe(2);
    expect(listener.address?.id).not.toBe(earlier.id);
  });

  test.each([405, 500, 503])(
    "about which the platform gives no clear answer (%i) is tried, not given up",
    async (status) => {
      await using place = await startPlace();
      const earlier = await left(place);
      place.platform.faults.rest({ method: "HEAD", path: /./, status, times: 100 });
      await using listener = await new Listener(place, earlier).connected();
      await hears(place, listener);
      expect(created(place)).toBe(1);
    },
  );

  test("about which the platform gives no clear answer, and which is gone, is found out by subscribing", async () => {
    await using place = await startPlace();
    const earlier = await left(place);
    place.platform.faults.evictChannels();
    place.platform.faults.rest({ method: "HEAD", path: /./, status: 405, times: 100 });
    await using listener = await new Listener(place, earlier).connected();
    await hears(place, listener);
    expect(created(place)).toBe(2);
  });

  test("a crash loop of thirty starts, each killed at another moment, makes a handful of channels", async () => {
    await using place = await startPlace();
    let kept: ChannelAddress | undefined;
    for (let n = 0; n < 30; n++) {
      const listener = new Listener(place, kept);
      await pause((n * 7) % 40);
      kept = listener.address;
      await listener.stop();
    }
    expect(created(place)).toBeLessThanOrEqual(3);
    await using listener = await new Listener(place, kept).connected();
    await hears(place, listener);
  });
});

describe.concurrent("no busy loop", () => {
  /** With pauses of up to 20 to 200 ms, 100 on average, and up to three requests a try. */
  const most = 75;
  const refusals: [what: string, options: PlatformOptions, refuse: (place: Place) => void][] = [
    ["every request is refused with 500", {}, ({ platform }) => refuse(platform, /^\/api\//, 500)],
    ["every request is refused with 403", {}, ({ platform }) => refuse(platform, /^\/api\//, 403)],
    ["every subscription is refused with 400", {}, ({ platform }) => refuse(platform, /subscriptions$/, 400)],
    ["every subscription is refused with 404", {}, ({ platform }) => refuse(platform, /subscriptions$/, 404)],
    ["every answer is not JSON", {}, ({ platform }) => refuse(platform, /^\/api\//, 200)],
    [
      "every handshake is refused with 503",
      {},
      ({ platform }) => platform.faults.refuseHandshake(503, 1_000),
    ],
    [
      "every handshake is refused with 404",
      {},
      ({ platform }) => platform.faults.refuseHandshake(404, 1_000),
    ],
    [
      "every socket closes as soon as it opens",
      {},
      ({ platform }) => {
        setInterval(() => platform.faults.closeSockets(1001), 5).unref();
      },
    ],
    [
      "subscriptions are lost as soon as they are put",
      {},
      ({ platform }) => {
        setInterval(() => platform.faults.loseSubscriptions(), 1).unref();
      },
    ],
    ["channels live for half a second", { channelLifeMs: 500 }, () => {}],
  ];

  function refuse(platform: Place["platform"], path: RegExp, status: number): void {
    platform.faults.rest({ path, status, body: status === 200 ? "<html>" : "{}", times: 10_000 });
  }

  test.each(refusals)(
    "%s for two seconds: a bounded number of requests and channels",
    async (_what, options, fault) => {
      await using place = await startPlace(options);
      fault(place);
      await using listener = new Listener(place);
      await pause(2_000);
      expect(place.platform.requests.length, JSON.stringify(listener.failures.at(-1)?.message)).toBeLessThan(
        most,
      );
      expect(created(place)).toBeLessThan(most / 2);
    },
  );

  test("a 429 is obeyed to the second", async () => {
    await using place = await startPlace();
    place.platform.faults.rest({
      method: "PUT",
      path: /./,
      status: 429,
      headers: { "retry-after": "1" },
      body: "{}",
      times: 1,
    });
    await using listener = await new Listener(place).connected();
    const [first, second] = requests(place, "PUT");
    expect((second?.at ?? 0) - (first?.at ?? 0)).toBeGreaterThanOrEqual(990);
    expect(listener.failures).toHaveLength(1);
  });
});
