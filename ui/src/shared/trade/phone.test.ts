import { expect, it } from "vitest";
import { phoneWords } from "./phone";

it("numbers are written as people write them", () => {
  expect(phoneWords("+19785550188")).toBe("+1 978 555 0188");
  expect(phoneWords("+905550001234")).toBe("+90 555 000 12 34");
  expect(phoneWords("+442079460123")).toBe("+442079460123");
});
