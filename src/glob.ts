/**
 * Matches a whole name against a glob in which `*` is any run of characters and `?` any one; everything else, brackets
 * and slashes too, is itself, because queue names are prose. Upper and lower case are the same, as they are to the
 * platform. Linear in the name, however many stars there are.
 */
export function globMatcher(globs: readonly string[]): (name: string) => boolean {
  const patterns = globs.map(patternOf);
  return (name) => patterns.some((pattern) => pattern.test(name.trim()));
}

/** What stands between two stars is taken where it comes first, and for good: no later place could help the rest. */
function patternOf(glob: string): RegExp {
  const [first = "", ...parts] = glob.trim().split(/\*+/).map(literal);
  const last = parts.pop();
  const between = parts.map((part, index) => `(?=(.*?${part}))(?:\\${index + 1})`).join("");
  return new RegExp(`^${first}${between}${last === undefined ? "" : `.*${last}`}$`, "isu");
}

function literal(text: string): string {
  return text.replace(/[.+^${}()|[\]\\/]/g, "\\$&").replaceAll("?", ".");
}
