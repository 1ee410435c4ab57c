import { expect, it } from "vitest";
import { moved } from "./order";
import { costOf, priceFor, pricesOf, rowsOf } from "./prices";

const ROWS = rowsOf([
  { prefix: "", per_minute: "0.05" },
  { prefix: "1", per_minute: "0.01", first_s: 6, then_s: 6 },
  { prefix: "1787", per_minute: "0.04", first_s: 30, then_s: 6 },
]);

it("the longest beginning that fits has the price", () => {
  expect(
    ["+1 202 555 0100", "+1 787 555 0100", "+90 212 555 01 00"].map((it) => priceFor(it, ROWS)?.perMinute),
  ).toEqual(["0.01", "0.04", "0.05"]);
  expect(priceFor("+44", ROWS.slice(1))).toBeNull();
});

it("the first seconds are paid at least, then every step begun", () => {
  const row = { prefix: "", perMinute: "0,60", firstS: 30, thenS: 6 };
  expect([1, 30, 31, 36, 37].map((seconds) => costOf(row, seconds))).toEqual([0.3, 0.3, 0.36, 0.36, 0.42]);
});

it("what was typed in a hurry is what the API wants", () => {
  expect(pricesOf([{ prefix: "+90 5", perMinute: "0,07", firstS: 1, thenS: 1 }])).toEqual([
    { prefix: "905", per_minute: "0.07", first_s: 1, then_s: 1 },
  ]);
  expect(pricesOf([{ prefix: "9", perMinute: " ", firstS: 1, thenS: 1 }])).toEqual([]);
});

it("moving keeps all, and stays inside", () => {
  expect(moved(["a", "b", "c"], 2, 0)).toEqual(["c", "a", "b"]);
  expect(moved(["a", "b", "c"], 0, 1)).toEqual(["b", "a", "c"]);
  expect(moved(["a", "b"], 0, -1)).toEqual(["a", "b"]);
  expect(moved(["a", "b"], 1, 2)).toEqual(["a", "b"]);
});
