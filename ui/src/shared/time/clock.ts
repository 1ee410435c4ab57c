import { useSyncExternalStore } from "react";

/**
 * The server's clock, as this tab knows it.
 *
 * In the made-up world the server's time is not the browser's. Whoever shows "since" or "until" asks here,
 * never `Date.now()`, so that a timer agrees with the rule that will end it.
 */
let offsetMs = 0;
let now = Date.now();
const listeners = new Set<() => void>();
let ticking: ReturnType<typeof setInterval> | undefined;

export function serverNow(): number {
  return Date.now() + offsetMs;
}

/** Told at every answer that carries the server's time. Jumps below 300 ms are network jitter, not news. */
export function setServerNow(iso: string): void {
  const told = Date.parse(iso);
  if (Number.isNaN(told)) return;
  const next = told - Date.now();
  if (Math.abs(next - offsetMs) > 300) {
    offsetMs = next;
    tick();
  }
}

function tick(): void {
  now = serverNow();
  for (const listener of listeners) listener();
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener);
  if (!ticking) {
    now = serverNow();
    ticking = setInterval(tick, 1_000);
  }
  return () => {
    listeners.delete(listener);
    if (listeners.size === 0 && ticking) {
      clearInterval(ticking);
      ticking = undefined;
    }
  };
}

/** The server's time in milliseconds, once a second; one timer for the whole tab. */
export function useNow(): number {
  return useSyncExternalStore(subscribe, () => now);
}
