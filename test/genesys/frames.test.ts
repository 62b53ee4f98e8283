import { expect, test } from "vitest";
import { parseFrame, saysGone } from "../../src/genesys/frames.ts";

test.each<[frame: string, gone: boolean | undefined]>([
  ['{"result":"404"}', true],
  ['{"result":404}', true],
  ['{"result":"200","status":"subscribed"}', false],
  ['{"result":null}', false],
  ['{"result":{"toString":null}}', false],
  [`{"result":${"[".repeat(100_000)}${"]".repeat(100_000)}}`, false],
  ["{}", false],
  ["[404]", undefined],
  ["null", undefined],
  ['{"result":', undefined],
])("a frame that begins %.40s says what it says, and nothing it holds is an error", (text, gone) => {
  const frame = parseFrame(text);
  expect(frame && saysGone(frame)).toBe(gone);
});
