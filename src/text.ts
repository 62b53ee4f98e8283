/** Text longer than this was not said by a person; it is cut, so that one paste cannot drown a conversation. */
const maxChars = 20_000;

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  apos: "'",
  nbsp: " ",
  euro: "€",
};

/** Zero-width, bidirectional, soft-hyphen, filler, variation and tag characters: seen by a model, not by a person. */
const invisible = /[\p{Cf}\u{115F}\u{1160}\u{3164}\u{FFA0}]|[\u{FE00}-\u{FE0F}]|[\u{E0000}-\u{E0FFF}]/gu;

/**
 * One line of plain text: no tags, entities decoded, no control, zero-width or tag characters (U+E0000 block, used to
 * hide instructions), white space folded.
 */
export function plainText(raw: string): string {
  return lines(raw).join(" ");
}

/** The same, keeping its line breaks: one element a line that holds anything. */
export function lines(raw: string): string[] {
  return withoutTags(decodeEntities(raw.slice(0, maxChars).replace(invisible, "")).replace(invisible, ""))
    .normalize("NFC")
    .toWellFormed()
    .split(/[\n\r\p{Zl}\p{Zp}]/u)
    .map((line) =>
      line
        .replace(/\p{Cc}/gu, " ")
        .replace(/\s+/g, " ")
        .trim(),
    )
    .filter((line) => line !== "");
}

/** Tags and comments, also those that only appear once others are gone. */
function withoutTags(text: string): string {
  const once = text.replace(/<\/?[a-z][^<>]*>|<!--[\s\S]*?-->/gi, " ");
  return once === text ? text : withoutTags(once);
}

function decodeEntities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|#x([\da-f]{1,6})|([a-z]{2,8}));/gi, (whole, decimal, hex, name) => {
    if (name !== undefined) return entities[(name as string).toLowerCase()] ?? whole;
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

/** Cuts to `max` characters at a word, with an ellipsis where something was left out. */
export function cut(text: string, max: number): string {
  if (text.length <= max) return text;
  // Never half of a character that is two units long.
  const head = text.slice(0, max - 1).replace(/[\uD800-\uDBFF]$/, "");
  const space = head.lastIndexOf(" ");
  return `${(space > max / 2 ? head.slice(0, space) : head).trimEnd()}…`.toWellFormed();
}

/**
 * An upstream's error text with whatever it quotes of `sources` left out: whole values, runs of two words and more,
 * and single words that identify somebody (with a digit, an @, or a capital in the source); case, percent-encoding
 * and JSON escapes make no difference. Errors and logs never carry what was said; that a harmless phrase goes with it
 * now and then is the price.
 */
export function withoutQuotes(text: string, sources: readonly string[]): string {
  const known = knownWords(sources);
  const found = [...unescaped(text).matchAll(wordPattern)];
  const words = found.map(([word]) => word.toLowerCase());
  const quoted = words.map((word) =>
    [word, ...word.split(/[.'’_-]/u)].some((part) => known.identifying.has(part)),
  );
  for (let index = 0; index + 1 < words.length; index++) {
    if (known.pairs.has(`${words[index]} ${words[index + 1]}`)) quoted.fill(true, index, index + 2);
  }
  let safe = "";
  let from = 0;
  for (const [index, match] of found.entries()) {
    if (!quoted[index]) continue;
    safe += `${unescaped(text).slice(from, match.index)}${quoted[index - 1] ? "" : "[…]"}`;
    from = match.index + match[0].length;
  }
  return `${safe}${unescaped(text).slice(from)}`.replace(/\[…\][^\p{L}\d]*(?=\[…\])/gu, "");
}

function knownWords(sources: readonly string[]): { identifying: Set<string>; pairs: Set<string> } {
  const identifying = new Set<string>();
  const pairs = new Set<string>();
  for (const source of sources.flatMap((one) => [one, unescaped(one)])) {
    const words = source.match(wordPattern) ?? [];
    for (const [index, word] of words.entries()) {
      for (const part of [word, ...word.split(/[.'’_-]/u)]) {
        if (/[\d@\p{Lu}]/u.test(part)) identifying.add(part.toLowerCase());
      }
      const next = words[index + 1];
      if (next !== undefined) pairs.add(`${word} ${next}`.toLowerCase());
    }
    // A value of one word has no run to be known by.
    if (words.length === 1 && words[0] !== undefined) identifying.add(words[0].toLowerCase());
  }
  return { identifying, pairs };
}

/** Percent-encoding and JSON's escapes undone, as far as they are well formed. */
function unescaped(text: string): string {
  return text
    .replace(/\\u([\da-f]{4})/gi, (_whole, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
    .replace(/\\[nrt]/g, " ")
    .replace(/(?:%[\da-f]{2})+/gi, (run) => {
      try {
        return decodeURIComponent(run);
      } catch {
        return run;
      }
    });
}

const wordPattern = /[\p{L}\p{N}@]+(?:[.'’_-][\p{L}\p{N}@]+)*/gu;
