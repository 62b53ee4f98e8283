/** Lines of at most `width` characters, broken between words; what goes on keeps its indentation, and `hang` more. */
export function wrap(text: string, width: number, hang = 0): string[] {
  return text.split("\n").flatMap((line) => {
    const indent = /^ */.exec(line)?.[0] ?? "";
    const further = `${indent}${" ".repeat(hang)}`;
    const lines: string[] = [];
    let current = indent;
    let isEmpty = true;
    const next = (): void => {
      lines.push(current);
      current = further;
      isEmpty = true;
    };
    for (const word of line.trimStart().split(" ")) {
      if (!isEmpty && current.length + 1 + word.length > width) next();
      current += isEmpty ? word : ` ${word}`;
      isEmpty = false;
      // A word longer than a line, a hash for one, is cut where the line ends.
      while (current.length > width && width > further.length) {
        const rest = current.slice(width);
        current = current.slice(0, width);
        next();
        current += rest;
        isEmpty = false;
      }
    }
    return [...lines, current];
  });
}

/** One line of at most `width`: up to the end of a clause where a good part of it is left, else up to a word, and `…`. */
export function shorten(text: string, width: number): string {
  if (text.length <= width) return text;
  const clauses = [...text.matchAll(/[:;,] /g)].map(({ index }) => index);
  const clause = clauses.findLast((end) => end <= width && end >= width * 0.35);
  if (clause !== undefined) return text.slice(0, clause);
  const space = text.slice(0, width).lastIndexOf(" ");
  return `${text.slice(0, space > 0 ? space : Math.max(0, width - 1))}…`;
}

/** JSON, an object or a list on one line where it fits. */
export function compactJson(value: unknown, width: number, indent = "", lead = 0): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const flat = onOneLine(value);
  if (indent.length + lead + flat.length + 1 <= width) return flat;
  const deeper = `${indent}  `;
  if (Array.isArray(value)) {
    const items = value.map((item) => `${deeper}${compactJson(item, width, deeper)}`);
    return `[\n${items.join(",\n")}\n${indent}]`;
  }
  const entries = Object.entries(value).map(([name, item]) => {
    const key = `${JSON.stringify(name)}: `;
    return `${deeper}${key}${compactJson(item, width, deeper, key.length)}`;
  });
  return `{\n${entries.join(",\n")}\n${indent}}`;
}

function onOneLine(value: unknown): string {
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  if (Array.isArray(value)) return `[${value.map(onOneLine).join(", ")}]`;
  const entries = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${onOneLine(item)}`);
  return entries.length === 0 ? "{}" : `{ ${entries.join(", ")} }`;
}

/** What a bar of `size` characters shows. */
export function share(done: number, all: number): number {
  return all === 0 ? 0 : Math.min(1, Math.max(0, done / all));
}

export function seconds(ms: number, digits = 2): string {
  return `${(ms / 1000).toFixed(digits)} s`;
}
