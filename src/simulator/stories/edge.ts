import type { EdgeStory } from "../story.ts";
import { edgeCalls } from "./edge-calls.ts";
import { edgeConsults } from "./edge-consults.ts";
import { edgeDigital } from "./edge-digital.ts";

/** What happens seldom and goes wrong easily, one short story each, with what should become of it. */
export const edgeStories: readonly EdgeStory[] = [...edgeConsults, ...edgeCalls, ...edgeDigital];
