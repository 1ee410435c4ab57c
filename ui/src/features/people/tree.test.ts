import { expect, test } from "vitest";
import { flat } from "./tree";

test("every value of a tree stands on its own line, in order", () => {
  expect(flat({ a: { b: [1, 2] }, c: [{ d: true }, { d: null }], e: {}, f: "" })).toEqual([
    ["a.b", "1, 2"],
    ["c.0.d", "true"],
    ["c.1.d", "null"],
    ["e", "–"],
    ["f", "–"],
  ]);
});
