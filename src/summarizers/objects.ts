/** So many braces are looked at as the beginning of an object. */
const mostObjects = 20;

/** A JSON object that stands in a text, without what only wraps it; `length` in characters. */
export interface FoundObject {
  readonly value: object;
  readonly length: number;
}

/** The JSON objects of a text, in order: fences, thoughts and prose may lie around them, and hold braces too. */
export function objectsIn(text: string): FoundObject[] {
  const thoughts = text.lastIndexOf("</think>");
  const found = thoughts < 0 ? [] : objectsFrom(text, thoughts);
  return found.length > 0 ? found : objectsFrom(text, 0);
}

function objectsFrom(text: string, from: number): FoundObject[] {
  const found: FoundObject[] = [];
  let at = text.indexOf("{", from);
  for (let tries = 0; at >= 0 && tries < mostObjects; tries++) {
    const end = objectEnd(text, at);
    // What was cut off in the midst of an object has no answer in it, only parts of one.
    if (end === undefined) break;
    const value = parsed(text.slice(at, end));
    if (value !== undefined) found.push({ value: unwrapped(value), length: end - at });
    at = text.indexOf("{", value === undefined ? at + 1 : end);
  }
  return found;
}

/**
 * Where the brace that opens at an offset is closed, or undefined; braces inside strings are text. Linear: a string may
 * lack its end, and then none behind it has one, so that from there on braces alone are looked at.
 */
function objectEnd(text: string, from: number): number | undefined {
  let mark = /"(?:[^"\\]+|\\.)*("?)|[{}]/gs;
  mark.lastIndex = from;
  let depth = 0;
  for (let match = mark.exec(text); match !== null; match = mark.exec(text)) {
    if (match[1] === "") {
      mark = /[{}]/g;
      mark.lastIndex = match.index;
    }
    depth += match[0] === "{" ? 1 : match[0] === "}" ? -1 : 0;
    if (depth === 0) return mark.lastIndex;
  }
  return undefined;
}

function parsed(json: string): object | undefined {
  try {
    return JSON.parse(json) as object;
  } catch {
    return undefined;
  }
}

/** `{"contact_log": {…}}`: some endpoints put the schema's name around the answer. */
function unwrapped(value: object): object {
  const values: unknown[] = Object.values(value);
  const [only] = values;
  return values.length === 1 && typeof only === "object" && only !== null && !Array.isArray(only)
    ? only
    : value;
}
