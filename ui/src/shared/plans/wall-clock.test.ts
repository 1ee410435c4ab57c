import { describe, expect, it } from "vitest";
import { momentOf, wallClock } from "./wall-clock";

describe("a clock on the wall", () => {
  it("shows a moment in its zone, and back", () => {
    expect(wallClock("2026-03-03T21:00:00Z", "America/New_York")).toBe("2026-03-03T16:00");
    expect(momentOf("2026-03-03T16:00", "America/New_York")).toBe("2026-03-03T16:00:00-05:00");
    expect(momentOf("2026-07-03T16:00", "Europe/Istanbul")).toBe("2026-07-03T16:00:00+03:00");
    expect(momentOf("2026-07-03T16:00", "UTC")).toBe("2026-07-03T16:00:00+00:00");
  });

  it("knows the offset of that day, not of today", () => {
    expect(momentOf("2026-03-08T12:00", "America/New_York")).toBe("2026-03-08T12:00:00-04:00");
    expect(momentOf("2026-03-07T12:00", "America/New_York")).toBe("2026-03-07T12:00:00-05:00");
    expect(momentOf("", "UTC")).toBe("");
  });
});
