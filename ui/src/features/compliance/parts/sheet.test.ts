import { describe, expect, it } from "vitest";
import { csv, days, depth, type Hour, hourOf } from "./sheet";

const hour = (at: string, callable = 1): Hour => ({
  at,
  callable,
  by_zone: { "America/New_York": callable },
  barred: { hours: 10 - callable },
});

describe("the sheet of a week", () => {
  it("puts each hour on its day and hour of the reader's zone", () => {
    const sheet = days([hour("2026-03-02T22:40:00Z"), hour("2026-03-02T23:00:00Z")], "Europe/Istanbul");
    expect(sheet.map((one) => one.day)).toEqual(["2026-03-03"]);
    expect(sheet[0]?.hours[1]?.at).toBe("2026-03-02T22:40:00Z");
    expect(sheet[0]?.hours[2]?.at).toBe("2026-03-02T23:00:00Z");
    expect(sheet[0]?.hours).toHaveLength(24);
  });

  it("knows midnight as 0", () => {
    expect(hourOf("2026-03-02T00:00:00Z", "UTC")).toBe(0);
  });

  it("is darkest where everybody may be called, and blank only where nobody may", () => {
    expect([depth(0, 10), depth(1, 10), depth(5, 10), depth(10, 10), depth(1, 100_000)]).toEqual([0, 1, 2, 4, 1]);
  });
});

describe("the file", () => {
  it("has a line for each hour and never a formula", () => {
    const text = csv([hour("2026-03-02T10:00:00Z", 3)], [{ code: "hours", sentence: '=Outside "hours", now' }], {
      at: "At",
      callable: "Callable",
    });
    expect(text).toBe('At,Callable,America/New_York,"\'=Outside ""hours"", now"\r\n2026-03-02T10:00:00Z,3,3,7\r\n');
  });
});
