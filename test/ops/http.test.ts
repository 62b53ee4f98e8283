import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import { openDoors } from "../../src/doors/door.ts";
import { feedbackDoor, type TakeFeedback } from "../../src/doors/feedback.ts";
import { Fatal, Transient } from "../../src/errors.ts";
import { type HttpOptions, type OpsServer, serveOps } from "../../src/ops/http.ts";
import { beginSeries, createMetrics } from "../../src/ops/metrics.ts";
import { listen } from "../../src/simulator/loopback.ts";

let server: OpsServer | undefined;

afterEach(async () => {
  await server?.[Symbol.asyncDispose]();
  server = undefined;
});

async function serve(options: Partial<HttpOptions> = {}): Promise<string> {
  server = await serveOps({
    host: "127.0.0.1",
    port: 0,
    metrics: createMetrics(),
    unready: () => undefined,
    status: () => ({}),
    collect: async () => {},
    ...options,
  });
  return `http://${server.address}`;
}

async function get(url: string, init: RequestInit = {}) {
  const response = await fetch(url, init);
  const text = await response.text();
  return { status: response.status, type: response.headers.get("content-type"), text };
}

test("alive is alive, ready or not", async () => {
  const url = await serve({ unready: () => "stopping" });
  expect(await get(`${url}/healthz`)).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  expect(await get(`${url}/healthz?verbose=1`, { method: "HEAD" })).toMatchObject({ status: 200, text: "" });
});

test("ready is asked at each request, and says why not", async () => {
  let reason: string | undefined;
  const url = await serve({ unready: () => reason });
  const ready = async () => {
    const { status, text } = await get(`${url}/readyz`);
    return [status, JSON.parse(text)];
  };
  expect(await ready()).toEqual([200, { status: "ready" }]);
  reason = "no channel is connected";
  expect(await ready()).toEqual([503, { status: "not ready", reason }]);
  reason = undefined;
  expect(await ready()).toEqual([200, { status: "ready" }]);
});

test("a URL that is none is told so, and nothing of it is repeated", async () => {
  const url = await serve();
  expect(await get(`${url}/%zz%3Cscript%3E`)).toMatchObject({
    status: 400,
    text: '{"error":"not a valid URL"}',
  });
});

test("more connections than it takes are closed at once, and those it has are served", async () => {
  const { hostname, port } = new URL(await serve({ maxConnections: 2 }));
  const open = async () => {
    const socket = connect(Number(port), hostname)
      .resume()
      .on("error", () => {});
    await once(socket, "connect");
    return socket;
  };
  const served = await open();
  const idle = await open();
  await once(await open(), "close");
  served.write("GET /healthz HTTP/1.0\r\n\r\n");
  expect(String(await once(served, "data"))).toContain("200 OK");
  for (const socket of [served, idle]) socket.destroy();
});

test("the status is asked at each request, and is JSON", async () => {
  let posted = 0;
  const url = await serve({ status: () => ({ posted: ++posted }) });
  expect(await get(`${url}/status`)).toMatchObject({
    status: 200,
    type: expect.stringContaining("application/json"),
    text: '{"posted":1}',
  });
  expect((await get(`${url}/status`)).text).toBe('{"posted":2}');
});

test("metrics are in Prometheus' text format, with gauges set at each request", async () => {
  const metrics = createMetrics();
  let rows = 0;
  const url = await serve({
    metrics,
    collect: async () => metrics.ledger.set({ stage: "recorded" }, ++rows),
  });
  metrics.contacts.inc({ brand: "helder", outcome: "skipped", reason: "no_account" });
  const first = await get(`${url}/metrics`);
  expect(first).toMatchObject({ status: 200, type: expect.stringMatching(/^text\/plain; version=0\.0\.4/) });
  expect(first.text).toContain(
    'contactlogd_contacts_total{brand="helder",outcome="skipped",reason="no_account"} 1',
  );
  expect(first.text).toContain('contactlogd_ledger_rows{stage="recorded"} 1');
  expect((await get(`${url}/metrics`)).text).toContain('contactlogd_ledger_rows{stage="recorded"} 2');
});

test("what alerts compare over time is there at 0 from the start, and what was counted stays", async () => {
  const metrics = createMetrics();
  beginSeries(metrics, ["helder"]);
  metrics.contacts.inc({ brand: "helder", outcome: "skipped", reason: "no_account" });
  beginSeries(metrics, ["helder", "noordlicht"]);
  const { text } = await get(`${await serve({ metrics })}/metrics`);
  expect(text).toContain(
    'contactlogd_contacts_total{brand="helder",outcome="skipped",reason="no_account"} 1',
  );
  expect(text).toContain('contactlogd_contacts_total{brand="helder",outcome="skipped",reason="too_old"} 0');
  expect(text).toContain('contactlogd_contacts_total{brand="",outcome="skipped",reason="no_brand"} 0');
  expect(text).toContain('contactlogd_contacts_total{brand="noordlicht",outcome="posted",reason=""} 0');
  expect(text).toContain('contactlogd_ended_total{brand="noordlicht",medium="voice"} 0');
});

describe("what is not there", () => {
  test.each(["/", "/metrics/", "/healthz/x", "/..%2f", "/admin?x=1"])("%s is a plain 404", async (path) => {
    const answer = await get(`${await serve()}${path}`);
    expect(answer).toMatchObject({ status: 404, text: '{"error":"not found"}' });
  });

  test.each(["POST", "PUT", "DELETE"])("%s neither", async (method) => {
    const answer = await get(`${await serve()}/healthz`, { method });
    expect(answer).toMatchObject({ status: 404, text: '{"error":"not found"}' });
  });
});

