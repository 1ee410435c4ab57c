import { useLingui } from "@lingui/react/macro";

type State = "waiting" | "running" | "done" | "failed" | "stopped";

/** Where a job stands, in words. */
export function useStates(): Record<State, string> {
  const { t } = useLingui();
  return {
    waiting: t`waiting for the worker`,
    running: t`under way`,
    done: t`done`,
    failed: t`failed`,
    stopped: t`stopped`,
  };
}

export function isUnderWay(state: State): boolean {
  return state === "waiting" || state === "running";
}

export interface Quarter {
  year: number;
  quarter: number;
  first: string;
  last: string;
}

/** The last quarters that are over, the newest first; days like 2026-07-01. */
export function pastQuarters(now: Date, count: number): Quarter[] {
  const current = now.getFullYear() * 4 + Math.floor(now.getMonth() / 3);
  return Array.from({ length: count }, (_, back) => {
    const one = current - 1 - back;
    const year = Math.floor(one / 4);
    const quarter = (one % 4) + 1;
    return {
      year,
      quarter,
      first: isoOf(new Date(year, (quarter - 1) * 3, 1)),
      last: isoOf(new Date(year, quarter * 3, 0)),
    };
  });
}

function isoOf(day: Date): string {
  const two = (value: number) => String(value).padStart(2, "0");
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}`;
}
