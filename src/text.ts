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

/** Zero-width, bidirectional, variation and tag characters: seen by a model, not by a person. */
const invisible =
  /[\u{200B}-\u{200F}\u{202A}-\u{202E}\u{2060}-\u{206F}\u{FEFF}]|[\u{FE00}-\u{FE0F}]|[\u{E0000}-\u{E0FFF}]/gu;

/**
 * One line of plain text: no tags, entities decoded, no control, zero-width or tag characters (U+E0000 block, used to
 * hide instructions), white space folded.
 */
export function plainText(raw: string): string {
  return lines(raw).join(" ");
}

/** The same, keeping its line breaks: one element a line that holds anything. */
export function lines(raw: string): string[] {
  return decodeEntities(raw.slice(0, maxChars))
    .replace(/<\/?[a-z][^<>]{0,2000}>|<!--[\s\S]{0,2000}?-->/gi, " ")
    .normalize("NFC")
    .replace(invisible, "")
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
  const head = text.slice(0, max - 1);
  const space = head.lastIndexOf(" ");
  return `${(space > max / 2 ? head.slice(0, space) : head).trimEnd()}…`.toWellFormed();
}

/**
 * An upstream's error text with whatever it quotes of `sources` left out: runs of three words and more, and single
 * words that identify somebody (with a digit, an @, or a capital). Errors and logs never carry what was said.
 */
export function withoutQuotes(text: string, sources: readonly string[]): string {
  const words = sources.join(" ").match(wordPattern) ?? [];
  const known = new Set(words);
  const runs = new Set(words.map((_word, index) => words.slice(index, index + 3).join(" ")));
  const found = [...text.matchAll(wordPattern)];
  const quoted = found.map(([word]) => known.has(word) && /[\d@\p{Lu}]/u.test(word));
  for (let index = 0; index + 2 < found.length; index++) {
    if (
      !runs.has(
        found
          .slice(index, index + 3)
          .map(([word]) => word)
          .join(" "),
      )
    )
      continue;
    quoted.fill(true, index, index + 3);
  }
  let safe = "";
  let from = 0;
  for (const [index, match] of found.entries()) {
    if (!quoted[index]) continue;
    safe += `${text.slice(from, match.index)}${quoted[index - 1] ? "" : "[…]"}`;
    from = match.index + match[0].length;
  }
  return `${safe}${text.slice(from)}`.replace(/\[…\][^\p{L}\d]*(?=\[…\])/gu, "");
}

const wordPattern = /[\p{L}\p{N}@]+(?:[.'’_-][\p{L}\p{N}@]+)*/gu;
