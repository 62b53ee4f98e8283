import { test } from "vitest";
import { play } from "../../src/simulator/player.ts";
import { edgeStories } from "../../src/simulator/stories/edge.ts";
import { startWorld } from "../harness.ts";
test("x", async () => {
  await using world = await startWorld({ timing: { historyLagMs: 50, sweepEveryMs: 600_000 } });
  const d = world.start(); await d.connected();
  const all = await Promise.all(edgeStories.map((s) => play(world.platform, s, { stepMs: 8 }).then(p => [s.id, p])));
  await world.backend.waitFor(13, 10_000);
  const ids = new Map(all.flatMap(([id,p])=>p.conversations.map(c=>[c.id,[id,c]])));
  const l = d.lines.find(l=>l.msg==="contact postponed");
  const [name, c] = ids.get(l.id);
  console.log(name, c.legs.map(l=>[l.purpose,l.media,l.communicationId,l.startTime,l.connectedTime,l.disconnectedTime,l.disconnectType].join(" ")).join("\n"));
  console.log(world.platform.requests.filter(r=>r.path.includes("transcripturl")&&r.path.includes(c.id)).map(r=>r.path.split("/").at(-2)+" "+r.status).join("\n"));
});
