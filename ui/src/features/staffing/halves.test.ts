import { describe, expect, it } from "vitest";
import { csvOf } from "@/shared/sheet/csv";
import { filled, reachOf, steps, timeOf } from "./halves";

describe("half hours", () => {
  it("are told by the clock", () => {
    expect([0, 18, 19, 48].map(timeOf)).toEqual(["00:00", "09:00", "09:30", "24:00"]);
  });

  it("reach from the first to the last, and fill what lies between", () => {
    const halves = [
      { half: 18, calls: 4, handle_s: 100, talks: 0 },
      { half: 20, calls: 5, handle_s: 100, talks: 1 },
    ];
    expect(reachOf(halves)).toEqual([18, 21]);
    expect(reachOf([])).toEqual([18, 36]);
    expect(filled(halves, 18, 22, 240).map(({ half, calls }) => [half, calls])).toEqual([
      [18, 4],
      [19, 0],
      [20, 5],
      [21, 0],
    ]);
    expect(filled(halves, 20, 20, 240)).toEqual([]);
  });

  it("have an axis of round steps", () => {
    expect(steps(0)).toEqual([0, 1]);
    expect(steps(7)).toEqual([0, 2, 4, 6, 8]);
    expect(steps(43)).toEqual([0, 20, 40, 60]);
  });
});

describe("a table as a file", () => {
  it("quotes what must be quoted, and starts no formula", () => {
    expect(csvOf([["a,b", '"', "=1+1", -2]])).toBe(`"a,b","""",'=1+1,-2\r\n`);
  });
});
