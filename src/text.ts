/** A field of somebody else's program that is longer than this says nothing more. */
const longestField = 20_000;

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
 * hide instructions), white space folded. Linear in its length.
 * @param maxChars what follows is cut off; Infinity for what a person wrote, of which nothing is
 */
export function plainText(raw: string, maxChars = longestField): string {
  return lines(raw, maxChars).join(" ");
}

/** The same, keeping its line breaks: one element a line that holds anything. */
export function lines(raw: string, maxChars = longestField): string[] {
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

/** Tags and comments, also those that only appear once others are gone: in one go, however deep they are nested. */
function withoutTags(text: string): string {
  if (!text.includes("<")) return text;
  const kept: string[] = [];
  /** Where in `kept` those begin that are not closed yet. */
  let open: number[] = [];
  for (const [piece] of withoutComments(text).matchAll(/[<>]|[^<>]+/g)) {
    if (piece === "<") open.push(kept.length);
    const from = piece === ">" ? open.pop() : undefined;
    if (from !== undefined && /^\/?[a-z]/i.test(kept[from + 1] ?? "")) {
      kept.length = from;
      kept.push(" ");
    } else {
      kept.push(piece);
      // A bracket that stays is in the way of every tag around it.
      if (piece === ">") open = [];
    }
  }
  return kept.join("");
}

/** Nothing that goes with a tag makes a comment, so they go first. */
function withoutComments(text: string): string {
  const kept: string[] = [];
  let from = 0;
  for (;;) {
    const start = text.indexOf("<!--", from);
    const end = start < 0 ? -1 : text.indexOf("-->", start + 4);
    if (end < 0) return [...kept, text.slice(from)].join("");
    kept.push(text.slice(from, start), " ");
    from = end + 3;
  }
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
  return quoteRemover(sources)(text);
}

/** The same for many texts: the sources are read once. */
export function quoteRemover(sources: readonly string[]): (text: string) => string {
  const known = knownWords(sources);
  return (text) => withoutKnown(text, known);
}

interface KnownWords {
  readonly identifying: ReadonlySet<string>;
  readonly pairs: ReadonlySet<string>;
}

/** Linear in the text's length. */
function withoutKnown(text: string, known: KnownWords): string {
  const plain = unescaped(text);
  const found = [...plain.matchAll(wordPattern)];
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
    safe += `${plain.slice(from, match.index)}${quoted[index - 1] ? "" : "[…]"}`;
    from = match.index + match[0].length;
  }
  return `${safe}${plain.slice(from)}`.replace(/\[…\][^\p{L}\d]*(?=\[…\])/gu, "");
}

function knownWords(sources: readonly string[]): KnownWords {
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
