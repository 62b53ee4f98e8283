import { expect, test } from "vitest";
import { play, quickConversation } from "../../src/simulator/player.ts";
import { edgeStories } from "../../src/simulator/stories/edge.ts";
import { stories } from "../../src/simulator/stories.ts";
import { startWorld, until } from "../harness.ts";
import { absent, undocumentedRequests } from "../simulator/openapi.ts";

const attributes = { customerNumber: "HLD-1", authenticated: "true" };
const call = { queue: "Helder Facturen", attributes, durationMs: 500 } as const;

test.skipIf(absent)(
  "whatever happens, every request is one the platform's OpenAPI description knows",
  async () => {
    await using world = await startWorld({
      timing: { historyLagMs: 50, sweepEveryMs: 300, queueRefreshMs: 400, transcriptFirstMs: 100 },
    });
    const { platform, backend } = world;
    const asked = (path: RegExp): boolean =>
      platform.requests.some((request) => path.test(`${request.method} ${request.path}`));
    const first = world.start();
    await first.connected();
    await first.stop();

    // Missed while nobody ran: back-fill. So many wait for a transcript that they are searched for.
    for (let n = 0; n < 5; n++) quickConversation(platform, { ...call, emit: false });
    const second = world.start();
    await second.connected();
    for (let n = 0; n < 40; n++) quickConversation(platform, { ...call, transcriptDelayMs: 1_500 });
    const plays = [...stories, ...edgeStories].map((story) => play(platform, story, { stepMs: 5 }));

    platform.faults.rest({ path: /subscriptions$/, status: 500, body: "{}", times: 2 });
    platform.faults.rest({ path: /^\/api\/v2\/conversations\//, status: 404, body: "{}", times: 3 });
    platform.faults.rest({ path: /transcripturl$/, status: 401, body: "{}", times: 1 });
    platform.faults.rest({ path: /query$/, status: 503, body: "{}", times: 2 });
    platform.faults.revokeTokens();
    await until(() => asked(/details\/query$/) && asked(/transcripts\/search$/), "history and the search");
    platform.faults.refuseHandshake(503, 3);
    platform.faults.dropSockets();
    platform.removeQueue("Noordlicht Service");
    await until(() => asked(/^HEAD /), "the question whether the channel lives");
    await Promise.all(plays);
    await backend.waitFor(45);
    await second.stop();

    const kinds = new Set(
      platform.requests.map(({ method, path }) => `${method} ${path.replace(/\/[\w-]{20,}/g, "/{id}")}`),
    );
    expect(kinds.size).toBeGreaterThan(10);
    expect(undocumentedRequests(platform.requests)).toEqual([]);
  },
);
