import { describe, expect, it } from "vitest";
import { lines, read } from "./measures";

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
