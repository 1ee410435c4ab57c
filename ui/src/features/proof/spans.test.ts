import { expect, test } from "vitest";
import { dayBegins } from "@/shared/time/days";
import { pastQuarters } from "./spans";

test("the last quarters are whole ones, the newest first, across the turn of a year", () => {
  const [first, second] = pastQuarters(new Date(2026, 1, 14), 2);
  expect(first).toEqual({ year: 2025, quarter: 4, first: "2025-10-01", last: "2025-12-31" });
  expect(second).toEqual({ year: 2025, quarter: 3, first: "2025-07-01", last: "2025-09-30" });
});

test("a day begins at the reader's midnight, and the next one after it", () => {
  expect(dayBegins("2026-12-31", 1)).toBe(new Date(2027, 0, 1).toISOString());
  expect(dayBegins("")).toBeNull();
});
