/** Questions asked of the floor's figures; pure. */
import type { Budget, FloorCampaign, FloorSeat } from "@/shared/api/generated/model";

export function sumOf<Row>(rows: readonly Row[], of: (row: Row) => number): number {
  return rows.reduce((sum, row) => sum + of(row), 0);
}

/** The budget of the running campaign that may abandon least; null where none has live answers to speak of. */
export function worstBudget(campaigns: readonly FloorCampaign[]): Budget | null {
  const budgets = campaigns
    .filter(({ state, mode }) => state === "running" && mode !== "manual")
    .map(({ budget }) => budget);
  return budgets.reduce<Budget | null>((worst, one) => (worst === null || one.left < worst.left ? one : worst), null);
}

/** Over the limit is bad; near it, or with nothing left to risk (as in a period's first hours), wants an eye on it. */
export function toneOf(budget: Budget): "good" | "warn" | "bad" {
  if (budget.abandoned > 0 && budget.share >= budget.cap) return "bad";
  return budget.left <= 0 || budget.share > budget.cap * 0.75 ? "warn" : "good";
}

export type Need = "lost" | "long_pause" | "long_wrap_up" | "finishing" | "none";

const LONG_PAUSE_MS = 20 * 60_000;

/** Why a supervisor should look at this seat first, or "none". */
export function needOf(seat: FloorSeat, now: number): Need {
  if (seat.silent) return "lost";
  if (seat.state === "wrap_up" && seat.deadline && Date.parse(seat.deadline) < now) return "long_wrap_up";
  if (seat.state === "paused" && now - Date.parse(seat.since) > LONG_PAUSE_MS) return "long_pause";
  if (seat.finish_after) return "finishing";
  return "none";
}

const ORDER: readonly Need[] = ["lost", "long_wrap_up", "long_pause", "finishing", "none"];

/** Who needs me first; then by name in the reader's alphabet. Closed seats are not on the floor. */
export function byNeed(seats: readonly FloorSeat[], now: number, locale: string): FloorSeat[] {
  const collator = new Intl.Collator(locale, { sensitivity: "base" });
  return seats
    .filter(({ state }) => state !== "closed")
    .sort((a, b) => ORDER.indexOf(needOf(a, now)) - ORDER.indexOf(needOf(b, now)) || collator.compare(a.name, b.name));
}
