/**
 * Matches a whole name against a glob in which `*` is any run of characters and `?` any one; everything else, brackets
 * and slashes too, is itself, because queue names are prose. Upper and lower case are the same, as they are to the
 * platform.
 */
export function globMatcher(globs: readonly string[]): (name: string) => boolean {
  const patterns = globs.map((glob) => {
    const source = glob
      .trim()
      .replace(/[.+^${}()|[\]\\/]/g, "\\$&")
      .replace(/\*+/g, ".*")
      .replaceAll("?", ".");
    return new RegExp(`^${source}$`, "isu");
  });
  return (name) => patterns.some((pattern) => pattern.test(name.trim()));
}
