import { useEffect, useMemo, useRef } from "react";
import { serverNow } from "@/shared/time/clock";

const KEPT = "ahize.waits";
const ENOUGH = 5;
const REMEMBERED = 40;

/** How long this agent's waits were today, as a range: the middle half. Null until there are enough to say so. */
export function useUsualWait(since: string): { from: number; until: number } | null {
  const began = useRef(since);
  began.current = since;
  useEffect(
    () => () => {
      const waited = (serverNow() - Date.parse(began.current)) / 1000;
      if (waited > 0 && waited < 600) keep([...waits(), Math.round(waited)]);
    },
    [],
  );
  return useMemo(() => middle(waits()), []);
}

export function middle(all: readonly number[]): { from: number; until: number } | null {
  if (all.length < ENOUGH) return null;
  const sorted = [...all].sort((a, b) => a - b);
  const at = (share: number) => sorted[Math.round((sorted.length - 1) * share)] ?? 0;
  return { from: at(0.25), until: Math.max(at(0.75), at(0.25) + 1) };
}

function waits(): number[] {
  try {
    const it: unknown = JSON.parse(sessionStorage.getItem(KEPT) ?? "[]");
    return Array.isArray(it) ? it.filter((one): one is number => typeof one === "number") : [];
  } catch {
    return [];
  }
}

function keep(all: readonly number[]): void {
  sessionStorage.setItem(KEPT, JSON.stringify(all.slice(-REMEMBERED)));
}
