/** The shape of a recording and its times, as numbers; drawing and playing stand elsewhere. */

export interface Gap {
  at_s: number;
  lasted_s: number;
}

/** The loudest moments, 0 to 1, from base64 of one byte each; what cannot be read is nothing. */
export function loudness(peaks: string): number[] {
  let bytes: string;
  try {
    bytes = atob(peaks);
  } catch {
    return [];
  }
  return Array.from(bytes, (byte) => byte.charCodeAt(0) / 255);
}

/**
 * An outline for an SVG path in a box as wide as there are moments and as high as 2: up on one side, back on the other.
 * Quiet speech stays visible: the square root is nearer to how loud it is to an ear.
 */
export function outline(heights: readonly number[]): string {
  if (heights.length === 0) return "";
  const there = heights.map((height, at) => `L${at} ${round(1 - Math.sqrt(height))}`);
  const back = heights.map((height, at) => `L${at} ${round(1 + Math.sqrt(height))}`).reverse();
  return `M0 1${there.join("")}${back.join("")}Z`;
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Where the sound is, where somebody points at a share of its picture. */
export function timeAt(share: number, seconds: number): number {
  return Math.min(Math.max(share, 0), 1) * seconds;
}

/** How far into the call a moment of the file is: what was left out before it counts too. */
export function timeInCall(at_s: number, gaps: readonly Gap[]): number {
  return gaps.reduce((sum, gap) => (gap.at_s <= at_s ? sum + gap.lasted_s : sum), at_s);
}

export const SPEEDS: readonly number[] = [0.75, 1, 1.25, 1.5, 2];

/** The next speed up or down; at the end of the scale the same. */
export function nextSpeed(speed: number, by: 1 | -1): number {
  const at = SPEEDS.indexOf(speed);
  return SPEEDS[Math.min(Math.max((at < 0 ? 1 : at) + by, 0), SPEEDS.length - 1)] ?? 1;
}

export const STEP_S = 5;

export type Deed = { kind: "toggle" } | { kind: "seek"; to: number } | { kind: "speed"; speed: number };

/** What a key means to whoever listens; null where it means nothing here. */
export function meantBy(key: string, now: { at: number; seconds: number; speed: number }): Deed | null {
  const within = (to: number): Deed => ({ kind: "seek", to: Math.min(Math.max(to, 0), now.seconds) });
  switch (key) {
    case " ":
    case "Enter":
      return { kind: "toggle" };
    case "ArrowLeft":
      return within(now.at - STEP_S);
    case "ArrowRight":
      return within(now.at + STEP_S);
    case "PageUp":
      return within(now.at + 6 * STEP_S);
    case "PageDown":
      return within(now.at - 6 * STEP_S);
    case "Home":
      return within(0);
    case "End":
      return within(now.seconds);
    case "ArrowUp":
      return { kind: "speed", speed: nextSpeed(now.speed, 1) };
    case "ArrowDown":
      return { kind: "speed", speed: nextSpeed(now.speed, -1) };
    default:
      return null;
  }
}
