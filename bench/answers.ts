/**
 * `node bench/answers.ts [answers] [seed]`: a daemon on a model that misbehaves in every way it knows, until it has given
 * so many answers. Prints what came of it; exits 1 where a post is malformed, outside the taxonomy, doubled or lost.
 */
import { z } from "zod";
import { startModel } from "../src/simulator/model.ts";
import { quickConversation } from "../src/simulator/player.ts";
import { brands } from "../src/simulator/stories.ts";
import { startWorld, until } from "../test/harness.ts";

const answers = Number(process.argv[2] ?? 10_000);
const seed = Number(process.argv[3] ?? 1);
const inFlight = 200;
const attributes = { customerNumber: "HLD-1", authenticated: "true" };

const pairs = new Set(
  brands.flatMap(({ taxonomy }) =>
    taxonomy.flatMap(({ category, subcategories }) => subcategories.map((one) => `${category} › ${one}`)),
  ),
);
/** No markup, links, control or invisible characters; and never an error told as a log. */
const clean = z
  .string()
  .min(1)
  .regex(/^(?!.*(?:https?:|www\.|\]\(|<\/?[a-z]|internal error|cannot help))[^\p{Cc}\p{Cf}]*$/u);
const posted = z.strictObject({
  key: z.string().min(1),
  conversationId: z.string().min(1),
  brand: z.literal("helder"),
  medium: z.literal("voice"),
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime(),
  accountId: z.literal("HLD-1"),
  agents: z.array(z.strictObject({ userId: z.string(), queueId: z.string().nullable() })).min(1),
  language: z.literal("nl"),
  description: clean.max(300),
  note: clean.max(4_000),
  category: z.string(),
  subcategory: z.string(),
  actionItems: z.array(
    z.strictObject({
      text: clean.max(500),
      owner: z.enum(["agent", "customer", "company"]),
      due: z.iso.date().nullable(),
    }),
  ),
  sentiment: z.enum(["positive", "neutral", "negative", "mixed"]),
  resolved: z.enum(["yes", "no", "partly", "unknown"]),
  confidence: z.number().min(0).max(1),
  review: z.strictObject({ needed: z.boolean(), reasons: z.array(z.string()) }),
  provenance: z.strictObject({
    model: z.string(),
    promptVersion: z.string(),
    transcriptSha256: z.string(),
    createdAt: z.iso.datetime(),
  }),
});

await using model = await startModel({ misbehaving: { seed } });
await using world = await startWorld({
  llm: { provider: "openai", baseUrl: model.baseUrl, model: "misbehaving" },
  pipeline: { concurrency: 64 },
  timing: { retryMaxMs: 100 },
});
const daemon = world.start();
await daemon.connected();
const ended = new Set<string>();
const dead = (): number => daemon.lines.filter(({ msg }) => msg === "contact is a dead letter").length;
const settled = (): number => world.backend.accepted.length + dead();
while (model.requests.length < answers) {
  while (ended.size - settled() < inFlight) {
    const call = { queue: "Helder Facturen", attributes, durationMs: 1_000 };
    ended.add(quickConversation(world.platform, call).id);
  }
  await until(() => ended.size - settled() < inFlight || model.requests.length >= answers, "answers", 60_000);
}
await until(() => settled() >= ended.size, "the last contact to settle", 120_000);

const malformed = world.backend.accepted.filter(({ body }) => !posted.safeParse(body).success);
const outside = world.backend.accepted.filter(({ body }) => {
  const { category, subcategory } = body as { category?: unknown; subcategory?: unknown };
  return !pairs.has(`${category} › ${subcategory}`);
});
const keys = new Set(world.backend.accepted.map(({ key }) => key));
const reasons = new Map<string, number>();
for (const line of daemon.lines) {
  if (line.msg !== "contact is a dead letter") continue;
  reasons.set(String(line.reason), (reasons.get(String(line.reason)) ?? 0) + 1);
}
const lost = ended.size - keys.size - dead();
console.log(`${model.requests.length} answers of a model that misbehaves in every way, seed ${seed}`);
console.log(`${ended.size} contacts: ${keys.size} posted, ${dead()} dead letters, ${lost} lost`);
for (const [reason, count] of [...reasons].sort()) console.log(`  ${reason} ${count}`);
console.log(`${malformed.length} malformed posts, ${outside.length} outside the taxonomy`);
for (const { body } of malformed.slice(0, 3)) {
  const { error } = posted.safeParse(body);
  console.log(`  ${error?.issues.map(({ path, message }) => `${path.join(".")}: ${message}`).join("; ")}`);
}
const doubled = world.backend.accepted.length - keys.size;
process.exitCode = malformed.length + outside.length + lost + doubled === 0 ? 0 : 1;
