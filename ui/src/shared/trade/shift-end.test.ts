import { describe, expect, it } from "vitest";
import { shiftEndOf } from "./shift-end";

const NOW = new Date(2026, 10, 24, 15, 0).getTime();

describe("the end of a shift", () => {
  it("is the next time the clock shows it", () => {
    expect(shiftEndOf("18:30", NOW)).toBe(new Date(2026, 10, 24, 18, 30).toISOString());
    expect(shiftEndOf(" 2.05 ", NOW)).toBe(new Date(2026, 10, 25, 2, 5).toISOString());
  });

  it("is never guessed", () => {
    for (const typed of ["", "18", "25:00", "18:60", "six", "15:00", "14:59"])
      expect(shiftEndOf(typed, NOW)).toBeNull();
  });
});
