import type { BrandConfig, Config } from "../config.ts";
import type { Check } from "./check.ts";
import { conversationCheck } from "./conversation.ts";
import { destinationChecks } from "./destinations.ts";
import { clockCheck, loginChecks } from "./login.ts";
import { modelCheck } from "./model.ts";
import { permissionChecks } from "./permissions.ts";
import { portCheck } from "./port.ts";
import { brandChecks, queuesCheck, transcriptionCheck } from "./queues.ts";
import type { Scene } from "./scene.ts";
import { stateCheck } from "./state.ts";
import { topicsChecks } from "./topics.ts";
import { tracingCheck } from "./tracing.ts";

/** All there is to prove before the first run, those that others need before these. */
export function createChecks(scene: Scene): readonly Check[] {
  const { config } = scene;
  const served = config.brands.filter(({ id }) => config.served.includes(id));
  const [first] = served;
  return [
    secretsCheck(config),
    promptsCheck(served),
    stateCheck(config.state.file),
    portCheck(config.http),
    ...loginChecks(scene),
    clockCheck(scene),
    ...permissionChecks(scene),
    queuesCheck(scene),
    ...brandChecks(scene),
    transcriptionCheck(scene),
    ...topicsChecks(scene),
    conversationCheck(scene),
    ...(first === undefined ? [] : [modelCheck(config, first)]),
    ...destinationChecks(scene),
    ...(config.tracing === undefined ? [] : [tracingCheck(config.tracing)]),
  ];
}

/** A configuration that was read has every secret it names. */
function secretsCheck({ secretNames }: Config): Check {
  const summary = secretNames.length > 0 ? `read: ${secretNames.join(", ")}` : "none is named";
  return { id: "secrets", run: async () => ({ ok: true, summary }) };
}

/** And every prompt. */
function promptsCheck(brands: readonly BrandConfig[]): Check {
  const summary = brands
    .map(({ id, language, prompts }) => `${id} ${language}, ${prompts.log.length} characters`)
    .join("; ");
  return { id: "prompts", run: async () => ({ ok: true, summary }) };
}
