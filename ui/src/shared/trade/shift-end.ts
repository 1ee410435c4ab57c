/**
 * The end of a shift as it is typed (18:00) and as an instant: the next time the clock of this screen shows it, at
 * most sixteen hours from now. Null where that is no time of the day, or none that a shift could end at.
 */
const LONGEST_MS = 16 * 3_600_000;

export function shiftEndOf(typed: string, now: number): string | null {
  const parts = /^([01]?\d|2[0-3])[:.]([0-5]\d)$/.exec(typed.trim());
  if (!parts) return null;
  const at = new Date(now);
  at.setHours(Number(parts[1]), Number(parts[2]), 0, 0);
  if (at.getTime() <= now) at.setDate(at.getDate() + 1);
  return at.getTime() - now <= LONGEST_MS ? at.toISOString() : null;
}
