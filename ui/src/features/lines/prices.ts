/** Prices by the beginning of a number, as a trunk's form holds them; pure. */
import type { Price } from "@/shared/api/generated/model";

export interface PriceRow {
  prefix: string;
  perMinute: string;
  firstS: number;
  thenS: number;
}

export function rowsOf(prices: readonly Price[]): PriceRow[] {
  return prices.map((price) => ({
    prefix: price.prefix ?? "",
    perMinute: String(price.per_minute),
    firstS: price.first_s ?? 60,
    thenS: price.then_s ?? 60,
  }));
}

/** As the API wants them: digits without plus and spaces, a point in the price also where a comma was typed. */
export function pricesOf(rows: readonly PriceRow[]): Price[] {
  return rows
    .filter(({ perMinute }) => perMinute.trim() !== "")
    .map(({ prefix, perMinute, firstS, thenS }) => ({
      prefix: prefix.replace(/[\s+]/g, ""),
      per_minute: perMinute.trim().replace(",", "."),
      first_s: firstS,
      then_s: thenS,
    }));
}

/** The price of the longest beginning that fits; null where none does. */
export function priceFor(number: string, rows: readonly PriceRow[]): PriceRow | null {
  const digits = number.replace(/\D/g, "");
  const fitting = rows.filter(({ prefix, perMinute }) => perMinute && digits.startsWith(prefix.replace(/\D/g, "")));
  return fitting.sort((a, b) => b.prefix.length - a.prefix.length)[0] ?? null;
}

/** What a call of so many seconds costs: the first seconds at least, then every begun step. */
export function costOf(row: PriceRow, seconds: number): number {
  const more = Math.max(0, Math.ceil((seconds - row.firstS) / row.thenS)) * row.thenS;
  return (Number(row.perMinute.replace(",", ".")) * (row.firstS + more)) / 60;
}
