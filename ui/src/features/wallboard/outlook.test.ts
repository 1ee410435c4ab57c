import { describe, expect, it } from "vitest";
import { gaugeOf, KEPT_MS, remember, spread, ticks, type Word, wordOf } from "./outlook";

const FORECAST = { dials: 7, free: 3, freeing: 2.4, within_s: 9, in_air: 11, worth: 1.6, allowance: 14, decides: "" };

describe("what the pacer foretold", () => {
  it("is kept in order for ten minutes, each word once", () => {
    const first = wordOf(FORECAST, 0);
    expect(first.freeBy).toBeCloseTo(5.4);
    const both = remember([first], wordOf(FORECAST, 2000));
    expect(remember(both, wordOf(FORECAST, 2000))).toBe(both);
    const late = remember(both, wordOf(FORECAST, KEPT_MS + 1000));
    expect(late.map(({ at }: Word) => at)).toEqual([2000, KEPT_MS + 1000]);
  });

  it("spreads as counts do", () => {
    expect(spread(4)).toEqual([2, 6]);
    expect(spread(0.25)).toEqual([0, 0.75]);
    expect(spread(0)).toEqual([0, 0]);
  });
});

describe("the gauge", () => {
  it("shows what happened, the worst that can, and the limit", () => {
    const budget = { abandoned: 50, live_answers: 3000, cap: 0.03 };
    expect(gaugeOf(budget, { in_flight: 20, ready: 8 })).toMatchObject({ abandoned: 50, atWorst: 62, allowed: 90 });
    expect(gaugeOf(budget, { in_flight: 2, ready: 8 }).atWorst).toBe(50);
    expect(gaugeOf({ abandoned: 0, live_answers: 100, cap: 0.03 }, { in_flight: 0, ready: 0 }).allowed).toBe(3);
  });

  it("has a scale where nothing is allowed yet", () => {
    expect(gaugeOf({ abandoned: 0, live_answers: 0, cap: 0.03 }, { in_flight: 3, ready: 3 }).scale).toBeGreaterThan(1);
  });

  it("has round steps on its axis", () => {
    expect(ticks(0)).toEqual([0, 1]);
    expect(ticks(5)).toEqual([0, 2, 4, 6]);
    expect(ticks(30)).toEqual([0, 10, 20, 30]);
  });
});
