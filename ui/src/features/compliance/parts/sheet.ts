import { isoDay } from "@/shared/time/format";

/** The callable inventory as a sheet of days and hours in one time zone, and as a file. */

export interface Hour {
  at: string;
  callable: number;
  by_zone: Record<string, number>;
  barred: Record<string, number>;
}

export interface Day {
  day: string;
  /** 24 of them; null where the inventory does not reach. */
  hours: (Hour | null)[];
}

/** The hour of the day in a zone. */
export function hourOf(at: string, zone: string): number {
  const parts = new Intl.DateTimeFormat("en-GB", { hour: "2-digit", hourCycle: "h23", timeZone: zone });
  return Number(parts.format(new Date(at)));
}

/** Rows of days, columns of hours. The first one, now, stands at its own hour; an hour that comes twice shows the later. */
export function days(hours: readonly Hour[], zone: string): Day[] {
  const found = new Map<string, Day>();
  for (const one of hours) {
    const day = isoDay(one.at, zone);
    const row = found.get(day) ?? { day, hours: Array.from({ length: 24 }, () => null) };
    row.hours[hourOf(one.at, zone)] = one;
    found.set(day, row);
  }
  return [...found.values()];
}

/** How dark a cell is, 0 to 4: nobody is 0, and everybody 4. */
export function depth(callable: number, total: number): number {
  if (callable === 0 || total === 0) return 0;
  return Math.min(4, 1 + Math.floor((3.999 * callable) / total));
}

const quoted = (cell: string | number) => {
  const text = String(cell);
  // A spreadsheet takes these for the beginning of a formula.
  const safe = /^[=+\-@\t\r]/.test(text) ? `'${text}` : text;
  return /[",\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
};

/** One line an hour: callable, by zone, then barred by first reason. */
export function csv(
  hours: readonly Hour[],
  reasons: readonly { code: string; sentence: string }[],
  words: { at: string; callable: string },
): string {
  const zones = [...new Set(hours.flatMap((one) => Object.keys(one.by_zone)))].sort();
  const head = [words.at, words.callable, ...zones, ...reasons.map((one) => one.sentence)];
  const body = hours.map((one) => [
    one.at,
    one.callable,
    ...zones.map((zone) => one.by_zone[zone] ?? 0),
    ...reasons.map(({ code }) => one.barred[code] ?? 0),
  ]);
  return `${[head, ...body].map((row) => row.map(quoted).join(",")).join("\r\n")}\r\n`;
}
