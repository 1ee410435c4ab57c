import { describe, expect, it } from "vitest";
import { place, scaleOf, ticks } from "./scale";

describe("a chart's scale", () => {
  it("holds all that is drawn, from nothing on where that is near", () => {
    expect(scaleOf([90, 110])).toEqual({ low: 0, high: 120 });
    expect(scaleOf([1980, 2120, 2050])).toEqual({ low: 1980, high: 2120 });
    expect(scaleOf([4, 4, 4])).toEqual({ low: 0, high: 4 });
    expect(scaleOf([])).toEqual({ low: 0, high: 1 });
    expect(scaleOf([0, 0])).toEqual({ low: 0, high: 1 });
  });

  it("places a value between its ends and never outside", () => {
    expect(place(50, { low: 0, high: 200 })).toBe(0.25);
    expect(place(-5, { low: 0, high: 200 })).toBe(0);
    expect(place(500, { low: 0, high: 200 })).toBe(1);
  });

  it("has a few round marks", () => {
    expect(ticks({ low: 0, high: 120 })).toEqual([0, 20, 40, 60, 80, 100, 120]);
    expect(ticks({ low: 0, high: 0.04 })).toEqual([0, 0.01, 0.02, 0.03, 0.04]);
  });
});
