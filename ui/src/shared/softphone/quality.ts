/**
 * How good the line is, from what the browser counted.
 *
 * Source: ITU-T G.107 (06/2015), the E-model with its default values (R0 − Is = 93.2, A = 0), delay impairment in the
 * simplified form of Cole and Rosenbluth (2001), loss impairment Ie,eff with random loss, and G.107 annex B for R → MOS.
 * Ie = 0 and Bpl = 25.1 are G.711 with loss concealment (G.113 appendix I): the far side is a telephone network, so
 * the line is never better than that, whatever Opus could do.
 */

/** What one `getStats()` said; counters run from the start of the line. */
export interface Sample {
  received: number;
  lost: number;
  jitterMs: number;
  roundTripMs: number | null;
  /** Delay of the buffer that evens out jitter. */
  bufferMs: number;
  /** The share of our own packets that the other side missed, where it says so. */
  lostThere: number | null;
}

/** `loss` is a share (0 to 1), the worse of both directions; `mos` is 1 to 4.4. */
export interface Quality {
  loss: number;
  jitterMs: number;
  roundTripMs: number | null;
  mos: number;
}

const R_BEST = 93.2;
const BPL = 25.1;
const FRAME_MS = 20;

/** Between two samples; null where nothing was received in between. */
export function qualityBetween(before: Sample | null, now: Sample): Quality | null {
  const received = now.received - (before?.received ?? 0);
  const lost = Math.max(0, now.lost - (before?.lost ?? 0));
  if (received + lost <= 0) return null;
  const loss = Math.max(lost / (received + lost), now.lostThere ?? 0);
  const delay = (now.roundTripMs ?? 0) / 2 + now.bufferMs + FRAME_MS;
  return { loss, jitterMs: now.jitterMs, roundTripMs: now.roundTripMs, mos: mosOf(rating(loss, delay)) };
}

/** R of the E-model: `loss` 0 to 1, `delay` one way in ms. */
export function rating(loss: number, delay: number): number {
  const delayed = 0.024 * delay + (delay > 177.3 ? 0.11 * (delay - 177.3) : 0);
  const percent = loss * 100;
  const lossy = (95 * percent) / (percent + BPL);
  return R_BEST - delayed - lossy;
}

/** G.107 annex B. */
export function mosOf(r: number): number {
  if (r <= 0) return 1;
  if (r >= 100) return 4.5;
  return Math.max(1, 1 + 0.035 * r + r * (r - 60) * (100 - r) * 7e-6);
}

export type Grade = "good" | "fair" | "poor";

/** G.107 annex B, table B.1: from 4.03 users are satisfied, from 3.6 some are dissatisfied, below that many. */
export function gradeOf(mos: number): Grade {
  if (mos >= 4.03) return "good";
  return mos >= 3.6 ? "fair" : "poor";
}

/** The newest sample in a report; the report's names are those of webrtc-stats. */
export function sampleOf(report: Iterable<Readonly<Record<string, unknown>>>): Sample {
  const sample: Sample = {
    received: 0,
    lost: 0,
    jitterMs: 0,
    roundTripMs: null,
    bufferMs: 0,
    lostThere: null,
  };
  let pairMs: number | null = null;
  for (const one of report) {
    if (one.type === "inbound-rtp" && one.kind === "audio") {
      sample.received = amount(one.packetsReceived);
      sample.lost = amount(one.packetsLost);
      sample.jitterMs = amount(one.jitter) * 1_000;
      const emitted = amount(one.jitterBufferEmittedCount);
      sample.bufferMs = emitted > 0 ? (amount(one.jitterBufferDelay) / emitted) * 1_000 : 0;
    } else if (one.type === "remote-inbound-rtp" && one.kind === "audio") {
      if (typeof one.roundTripTime === "number") sample.roundTripMs = one.roundTripTime * 1_000;
      if (typeof one.fractionLost === "number") sample.lostThere = one.fractionLost;
    } else if (one.type === "candidate-pair" && one.nominated === true) {
      if (typeof one.currentRoundTripTime === "number") pairMs = one.currentRoundTripTime * 1_000;
    }
  }
  sample.roundTripMs ??= pairMs;
  return sample;
}

function amount(value: unknown): number {
  return typeof value === "number" ? value : 0;
}
