import { describe, expect, it } from "vitest";
import { type Binding, isField, meant, press, type Stroke, Typing } from "./strokes";

const STROKE: Stroke = { key: "i", ctrl: false, alt: false, meta: false, repeat: false, inField: false };
const bind = (key: string, twice = false): Binding => ({ key, label: key, run: () => {}, twice });

describe("which key is meant", () => {
  it("AltGr types letters on a Turkish keyboard, so nothing with Ctrl or Alt is ours", () => {
    expect(meant([bind("q")], { ...STROKE, key: "q", ctrl: true, alt: true }, true)).toBeNull();
    expect(meant([bind("k")], { ...STROKE, key: "k", meta: true }, true)).toBeNull();
  });

  it("İ, I, ı and i are one key", () => {
    for (const key of ["İ", "I", "ı", "i"]) expect(meant([bind("i")], { ...STROKE, key }, true), key).not.toBeNull();
  });

  it("single keys can be turned off, function keys stay", () => {
    expect(meant([bind("r")], { ...STROKE, key: "r" }, false)).toBeNull();
    expect(meant([bind("F2")], { ...STROKE, key: "F2" }, false)).not.toBeNull();
  });

  it("a held key does its deed once, unless holding is the deed", () => {
    expect(meant([bind("r")], { ...STROKE, key: "r", repeat: true }, true)).toBeNull();
    expect(meant([bind("h", true)], { ...STROKE, key: "h", repeat: true }, true)).not.toBeNull();
  });
});

describe("two strokes, or a hold", () => {
  it("the first arms, the second fires", () => {
    const first = press(null, "h", 0, false);
    expect(first.fire).toBe(false);
    expect(press(first.armed, "h", 900, false).fire).toBe(true);
  });

  it("a second stroke too late arms anew", () => {
    const { armed } = press(null, "h", 0, false);
    expect(press(armed, "h", 1_501, false)).toEqual({ fire: false, armed: { key: "h", at: 1_501 } });
  });

  it("held for 400 ms it fires, shorter it does not", () => {
    const { armed } = press(null, "h", 0, false);
    expect(press(armed, "h", 399, true).fire).toBe(false);
    expect(press(armed, "h", 400, true).fire).toBe(true);
  });

  it("after it fired, a key still held arms nothing", () => {
    expect(press(null, "h", 500, true)).toEqual({ fire: false, armed: null });
  });
});

it("a text field takes letters, a checkbox and a button do not", () => {
  const make = (html: string) => {
    document.body.innerHTML = html;
    return document.body.firstElementChild;
  };
  expect(isField(make("<textarea></textarea>"))).toBe(true);
  expect(isField(make('<input type="tel">'))).toBe(true);
  expect(isField(make('<input type="checkbox">'))).toBe(false);
  expect(isField(make("<button>x</button>"))).toBe(false);
});

describe("a word whose field has left the screen", () => {
  it("is not a row of commands", () => {
    const typing = new Typing();
    expect(typing.goesOn("a", true, 0)).toBe(false);
    expect(["r", "9", "h"].map((key, index) => typing.goesOn(key, false, 200 + index * 300))).toEqual([
      true,
      true,
      true,
    ]);
  });

  it("ends with a breath, with Escape, with the mouse", () => {
    const typing = new Typing();
    typing.goesOn("a", true, 0);
    expect(typing.goesOn("r", false, 1_000)).toBe(false);
    typing.goesOn("a", true, 2_000);
    typing.goesOn("Escape", true, 2_050);
    expect(typing.goesOn("r", false, 2_100)).toBe(false);
    typing.goesOn("a", true, 3_000);
    typing.end();
    expect(typing.goesOn("r", false, 3_100)).toBe(false);
  });
});
