/** Where a chart begins and ends. */
export interface Scale {
  low: number;
  high: number;
}

/** Round ends around these values; it begins at nothing unless they lie far from it. */
export function scaleOf(values: readonly number[]): Scale {
  const some = values.filter(Number.isFinite);
  const high = Math.max(0, ...some);
  if (high === 0) return { low: 0, high: 1 };
  const least = Math.min(...some);
  const far = least > high / 2 && least < high && some.length > 2;
  const step = stepOf(far ? high - least : high);
  return { low: far ? round(Math.floor(least / step) * step) : 0, high: round(Math.ceil(high / step) * step) };
}

/** From 0 to 1. */
export function place(value: number, { low, high }: Scale): number {
  return Math.min(1, Math.max(0, (value - low) / (high - low)));
}

/** Round marks from end to end. */
export function ticks({ low, high }: Scale): number[] {
  const step = stepOf(high - low);
  const marks = Math.round((high - low) / step);
  return Array.from({ length: marks + 1 }, (_, n) => round(low + n * step));
}

/** One, two or five times a power of ten: three to eight of them in the span. */
function stepOf(length: number): number {
  const power = 10 ** Math.floor(Math.log10(length || 1));
  const times = length / power;
  return round(power * (times < 1.5 ? 0.2 : times < 3 ? 0.5 : times < 7 ? 1 : 2));
}

function round(value: number): number {
  return Number(value.toPrecision(10));
}
