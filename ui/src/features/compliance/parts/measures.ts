import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { number, share } from "@/shared/time/format";

/** The measures of a house, their values as people read and write them. The server decides what a value may be. */

export type MeasureKind = "week" | "countries" | "number" | "shares" | "day" | "ages" | "switch";

interface Shape {
  label: MessageDescriptor;
  kind: MeasureKind;
  unit?: MessageDescriptor;
}

export const MEASURES: Record<string, Shape> = {
  hours: { label: msg`Calling hours`, kind: "week" },
  holidays: { label: msg`No calls on public holidays`, kind: "countries" },
  attempts_day: { label: msg`Attempts on a number, a day`, kind: "number", unit: msg`attempts` },
  attempts_7_days: { label: msg`Attempts on a number, 7 days`, kind: "number", unit: msg`attempts` },
  attempts_30_days: { label: msg`Attempts on a number, 30 days`, kind: "number", unit: msg`attempts` },
  pause_hours: { label: msg`Pause between attempts`, kind: "number", unit: msg`hours` },
  abandonment: { label: msg`Cap on abandoned calls`, kind: "shares" },
  abandonment_day: { label: msg`Cap on abandoned calls, each day`, kind: "day" },
  registry_age: { label: msg`Age of registry copies`, kind: "ages", unit: msg`days` },
  ring_s_min: { label: msg`Shortest ringing`, kind: "number", unit: msg`seconds` },
  ring_s_max: { label: msg`Longest ringing`, kind: "number", unit: msg`seconds` },
  announce_recording: { label: msg`Recording is always announced`, kind: "switch" },
};

export const WEEKDAYS: Record<string, MessageDescriptor> = {
  monday: msg`Monday`,
  tuesday: msg`Tuesday`,
  wednesday: msg`Wednesday`,
  thursday: msg`Thursday`,
  friday: msg`Friday`,
  saturday: msg`Saturday`,
  sunday: msg`Sunday`,
};

export const CALENDARS = [
  "AU",
  "BR",
  "CA",
  "DE",
  "ES",
  "FR",
  "GB",
  "IN",
  "IT",
  "JP",
  "MX",
  "NL",
  "NZ",
  "PH",
  "TR",
  "US",
] as const;
/** Whose day it is that a share is kept over. */
export const DAYS_OF: Record<string, MessageDescriptor> = {
  house: msg`All campaigns together`,
  seller: msg`The campaigns of each seller`,
};

/** A share as it was typed in per cent: null where nothing is written, undefined where it is none. */
export function percent(text: string): number | null | undefined {
  const typed = text.trim().replace(/\s*%$/, "").replace(",", ".");
  if (!typed) return null;
  const amount = /^\d{1,3}(\.\d{1,4})?$/.test(typed) ? Number(typed) : Number.NaN;
  return amount <= 100 ? amount / 100 : undefined;
}

type Table = Record<string, number | string>;

/** A value in words; null: no such measure. */
export function told(name: string, value: unknown): string {
  const shape = MEASURES[name];
  if (value === null || value === undefined || !shape) return i18n._(msg`none`);
  if (shape.kind === "switch") return i18n._(msg`yes`);
  if (shape.kind === "countries") return (value as string[]).join(", ");
  if (shape.kind === "number") return `${number(value as number)} ${shape.unit ? i18n._(shape.unit) : ""}`;
  const rows = Object.entries(value as Table);
  if (rows.length === 0) return i18n._(msg`none`);
  return rows
    .map(([key, one]) => {
      if (shape.kind === "week") {
        const day = WEEKDAYS[key];
        return `${day ? i18n._(day) : key} ${one === "none" ? i18n._(msg`closed`) : one}`;
      }
      if (shape.kind === "day") return `${DAYS_OF[key] ? i18n._(DAYS_OF[key]) : key}: ${share(Number(one))}`;
      if (shape.kind === "shares") return `${key} ${share(Number(one))}`;
      return `${key} ${number(Number(one))} ${shape.unit ? i18n._(shape.unit) : ""}`;
    })
    .join(" · ");
}

/** A value as lines of text to be edited: one for each key, as in "GB 3". */
export function lines(kind: MeasureKind, value: unknown): string {
  if (value === null || value === undefined) return "";
  return Object.entries(value as Table)
    .map(([key, one]) => `${key} ${kind === "shares" ? Number((Number(one) * 100).toFixed(6)) : one}`)
    .join("\n");
}

/** The other way round; null where nothing is written, undefined where a line cannot be read. */
export function read(kind: MeasureKind, text: string): Table | null | undefined {
  const found: Table = {};
  for (const line of text.split("\n").map((one) => one.trim())) {
    if (!line) continue;
    const parts = /^(\S+)\s+(\d+(?:[.,]\d+)?)\s*%?$/.exec(line);
    if (!parts) return undefined;
    const amount = Number(String(parts[2]).replace(",", "."));
    found[String(parts[1]).toUpperCase()] = kind === "shares" ? amount / 100 : amount;
  }
  return Object.keys(found).length > 0 ? found : null;
}

/** A count as it was typed: null where nothing is written, undefined where it is no whole number from nought up. */
export function count(text: string): number | null | undefined {
  const typed = text.trim();
  if (!typed) return null;
  return /^\d{1,9}$/.test(typed) ? Number(typed) : undefined;
}
