import { describe, expect, it } from "vitest";
import { fold, meantBy, step, type Target } from "./targets";

const target = (name: string, free = true): Target => ({
  kind: "seat",
  id: name,
  name,
  state: "ready",
  ready: 1,
  free,
});

describe("who is meant", () => {
  const all = [target("Şule Işık"), target("Sam Okoye", false), target("İbrahim Yıldız"), target("Closers (roofs)")];
  const names = (query: string) => meantBy(query, all, "tr").map(({ name }) => name);

  it("Turkish letters are found without their marks, and with them", () => {
    expect(names("sule")).toEqual(["Şule Işık"]);
    expect(names("ŞULE ış")).toEqual(["Şule Işık"]);
    expect(names("ibra")).toEqual(["İbrahim Yıldız"]);
    expect(fold("IŞIK")).toBe(fold("ışık"));
  });

  it("a word may begin anywhere in the name, but is not searched inside words", () => {
    expect(names("roofs")).toEqual(["Closers (roofs)"]);
    expect(names("koye")).toEqual([]);
  });

  it("who is free stands first", () => {
    expect(names("").at(-1)).toBe("Sam Okoye");
  });
});

it("the arrows pass over who cannot be chosen", () => {
  const row = [target("a"), target("b", false), target("c")];
  expect(step(row, 0, 1)).toBe(2);
  expect(step(row, 2, 1)).toBe(2);
  expect(step(row, 2, -1)).toBe(0);
});
