import type { PlanBase, PlanRun, WhatIfIn } from "@/shared/api/generated/model";
import { momentOf, wallClock } from "@/shared/plans/wall-clock";

/** A plan as it stands in the form; shares in percent, prices in whole money. */
export interface Draft {
  seats: number;
  starts: string;
  hours: number;
  mode: string;
  ratio: number;
  cap: number;
  order: string;
  ring_s_max: number;
  wrap_up_s: number;
  seat_hour: number;
  minute: number;
  dial: number;
  penalty: number;
  evenings: number;
  seed: number;
}

const MODES = ["preview", "progressive", "ratio", "predictive"];

/** What the campaign is set to now. */
export function draftOf(base: PlanBase, zone: string): Draft {
  return {
    seats: base.seats,
    starts: wallClock(base.starts, zone),
    hours: base.hours,
    mode: MODES.includes(base.mode) ? base.mode : "progressive",
    ratio: Math.max(1, base.ratio),
    cap: percent(base.abandon_cap),
    order: "as_listed",
    ring_s_max: base.ring_s_max,
    wrap_up_s: base.wrap_up_s,
    seat_hour: 0,
    minute: 0,
    dial: 0,
    penalty: 0,
    evenings: 200,
    seed: 1,
  };
}

/** What a run was asked with. */
export function draftOfRun(run: PlanRun, zone: string): Draft {
  const asked = run.asked as Record<string, number | string | null>;
  const settings = run.settings as Record<string, number | string>;
  const money = (name: string) => Number(asked[name] ?? 0) / 100;
  return {
    seats: Number(settings.seats),
    starts: wallClock(String(settings.starts), zone),
    hours: Number(settings.hours),
    mode: String(settings.mode),
    ratio: Number(settings.ratio),
    cap: percent(Number(settings.abandon_cap)),
    order: String(settings.order),
    ring_s_max: Number(settings.ring_s_max),
    wrap_up_s: Number(settings.wrap_up_s),
    seat_hour: money("seat_hour_cents"),
    minute: money("minute_cents"),
    dial: money("dial_cents"),
    penalty: money("penalty_cents"),
    evenings: run.wanted,
    seed: run.seed,
  };
}

export function askedOf(draft: Draft, campaign: string, zone: string): WhatIfIn {
  const cents = (money: number) => Math.round(money * 10_000) / 100;
  return {
    campaign,
    seats: draft.seats,
    starts: momentOf(draft.starts, zone),
    hours: draft.hours,
    mode: draft.mode,
    ratio: draft.ratio,
    abandon_cap: Math.round(draft.cap * 100) / 10_000,
    order: draft.order,
    ring_s_max: draft.ring_s_max,
    wrap_up_s: draft.wrap_up_s,
    seat_hour_cents: cents(draft.seat_hour),
    minute_cents: cents(draft.minute),
    dial_cents: cents(draft.dial),
    penalty_cents: cents(draft.penalty),
    evenings: draft.evenings,
    seed: draft.seed,
  };
}

function percent(share: number): number {
  return Math.round(share * 10_000) / 100;
}
