/** @param {number} n */
export function count(n) {
  return n.toLocaleString("en-GB");
}

/**
 * A length of time as people say it.
 * @param {number} ms
 */
export function lasting(ms) {
  const seconds = Math.max(0, ms) / 1_000;
  if (seconds < 10) return `${seconds.toFixed(seconds < 1 ? 2 : 1)} s`;
  if (seconds < 90) return `${Math.round(seconds)} s`;
  if (seconds < 5_400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129_600) return `${Math.round(seconds / 3_600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/**
 * The time of day here; the date too where it is another day.
 * @param {number} at epoch milliseconds
 */
export function clock(at) {
  const date = new Date(at);
  const time = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString()
    ? time
    : `${date.toLocaleDateString("sv-SE")} ${time}`;
}

/**
 * A code of the program in words: `not_authenticated` as `not authenticated`.
 * @param {string} code
 */
export function worded(code) {
  return code.replaceAll("_", " ");
}

/** @param {Readonly<Record<string, number>>} counts */
export function total(counts) {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

/** @param {string | undefined} brand */
export function brandName(brand) {
  if (brand === "*") return "all brands";
  return brand === undefined || brand === "" ? "no brand" : brand;
}
