/** Encodings by the models that speak them, first match wins; whatever else is served today is close to the last. */
const encodings = [
  { models: /^(?:gpt-4(?!o|\.)|gpt-3\.5|gpt-35)/, load: () => import("gpt-tokenizer/encoding/cl100k_base") },
  { models: /(?:)/, load: () => import("gpt-tokenizer/encoding/o200k_base") },
] as const;

/** One run of letters costs its square to encode: a longer text is counted in pieces, a token too many at each joint. */
const pieceChars = 2_000;
/** What a chat message costs beside its words. */
const tokensAMessage = 4;

/** Tokens of a text as the model's own encoding counts them; an unknown model is counted as the current ones do. */
export async function countTokens(model: string, text: string): Promise<number> {
  const { load } = encodings.find(({ models }) => models.test(model)) as (typeof encodings)[number];
  const { countTokens: count } = await load();
  let tokens = 0;
  for (let start = 0; start < text.length; start += pieceChars) {
    // Nothing said by a customer is a control token.
    tokens += count(text.slice(start, start + pieceChars), { disallowedSpecial: new Set() });
  }
  return tokens;
}

/** Tokens of a whole request. */
export async function countMessages(
  model: string,
  messages: readonly { readonly content?: unknown }[],
): Promise<number> {
  let tokens = tokensAMessage;
  for (const { content } of messages) {
    tokens += tokensAMessage + (await countTokens(model, typeof content === "string" ? content : ""));
  }
  return tokens;
}
