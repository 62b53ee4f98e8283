import type { Guest } from "./crowd.ts";

/** A brand's balance, as the daemon's `/status` tells it. */
export interface Balance {
  readonly ended: number;
  readonly posted: number;
  readonly skipped: Readonly<Record<string, number>>;
  readonly waiting: Readonly<Record<string, number>>;
  readonly dead: Readonly<Record<string, number>>;
}

/** Everything both sides know at the end of the hour. */
export interface Books {
  /** What ended, as the simulator knows it. */
  readonly guests: readonly Guest[];
  /** What the backend took. */
  readonly taken: readonly {
    readonly conversationId: string;
    readonly brand: string;
    readonly key: string;
  }[];
  /** By brand; `""` is none, `"*"` all. */
  readonly balances: Readonly<Record<string, Balance>>;
  /** By conversation: where the daemon first heard of its end. */
  readonly foundBy: ReadonlyMap<string, string>;
  /** Faults that are not over. */
  readonly lasting: readonly string[];
  /** Of the daemon, after SIGTERM. */
  readonly exitCode: number;
}

/** What does not hold, a sentence each: `ended = posted + skipped + waiting + dead`, and nothing lost nor twice. */
export function auditOf({ guests, taken, balances, foundBy, lasting, exitCode }: Books): string[] {
  return [
    ...brandsOf(guests).flatMap((brand) =>
      auditBrand(
        brand,
        guests.filter((guest) => guest.brand === brand),
        balances[brand],
      ),
    ),
    ...Object.keys(balances)
      .filter((brand) => brand !== "*" && !brandsOf(guests).includes(brand))
      .map((brand) => `${nameOf(brand)}: the daemon has a balance, and nothing ended there`),
    ...auditBackend(guests, taken),
    ...some(
      guests.filter(({ conversationId }) => !foundBy.has(conversationId)),
      "never came to the daemon's notice",
    ),
    ...lasting.map((name) => `the fault "${name}" was not made good`),
    ...(exitCode === 0 ? [] : [`the daemon ended with exit code ${exitCode} after SIGTERM`]),
  ];
}

function auditBrand(brand: string, guests: readonly Guest[], balance: Balance | undefined): string[] {
  const who = nameOf(brand);
  if (!balance) return [`${who}: ${guests.length} conversations ended, and the daemon has no balance of it`];
  const { ended, posted, skipped, waiting, dead } = balance;
  const sum = posted + total(skipped) + total(waiting) + total(dead);
  const broken: string[] = [];
  const holds = (is: number, should: number, what: string): void => {
    if (is !== should) broken.push(`${who}: ${is} ${what}, not ${should}`);
  };
  if (ended !== sum) {
    broken.push(
      `${who}: the balance does not hold: ${ended} ended ≠ ${posted} posted + ${total(skipped)} skipped + ` +
        `${total(waiting)} waiting + ${total(dead)} dead`,
    );
  }
  holds(ended, guests.length, "ended by the daemon's count");
  holds(posted, guests.filter(({ expected }) => expected.kind === "log").length, "posted");
  holds(total(waiting), 0, `still waiting (${reasonsOf(waiting)})`);
  holds(total(dead), 0, `dead (${reasonsOf(dead)})`);
  const wanted = countBy(
    guests.flatMap(({ expected }) => (expected.kind === "skip" ? [expected.reason] : [])),
  );
  for (const reason of new Set([...Object.keys(wanted), ...Object.keys(skipped)])) {
    holds(skipped[reason] ?? 0, wanted[reason] ?? 0, `skipped as ${reason}`);
  }
  return broken;
}

function auditBackend(guests: readonly Guest[], taken: Books["taken"]): string[] {
  const times = countBy(taken.map(({ conversationId }) => conversationId));
  const known = new Map(guests.map((guest) => [guest.conversationId, guest]));
  const timesOf = ({ conversationId }: Guest): number => times[conversationId] ?? 0;
  const [logs, skips] = [
    guests.filter(({ expected }) => expected.kind === "log"),
    guests.filter(({ expected }) => expected.kind === "skip"),
  ];
  const astray = taken.filter(({ conversationId, brand }) => known.get(conversationId)?.brand !== brand);
  return [
    ...some(
      logs.filter((guest) => timesOf(guest) === 0),
      "have no contact log in the backend",
    ),
    ...some(
      logs.filter((guest) => timesOf(guest) > 1),
      "have more than one contact log in the backend",
    ),
    ...some(
      skips.filter((guest) => timesOf(guest) > 0),
      "should have been skipped and were posted",
    ),
    ...(astray.length === 0 ? [] : [`${astray.length} contact logs went to another brand than their own`]),
  ];
}

function some(guests: readonly Guest[], what: string): string[] {
  if (guests.length === 0) return [];
  const few = guests.slice(0, 3).map(({ conversationId, name }) => `${conversationId} (${name})`);
  const more = guests.length > few.length ? " …" : "";
  return [`${guests.length} conversations ${what}: ${few.join(", ")}${more}`];
}

/** Brands where something ended, in order, none last. */
export function brandsOf(guests: readonly Guest[]): string[] {
  return [...new Set(guests.map(({ brand }) => brand))].sort((a, b) =>
    a === "" ? 1 : b === "" ? -1 : a.localeCompare(b),
  );
}

export function nameOf(brand: string): string {
  return brand === "" ? "(no brand)" : brand;
}

export function total(counts: Readonly<Record<string, number>>): number {
  return Object.values(counts).reduce((sum, n) => sum + n, 0);
}

export function countBy(names: readonly string[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const name of names) counts[name] = (counts[name] ?? 0) + 1;
  return counts;
}

function reasonsOf(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([reason, n]) => `${n} ${reason}`)
    .join(", ");
}
