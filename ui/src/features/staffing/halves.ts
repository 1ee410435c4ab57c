/** Half hours of a day, as they are entered; pure. */
import type { HalfHourIn, PlanOut } from "@/shared/api/generated/model";

export const NINE = 18;
export const SIX = 36;

/** 18 → 09:00; 48 → 24:00 */
export function timeOf(half: number): string {
  return `${String(Math.floor(half / 2)).padStart(2, "0")}:${half % 2 ? "30" : "00"}`;
}

/** From when until when the day's half hours reach; a usual day where there are none. */
export function reachOf(halves: readonly HalfHourIn[]): [number, number] {
  if (halves.length === 0) return [NINE, SIX];
  const numbers = halves.map(({ half }) => half);
  return [Math.min(...numbers), Math.max(...numbers) + 1];
}

/** The day's half hours from one to the other, each once; those not known yet ask for nothing. */
export function filled(halves: readonly HalfHourIn[], from: number, until: number, handle_s: number): HalfHourIn[] {
  const known = new Map(halves.map((one) => [one.half, one]));
  return Array.from({ length: Math.max(0, until - from) }, (_, n) => {
    const half = from + n;
    return known.get(half) ?? { half, calls: 0, handle_s, talks: 0 };
  });
}

/** The handle time that most of the plan's half hours have; a usual one where there are none. */
export function usualHandle(plan: PlanOut): number {
  return plan.halves[0]?.handle_s ?? 240;
}

/** Even steps for an axis from nothing to the most, five at the most. */
export function steps(most: number): number[] {
  const rough = Math.max(most, 1) / 4;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = Math.max(1, [1, 2, 5, 10].map((n) => n * power).find((n) => n >= rough) ?? 1);
  const top = Math.ceil(most / step) * step || step;
  return Array.from({ length: Math.round(top / step) + 1 }, (_, n) => n * step);
}
