import { i18n } from "@lingui/core";

/** Dates, spans and numbers as the reader's language writes them. Nothing else in the UI formats. */

function cached<O extends object, F>(make: (locale: string, options: O) => F): (options: O) => F {
  const made = new Map<string, F>();
  return (options) => {
    const locale = i18n.locale === "tr" ? "tr-TR" : "en-GB";
    const key = locale + JSON.stringify(options);
    let formatter = made.get(key);
    if (!formatter) {
      formatter = make(locale, options);
      made.set(key, formatter);
    }
    return formatter;
  };
}

const dateFormat = cached(
  (locale: string, options: Intl.DateTimeFormatOptions) => new Intl.DateTimeFormat(locale, options),
);
// British English knows no names of American zones, and American English is the only one that does.
const zoneFormat = cached(
  (locale: string, options: Intl.DateTimeFormatOptions) =>
    new Intl.DateTimeFormat(locale === "tr-TR" ? locale : "en-US", options),
);
const numberFormat = cached(
  (locale: string, options: Intl.NumberFormatOptions) => new Intl.NumberFormat(locale, options),
);

export type Moment = string | number | Date;

function inZone(options: Intl.DateTimeFormatOptions, zone: string | undefined): Intl.DateTimeFormatOptions {
  return zone ? { ...options, timeZone: zone } : options;
}

/** 10:42 */
export function clockTime(at: Moment, zone?: string): string {
  return dateFormat(inZone({ hour: "2-digit", minute: "2-digit" }, zone)).format(new Date(at));
}

/** Tue 24 Nov */
export function shortDay(at: Moment, zone?: string): string {
  return dateFormat(inZone({ weekday: "short", day: "numeric", month: "short" }, zone))
    .format(new Date(at))
    .replace(",", "");
}

/** 24/11/2026, 24.11.2026 */
export function fullDate(at: Moment, zone?: string): string {
  return dateFormat(inZone({ day: "2-digit", month: "2-digit", year: "numeric" }, zone)).format(new Date(at));
}

/** 24.11.2026 10:42 */
export function dateTime(at: Moment, zone?: string): string {
  return `${fullDate(at, zone)} ${clockTime(at, zone)}`;
}

/** EST, GMT+3: what the zone is called at that moment */
export function zoneName(at: Moment, zone: string): string {
  const parts = zoneFormat({ timeZone: zone, timeZoneName: "short" }).formatToParts(new Date(at));
  return parts.find((part) => part.type === "timeZoneName")?.value ?? zone;
}

/** 0:07, 12:34, 1:02:03: a span a person watches run */
export function span(ms: number): string {
  const s = Math.max(0, Math.floor(ms / 1000));
  const hours = Math.floor(s / 3600);
  const minutes = Math.floor((s % 3600) / 60);
  const seconds = String(s % 60).padStart(2, "0");
  return hours > 0 ? `${hours}:${String(minutes).padStart(2, "0")}:${seconds}` : `${minutes}:${seconds}`;
}

export function number(value: number, digits = 0): string {
  return numberFormat({ minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** 72s, 72sn: a length of time that is compared, not watched */
export function seconds(value: number, digits = 0): string {
  const places = { minimumFractionDigits: digits, maximumFractionDigits: digits };
  return numberFormat({ style: "unit", unit: "second", unitDisplay: "narrow", ...places }).format(value);
}

/** 0.031 → 3.1 %: only the screen multiplies by a hundred */
export function share(value: number, digits = 1): string {
  return numberFormat({ style: "percent", minimumFractionDigits: digits, maximumFractionDigits: digits }).format(value);
}

/** The local day in a zone as YYYY-MM-DD, for the API. */
export function isoDay(at: Moment, zone?: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", inZone({ year: "numeric", month: "2-digit", day: "2-digit" }, zone));
  return parts.format(new Date(at));
}

/** en → English, İngilizce; the code itself where it names no language. */
export function languageName(code: string): string {
  try {
    return new Intl.DisplayNames(i18n.locale, { type: "language" }).of(code) ?? code;
  } catch {
    return code;
  }
}

const RELATIVE: [Intl.RelativeTimeFormatUnit, number][] = [
  ["day", 86_400_000],
  ["hour", 3_600_000],
  ["minute", 60_000],
];

const relativeFormat = cached(
  (locale: string, options: Intl.RelativeTimeFormatOptions) => new Intl.RelativeTimeFormat(locale, options),
);

/** 3 days ago, in 20 minutes, now */
export function relative(at: Moment, now: number): string {
  const distance = new Date(at).getTime() - now;
  for (const [unit, ms] of RELATIVE) {
    if (Math.abs(distance) >= ms) return relativeFormat({ numeric: "auto" }).format(Math.round(distance / ms), unit);
  }
  return relativeFormat({ numeric: "auto" }).format(0, "second");
}
