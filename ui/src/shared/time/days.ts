/** The instant at which a day begins where the reader is; `later` days after it. Null where there is no such day. */
export function dayBegins(day: string, later = 0): string | null {
  const [year, month, date] = day.split("-").map(Number);
  if (!year || !month || !date) return null;
  return new Date(year, month - 1, date + later).toISOString();
}
