import { describe, expect, it } from "vitest";
import { loudness, meantBy, nextSpeed, outline, timeAt, timeInCall } from "./waveform";

describe("the shape", () => {
  it("is read from one byte for each moment", () => {
    expect(loudness(btoa("\x00\x33\xff"))).toEqual([0, 0.2, 1]);
  });

  it("is nothing where it cannot be read", () => {
    expect(loudness("not base64!")).toEqual([]);
    expect(outline([])).toBe("");
  });

  it("goes up on one side and comes back on the other", () => {
    expect(outline([0, 1, 0.25])).toBe("M0 1L0 1L1 0L2 0.5L2 1.5L1 2L0 1Z");
  });
});

describe("time", () => {
  it("is a share of the length, never outside it", () => {
    expect([-1, 0.5, 2].map((share) => timeAt(share, 90))).toEqual([0, 45, 90]);
  });

  it("of the call counts what was left out", () => {
    const gaps = [
      { at_s: 10, lasted_s: 20 },
      { at_s: 30, lasted_s: 5 },
    ];
    expect([5, 10, 29, 31].map((at) => timeInCall(at, gaps))).toEqual([5, 30, 49, 56]);
  });
});

describe("keys", () => {
  const now = { at: 3, seconds: 60, speed: 1 };

  it("play, go, and change the speed", () => {
    expect(meantBy(" ", now)).toEqual({ kind: "toggle" });
    expect(meantBy("ArrowRight", now)).toEqual({ kind: "seek", to: 8 });
    expect(meantBy("ArrowUp", now)).toEqual({ kind: "speed", speed: 1.25 });
  });

  it("never leave the recording", () => {
    expect(meantBy("ArrowLeft", now)).toEqual({ kind: "seek", to: 0 });
    expect(meantBy("PageUp", { ...now, at: 50 })).toEqual({ kind: "seek", to: 60 });
    expect(meantBy("End", now)).toEqual({ kind: "seek", to: 60 });
  });

  it("that mean nothing here are left to others", () => {
    expect(meantBy("a", now)).toBeNull();
  });

  it("stop at the ends of the scale", () => {
    expect([nextSpeed(2, 1), nextSpeed(0.75, -1), nextSpeed(1, -1)]).toEqual([2, 0.75, 0.75]);
  });
});
