/** Milliseconds this process has computed so far: a clock on which nothing counts that else keeps the machine busy. */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1_000;
}
