import { describe, expect, it, vi } from "vitest";
import { meant, type Stroke } from "@/shared/keyboard/strokes";
import { CONSULTING, type Doings, deskKeys, KEYS, type Without } from "./keys";
import { aCall, anOffer, aSeat, DISPOSITIONS } from "./sample";
import { readSeat, type SeatKind } from "./seat";

const PLAIN: Omit<Stroke, "key"> = { ctrl: false, alt: false, meta: false, repeat: false, inField: false };

function doings(): Doings {
  const names = [
    "ready",
    "pause",
    "finishAfter",
    "hangUp",
    "hold",
    "mute",
    "keypad",
    "transfer",
    "park",
    "recording",
    "leaveMessage",
    "callWord",
    "machine",
    "person",
    "complete",
    "back",
    "all",
    "removeMe",
    "note",
    "callback",
    "repeat",
    "save",
    "call",
    "skip",
    "typeNumber",
    "choose",
  ];
  return Object.fromEntries(names.map((name) => [name, vi.fn()])) as unknown as Doings;
}

function press(
  state: "paused" | "ready" | "previewing" | "ringing" | "talking" | "wrap_up",
  key: string,
  more: Partial<Stroke> = {},
  without: Without = { mute: false, consult: null },
) {
  const all = doings();
  const seat = readSeat(aSeat(state, { call: aCall(), offer: anOffer() }));
  meant(deskKeys(seat, all, "en", without), { ...PLAIN, key, ...more }, true)?.run();
  return all;
}

