import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { NotYet } from "../../src/errors.ts";
import type { SpentDay, Usage } from "../../src/model.ts";
import { readDay, Spending, type SpendingOptions } from "../../src/pipeline/spending.ts";

const noon = Date.UTC(2026, 10, 20, 12);
/** A euro a thousand tokens read, two written, a tenth where cached. */
const price = { input: 1_000, cachedInput: 100, output: 2_000 };

function spendingOf(options: Partial<SpendingOptions> = {}) {
  const clock = { now: noon };
  const told = { used: [] as [string, Usage, number][], spent: 0, saved: undefined as SpentDay | undefined };
  const spending = new Spending({
    price,
    currency: "EUR",
    dailyBudget: 10,
    saved: undefined,
    save(day) {
      told.saved = day;
    },
    onUsed: (...one) => void told.used.push(one),
    onSpent() {
      told.spent += 1;
    },
    now: () => clock.now,
    ...options,
  });
  return { spending, clock, told };
}

const used = (inputTokens: number, outputTokens: number, cachedInputTokens = 0): Usage => ({
  requests: 1,
  inputTokens,
  cachedInputTokens,
  outputTokens,
});

test("what is used is priced, billed to its contact, and added to the day", () => {
  const { spending, told } = spendingOf();
  const one = spending.meter("helder");
  one.meter.reserve({ inputTokens: 1_000, outputTokens: 500 })(used(1_000, 250, 500));
  one.meter.reserve({ inputTokens: 100, outputTokens: 100 })(used(100, 0));
  const other = spending.meter("noordlicht");
  expect(one.bill()).toEqual({ cost: expect.closeTo(0.5 + 0.05 + 0.5 + 0.1), currency: "EUR" });
  expect(other.bill()).toEqual({ cost: 0, currency: "EUR" });
  expect(spending.status()).toMatchObject({
    date: "2026-11-20",
    requests: 2,
    inputTokens: 1_100,
    cachedInputTokens: 500,
    outputTokens: 250,
    cost: 1.15,
    dailyBudget: 10,
    budgetSpent: false,
  });
  expect(told.used.map(([brand]) => brand)).toEqual(["helder", "helder"]);
  expect(told.saved).toMatchObject({ requests: 2 });
});

test("without a price there is no cost to tell, and tokens are counted all the same", () => {
  const { spending } = spendingOf({ price: undefined, dailyBudget: undefined });
  const { meter, bill } = spending.meter("helder");
  meter.reserve({ inputTokens: 10, outputTokens: 10 })(used(10, 10));
  expect(bill().cost).toBeUndefined();
  expect(spending.status()).toMatchObject({ inputTokens: 10, cost: 0, dailyBudget: null });
});

