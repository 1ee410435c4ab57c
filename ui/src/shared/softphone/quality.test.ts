import { describe, expect, it } from "vitest";
import { gradeOf, mosOf, qualityBetween, rating, type Sample, sampleOf } from "./quality";

const SAMPLE: Sample = { received: 0, lost: 0, jitterMs: 3, roundTripMs: 40, bufferMs: 30, lostThere: null };

describe("the E-model", () => {
  it("a line without loss or delay is as good as G.711 can be", () => {
    expect(rating(0, 0)).toBeCloseTo(93.2, 1);
    expect(mosOf(93.2)).toBeCloseTo(4.41, 2);
  });

  it.each([
    [0.01, 89.6],
    [0.05, 77.4],
    [0.1, 66.1],
  ])("a loss of %f gives R %f", (loss, r) => {
    expect(rating(loss, 0)).toBeCloseTo(r, 0);
  });

  it("delay hurts little until 177 ms, then more", () => {
    expect(rating(0, 0) - rating(0, 150)).toBeLessThan(4);
    expect(rating(0, 177) - rating(0, 400)).toBeGreaterThan(25);
  });

  it("more loss never sounds better", () => {
    const heard = Array.from({ length: 100 }, (_, percent) => mosOf(rating(percent / 100, 80)));
    expect(heard).toEqual([...heard].sort((a, b) => b - a));
    expect(Math.min(...heard)).toBeGreaterThanOrEqual(1);
  });

  it("says good, fair and poor where G.107 draws the lines", () => {
    expect([4.4, 4.03, 4.0, 3.6, 3.5, 1].map(gradeOf)).toEqual(["good", "good", "fair", "fair", "poor", "poor"]);
  });
});

describe("between two samples", () => {
  it("counts only what came in between", () => {
    const before = { ...SAMPLE, received: 900, lost: 100 };
    const now = { ...SAMPLE, received: 1_000, lost: 100 };
    expect(qualityBetween(before, now)?.loss).toBe(0);
    expect(qualityBetween(null, now)?.loss).toBeCloseTo(0.09, 2);
  });

  it("nothing received is nothing known", () => {
    expect(qualityBetween(SAMPLE, SAMPLE)).toBeNull();
  });

  it("takes the worse of both directions", () => {
    expect(qualityBetween(null, { ...SAMPLE, received: 100, lostThere: 0.2 })?.loss).toBe(0.2);
  });

  it("a packet that came late after all is no negative loss", () => {
    expect(qualityBetween({ ...SAMPLE, lost: 5 }, { ...SAMPLE, received: 50, lost: 4 })?.loss).toBe(0);
  });
});

it("reads a browser's report", () => {
  const report = [
    {
      type: "inbound-rtp",
      kind: "audio",
      packetsReceived: 500,
      packetsLost: 5,
      jitter: 0.004,
      jitterBufferDelay: 20,
      jitterBufferEmittedCount: 500,
    },
    { type: "candidate-pair", nominated: true, currentRoundTripTime: 0.08 },
    { type: "outbound-rtp", kind: "audio", packetsSent: 500 },
  ];
  expect(sampleOf(report)).toEqual({
    received: 500,
    lost: 5,
    jitterMs: 4,
    roundTripMs: 80,
    bufferMs: 40,
    lostThere: null,
  });
  expect(
    sampleOf([...report, { type: "remote-inbound-rtp", kind: "audio", roundTripTime: 0.05, fractionLost: 0.01 }]),
  ).toMatchObject({ roundTripMs: 50, lostThere: 0.01 });
});
