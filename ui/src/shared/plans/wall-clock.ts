/** A moment as a clock on the wall of a zone shows it, for an input of date and time: 2026-03-03T16:00. */
export function wallClock(at: string | number, zone: string): string {
  const parts = new Intl.DateTimeFormat("en-CA", {
    timeZone: zone,
    year: "numeric",
    month: "2-digit",
    day: "2-digit",
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  }).formatToParts(new Date(at));
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? "";
  return `${of("year")}-${of("month")}-${of("day")}T${of("hour")}:${of("minute")}`;
}

/** The moment at which that clock shows this, with the zone's offset; empty where it is no time. */
export function momentOf(wall: string, zone: string): string {
  const asUtc = Date.parse(`${wall}:00Z`);
  if (!wall || Number.isNaN(asUtc)) return "";
  // The offset there and then: twice, for the first guess may lie beyond a change of the clocks.
  let offset = 0;
  for (let again = 0; again < 2; again++)
    offset = Date.parse(`${wallClock(asUtc - offset, zone)}:00Z`) - (asUtc - offset);
  const sign = offset < 0 ? "-" : "+";
  const minutes = Math.abs(offset) / 60_000;
  const two = (n: number) => String(n).padStart(2, "0");
  return `${wall}:00${sign}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