describe("a budget", () => {
  test("refuses what could cost more than is left, and what is in flight counts as spent", () => {
    const { spending, told } = spendingOf();
    const { meter } = spending.meter("helder");
    const settle = meter.reserve({ inputTokens: 6_000, outputTokens: 1_000 });
    expect(() => meter.reserve({ inputTokens: 2_001, outputTokens: 0 })).toThrow(/10 does not suffice/);
    expect(told.spent).toBe(1);
    settle(used(1_000, 100));
    expect(() => meter.reserve({ inputTokens: 2_001, outputTokens: 0 })).not.toThrow();
  });

  test("raises its alarm once, and again after something went through", () => {
    const { spending, told } = spendingOf();
    const { meter } = spending.meter("helder");
    const tooMuch = () => meter.reserve({ inputTokens: 20_000, outputTokens: 0 });
    expect(tooMuch).toThrow();
    expect(tooMuch).toThrow();
    expect([told.spent, spending.status().budgetSpent]).toEqual([1, true]);
    meter.reserve({ inputTokens: 1, outputTokens: 0 })(used(1, 0));
    expect(spending.status().budgetSpent).toBe(false);
    expect(tooMuch).toThrow();
    expect(told.spent).toBe(2);
  });

  test("postpones to its next look, at the latest to the next day, and uses no attempt", () => {
    const { spending, clock } = spendingOf();
    const { meter } = spending.meter("helder");
    const refusal = (): NotYet => {
      try {
        meter.reserve({ inputTokens: 20_000, outputTokens: 0 });
      } catch (error) {
        return error as NotYet;
      }
      throw new Error("was let through");
    };
    expect(refusal()).toMatchObject({ name: "NotYet", reason: "daily_budget", notBefore: noon + 600_000 });
    clock.now = Date.UTC(2026, 10, 20, 23, 55);
    expect(refusal().notBefore).toBe(Date.UTC(2026, 10, 21));
  });

  test("that is spent stops a contact before it costs anything, and the next day lets it go on", () => {
    const { spending, clock } = spendingOf();
    spending.check();
    spending.meter("helder").meter.reserve({ inputTokens: 10_000, outputTokens: 0 })(used(10_000, 0));
    expect(() => spending.check()).toThrow(/budget/);
    clock.now += 86_400_000;
    expect(() => spending.check()).not.toThrow();
    expect(spending.status()).toMatchObject({ date: "2026-11-21", cost: 0, requests: 0 });
  });

  test("survives a restart on the same day, and is whole again on another", () => {
    const { spending, told } = spendingOf();
    spending.meter("helder").meter.reserve({ inputTokens: 9_000, outputTokens: 0 })(used(9_000, 0));
    const saved = readDay(JSON.stringify(told.saved));
    const again = spendingOf({ saved }).spending;
    expect(() => again.meter("helder").meter.reserve({ inputTokens: 1_001, outputTokens: 0 })).toThrow();
    const later = spendingOf({ saved, now: () => noon + 86_400_000 }).spending;
    expect(() => later.meter("helder").meter.reserve({ inputTokens: 9_000, outputTokens: 0 })).not.toThrow();
  });

  test("is not opened anew by a clock that is set back over midnight, but by one that was days ahead", () => {
    const midnight = Date.UTC(2026, 10, 21);
    const { spending, clock } = spendingOf();
    const buys = (at: number): boolean => {
      clock.now = at;
      try {
        spending.meter("helder").meter.reserve({ inputTokens: 6_000, outputTokens: 0 })(used(6_000, 0));
        return true;
      } catch {
        return false;
      }
    };
    const minute = 60_000;
    expect([buys(midnight - minute), buys(midnight + minute), buys(midnight - minute)]).toEqual([
      true,
      true,
      false,
    ]);
    expect(buys(midnight + 2 * minute)).toBe(false);
    expect([buys(midnight + 5 * 86_400_000), buys(midnight + minute)]).toEqual([true, true]);
  });

  test("is never overspent, whatever is asked for at once and whatever comes of it", () => {
    const step = fc.record({
      inputTokens: fc.nat(4_000),
      outputTokens: fc.nat(2_000),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
      settleNow: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const { spending } = spendingOf();
        const open: (() => void)[] = [];
        for (const { inputTokens, outputTokens, share, settleNow } of steps) {
          try {
            const settle = spending.meter("helder").meter.reserve({ inputTokens, outputTokens });
            const finish = () =>
              settle(used(Math.floor(inputTokens * share), Math.floor(outputTokens * share)));
            if (settleNow) finish();
            else open.push(finish);
          } catch {
            open.pop()?.();
          }
        }
        for (const finish of open) finish();
        expect(spending.status().cost).toBeLessThanOrEqual(10 + 1e-9);
      }),
    );
  });
});

test.each([
  [undefined],
  [""],
  ["null"],
  ["[]"],
  ['{"date":"2026-11-20"}'],
  ['{"date":1,"cost":0,"requests":0,"inputTokens":0,"cachedInputTokens":0,"outputTokens":0}'],
  ['{"date":"2026-11-20","cost":-1,"requests":0,"inputTokens":0,"cachedInputTokens":0,"outputTokens":0}'],
])("a saved day that is none (%j) is begun anew", (text) => {
  expect(readDay(text)).toBeUndefined();
});
