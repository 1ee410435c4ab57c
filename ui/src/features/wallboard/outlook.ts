/** What the pacer foretold of late, and what it foretells now; pure. */
import type { ForecastOut } from "@/shared/api/generated/model";

export interface Word {
  /** When it was heard, in ms. */
  at: number;
  free: number;
  /** Seats that are free by the end of the pacer's sight, those free now among them. */
  freeBy: number;
  answers: number;
  within_s: number;
  dials: number;
  in_air: number;
}

export const KEPT_MS = 10 * 60_000;

export function wordOf(forecast: ForecastOut, at: number): Word {
  const { free, freeing, worth, within_s, dials, in_air } = forecast;
  return { at, free, freeBy: free + freeing, answers: worth, within_s, dials, in_air };
}

/** With one word more, in order; those older than ten minutes are forgotten. */
export function remember(words: readonly Word[], word: Word): readonly Word[] {
  const last = words.at(-1);
  if (last && last.at >= word.at) return words;
  return [...words.filter(({ at }) => word.at - at < KEPT_MS), word];
}

/** Between what and what a count that is expected so often mostly is: about two times in three. */
export function spread(expected: number): [number, number] {
  const by = Math.sqrt(Math.max(expected, 0));
  return [Math.max(0, expected - by), expected + by];
}

/** Calls of the budget: abandoned, at worst, and allowed. */
export interface Gauge {
  abandoned: number;
  atWorst: number;
  allowed: number;
  /** The right end of the scale. */
  scale: number;
}

export function gaugeOf(
  budget: { abandoned: number; live_answers: number; cap: number },
  air: { in_flight: number; ready: number },
): Gauge {
  // 0.03 × 100 is 3.0000000000000004 or less by luck of binary fractions; neither may decide.
  const allowed = Math.floor(Number((budget.cap * budget.live_answers).toFixed(9)));
  const atWorst = budget.abandoned + Math.max(0, air.in_flight - air.ready);
  return { abandoned: budget.abandoned, atWorst, allowed, scale: Math.max(allowed, atWorst, 1) * 1.15 };
}

/** Whole steps for an axis from nothing to the most, four at the most. */
export function ticks(most: number): number[] {
  const step = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000].find((one) => most / one <= 3) ?? 2000;
  return Array.from({ length: Math.max(2, Math.ceil(most / step) + 1) }, (_, n) => n * step);
}