describe("the keyboard map", () => {
  it("uses no key twice in one state", () => {
    for (const [kind, strokes] of Object.entries(KEYS)) {
      const keys = strokes.map(({ key }) => key.toLowerCase());
      expect(new Set(keys).size, kind).toBe(keys.length);
    }
    const consulting = deskKeys(readSeat(aSeat("talking", { call: aCall() })), doings(), "en", {
      mute: false,
      consult: "asks",
    }).map(({ key }) => key.toLowerCase());
    expect(new Set(consulting).size).toBe(consulting.length);
  });

  it("leaves the usual dispositions theirs", () => {
    const usual = new Set("0123456789bledwgkta");
    const taken = [...KEYS.talking, ...KEYS.wrap_up, ...CONSULTING].filter(({ key }) => usual.has(key));
    expect(taken).toEqual([]);
  });

  it("leaves the browser its own keys", () => {
    const taken = ["F1", "F3", "F5", "F6", "F7", "F10", "F11", "F12"];
    expect([...Object.values(KEYS).flat(), ...CONSULTING].filter(({ key }) => taken.includes(key))).toEqual([]);
  });

  it("F2 is ready in a pause and pause everywhere else", () => {
    expect(press("paused", "F2").ready).toHaveBeenCalled();
    for (const state of ["ready", "previewing", "ringing", "talking", "wrap_up"] as const) {
      expect(press(state, "F2").pause, state).toHaveBeenCalled();
    }
  });

  it("function keys work while a note is typed, letters and digits then are words", () => {
    expect(press("talking", "F9", { inField: true }).finishAfter).toHaveBeenCalled();
    expect(press("talking", "r", { inField: true }).removeMe).not.toHaveBeenCalled();
    expect(press("wrap_up", "1", { inField: true }).choose).not.toHaveBeenCalled();
  });

  it("remove me is one stroke, in the talk and after it", () => {
    expect(press("talking", "r").removeMe).toHaveBeenCalled();
    expect(press("wrap_up", "R").removeMe).toHaveBeenCalled();
  });

  it("hanging up asks for a second stroke, and only where somebody is on the line", () => {
    const states: SeatKind[] = ["closed", "elsewhere", "paused", "ready", "previewing", "wrap_up"];
    for (const state of states)
      expect(
        KEYS[state].some(({ doing }) => doing === "hangUp"),
        state,
      ).toBe(false);
    expect(KEYS.talking.find(({ doing }) => doing === "hangUp")?.twice).toBe(true);
  });

  it("a digit chooses its disposition, in the talk ahead and in the wrap-up", () => {
    expect(press("talking", "4").choose).toHaveBeenCalledWith("not_interested");
    expect(press("wrap_up", "1").choose).toHaveBeenCalledWith("sale");
    expect(press("ready", "1").choose).not.toHaveBeenCalled();
  });

  it("Enter saves in the wrap-up, calls in the preview, and does nothing in the talk", () => {
    expect(press("wrap_up", "Enter").save).toHaveBeenCalled();
    expect(press("previewing", "Enter").call).toHaveBeenCalled();
    expect(press("talking", "Enter").save).not.toHaveBeenCalled();
  });

  it("a disposition that wants a key of the map goes without", () => {
    const call = aCall({
      dispositions: [...DISPOSITIONS, { code: "x", label_en: "X", label_tr: "X", key: "c", flags: [] }],
    });
    const all = doings();
    const keys = deskKeys(readSeat(aSeat("wrap_up", { call })), all, "en");
    meant(keys, { ...PLAIN, key: "c" }, true)?.run();
    expect(all.callback).toHaveBeenCalled();
    expect(all.choose).not.toHaveBeenCalled();
  });

  it("the line is worked by keys: hold and mute even while a note is typed", () => {
    expect(press("talking", "F4", { inField: true }).hold).toHaveBeenCalled();
    expect(press("talking", "F8", { inField: true }).mute).toHaveBeenCalled();
    const doing = { m: "keypad", x: "transfer", p: "park", q: "recording", v: "leaveMessage", i: "callWord" } as const;
    for (const [key, what] of Object.entries(doing)) {
      expect(press("talking", key)[what as keyof Doings], key).toHaveBeenCalled();
      expect(press("wrap_up", key)[what as keyof Doings], key).not.toHaveBeenCalled();
      expect(press("talking", key, { inField: true })[what as keyof Doings], key).not.toHaveBeenCalled();
    }
  });

  it("a phone of another kind has a mute key of its own", () => {
    expect(press("talking", "F8", {}, { mute: true, consult: null }).mute).not.toHaveBeenCalled();
  });

  it("in a talk with a colleague there are three ways out, and nothing else is begun", () => {
    const consulting: Without = { mute: false, consult: "asks" };
    expect(press("talking", "Enter", {}, consulting).complete).toHaveBeenCalled();
    expect(press("talking", "u", {}, consulting).back).toHaveBeenCalled();
    expect(press("talking", "j", {}, consulting).all).toHaveBeenCalled();
    expect(press("talking", "x", {}, consulting).transfer).not.toHaveBeenCalled();
    expect(press("talking", "p", {}, consulting).park).not.toHaveBeenCalled();
    expect(press("talking", "q", {}, consulting).recording).toHaveBeenCalled();
    const asked: Without = { mute: false, consult: "asked" };
    expect(press("talking", "Enter", {}, asked).complete).not.toHaveBeenCalled();
    expect(press("talking", "x", {}, asked).transfer).not.toHaveBeenCalled();
  });

  it("who picked up is said by one stroke, in the talk and after it, where somebody or something did", () => {
    for (const state of ["talking", "wrap_up"] as const) {
      expect(press(state, "o").machine, state).toHaveBeenCalled();
      expect(press(state, "y").person, state).toHaveBeenCalled();
      expect(press(state, "o", { inField: true }).machine, state).not.toHaveBeenCalled();
    }
    const unanswered = readSeat(aSeat("wrap_up", { call: aCall({ answered_at: null }) }));
    expect(deskKeys(unanswered, doings(), "en").map(({ key }) => key)).not.toContain("o");
  });

  it("once it is saved no digit changes it", () => {
    const seat = readSeat(aSeat("wrap_up", { call: aCall({ disposition: "sale" }) }));
    const keys = deskKeys(seat, doings(), "en").map(({ key }) => key);
    expect(keys).not.toContain("1");
    expect(keys).not.toContain("Enter");
  });

  it("speaks the reader's language for the house's own words", () => {
    const seat = readSeat(aSeat("wrap_up", { call: aCall() }));
    expect(deskKeys(seat, doings(), "tr").find(({ key }) => key === "4")?.label).toBe("İlgilenmiyor");
  });
});