describe("POST /feedback", () => {
  const token = "token-of-the-admin-port";
  const behind = (take: TakeFeedback): Partial<HttpOptions> => ({
    doors: (server) => openDoors(server, () => token, [feedbackDoor(take)]),
  });
  const post = (url: string, body: string, headers: Record<string, string> = {}) =>
    get(`${url}/feedback`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json", authorization: `Bearer ${token}`, ...headers },
    });

  test("hands the body on, and answers what it is told", async () => {
    const bodies: unknown[] = [];
    const url = await serve({
      ...behind(async (body: unknown) => {
        bodies.push(body);
        return { matched: 1 };
      }),
    });
    expect(await post(url, '[{"key":"c"}]')).toMatchObject({ status: 200, text: '{"matched":1}' });
    expect(bodies).toEqual([[{ key: "c" }]]);
  });

  test("is 400 where there are problems, and says which", async () => {
    const url = await serve(behind(async () => ({ problems: ["note: too long"] })));
    expect(await post(url, "{}")).toMatchObject({ status: 400, text: '{"problems":["note: too long"]}' });
  });

  test.each([
    ["none", ""],
    ["another one", "Bearer another-token-of-16"],
    ["half of it", `Bearer ${token.slice(0, 8)}`],
    ["one more character", `Bearer ${token}x`],
    ["no scheme", token],
    ["another scheme", `Basic ${token}`],
  ])("is 401 with a token that is wrong: %s", async (_what, authorization) => {
    let called = false;
    const feedback = async () => {
      called = true;
      return {};
    };
    const url = await serve(behind(feedback));
    expect(await post(url, "not even JSON", { authorization })).toMatchObject({
      status: 401,
      text: '{"error":"not authorized"}',
    });
    expect(called).toBe(false);
  });

  test("is not there without a token of ours", async () => {
    const url = await serve({});
    expect(await post(url, "{}")).toMatchObject({ status: 404, text: '{"error":"not found"}' });
    expect(await post(url, "{}", { authorization: "Bearer undefined" })).toMatchObject({ status: 404 });
  });

  test.each<[status: number, body: string, headers: Record<string, string>]>([
    [413, JSON.stringify("x".repeat(65_536)), {}],
    [400, '{"note": Kanarie}', {}],
    [400, '{"__proto__": {"note": "Kanarie"}}', {}],
    [400, "", {}],
    [415, "<note>Kanarie</note>", { "content-type": "application/xml" }],
  ])("is %i for what it cannot take, without quoting it", async (status, body, headers) => {
    const answer = await post(await serve(behind(async () => ({}))), body, headers);
    expect(answer).toMatchObject({ status, text: expect.stringMatching(/^\{"error":"[^"]+"\}$/) });
    expect(answer.text).not.toContain("Kanarie");
  });

  test("takes 64 KB, on this door alone", async () => {
    const url = await serve(behind(async () => ({})));
    expect(await post(url, JSON.stringify("x".repeat(65_534)))).toMatchObject({ status: 200 });
  });

  test.each<[status: number, error: Error]>([
    [503, new Transient("disk_full", "state.file: the disk is full at /srv/secret", undefined, undefined)],
    [500, new Error("insides at /srv/secret")],
  ])("is %i where it fails, and shows no insides", async (status, error) => {
    const answer = await post(await serve(behind(() => Promise.reject(error))), "{}");
    expect(answer.status).toBe(status);
    expect(answer.text).not.toContain("secret");
  });
});

test.each<[path: string, options: Partial<HttpOptions>]>([
  [
    "/readyz",
    {
      unready: () => {
        throw new Error("insides at /srv/secret");
      },
    },
  ],
  [
    "/status",
    {
      status: () => {
        throw new Error("insides at /srv/secret");
      },
    },
  ],
  [
    "/metrics",
    {
      collect: () => {
        throw new Error("insides at /srv/secret");
      },
    },
  ],
])("a failure of ours behind %s shows no insides", async (path, options) => {
  expect(await get(`${await serve(options)}${path}`)).toMatchObject({
    status: 500,
    text: '{"error":"internal error"}',
  });
});

test("a port in use is Fatal, in a sentence that says what to set", async () => {
  await using other = await listen(() => {});
  const port = Number(new URL(other.url).port);
  const error = await serve({ port }).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Fatal);
  expect((error as Fatal).message).toBe(
    `http: cannot listen on 127.0.0.1:${port} (it is in use); set http.port`,
  );
});

test("a host that is not ours is Fatal too", async () => {
  await expect(serve({ host: "192.0.2.1" })).rejects.toThrow(
    "http: cannot listen on 192.0.2.1:0 (EADDRNOTAVAIL); set http.host to an address of this machine",
  );
});

test("an IPv6 address stands in brackets before its port", async () => {
  await serve({ host: "::1" });
  expect(server?.address).toMatch(/^\[::1\]:\d+$/);
});

test("closed, it lets go of its port and of connections kept alive", async () => {
  const url = await serve();
  await get(`${url}/healthz`);
  await server?.[Symbol.asyncDispose]();
  server = undefined;
  await expect(get(`${url}/healthz`)).rejects.toThrow("fetch failed");
});
