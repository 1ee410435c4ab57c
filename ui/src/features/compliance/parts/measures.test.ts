import { describe, expect, it } from "vitest";
import { count, lines, percent, read } from "./measures";

describe("values as lines", () => {
  it("reads what it wrote", () => {
    expect(read("shares", lines("shares", { GB: 0, US: 0.025 }))).toEqual({ GB: 0, US: 0.025 });
    expect(read("ages", lines("ages", { "US-FTC": 10 }))).toEqual({ "US-FTC": 10 });
  });

  it("takes a comma, a per cent sign and small letters, and refuses the rest", () => {
    expect(read("shares", "gb 2,5 %")).toEqual({ GB: 0.025 });
    expect(read("shares", "GB")).toBeUndefined();
    expect(read("ages", "US-FTC ten")).toBeUndefined();
    expect(read("ages", "  \n")).toBeNull();
  });
});

describe("a share as it is typed", () => {
  it("is per cent, or nothing, and never guessed", () => {
    expect(percent("2,5 %")).toBe(0.025);
    expect(percent("0")).toBe(0);
    expect(percent(" ")).toBeNull();
    for (const typed of ["-1", "101", "two", "1.2.3"]) expect(percent(typed)).toBeUndefined();
  });
});

describe("a count as it is typed", () => {
  it("is a whole number from nought up, or nothing", () => {
    expect(count(" 30 ")).toBe(30);
    expect(count("0")).toBe(0);
    expect(count("")).toBeNull();
  });

  it("is never guessed out of what was typed otherwise", () => {
    for (const typed of ["-5", "2.5", "1,000", "five", "1e3", "+4"]) expect(count(typed)).toBeUndefined();
  });
});
