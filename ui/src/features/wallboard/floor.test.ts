import { describe, expect, it } from "vitest";
import type { FloorCampaign, FloorSeat } from "@/shared/api/generated/model";
import { byNeed, needOf, toneOf, worstBudget } from "./floor";

const NOW = Date.parse("2026-11-24T15:00:00Z");

function seat(name: string, changes: Partial<FloorSeat> = {}): FloorSeat {
  return {
    id: name,
    user: name,
    name,
    state: "ready",
    since: "2026-11-24T14:59:50Z",
    deadline: null,
    campaign: null,
    pause_code: "",
    finish_after: false,
    leaving: "",
    shift_ends_at: null,
    silent: false,
    attempt: null,
    talks: 0,
    phone: "none",
    held: false,
    ...changes,
  };
}

function campaign(left: number, changes: Partial<FloorCampaign> = {}): FloorCampaign {
  const budget = { live_answers: 0, abandoned: 0, share: 0, cap: 0.03, left, period_days: 30 };
  return { mode: "ratio", state: "running", budget, ...changes } as FloorCampaign;
}

describe("who needs the supervisor", () => {
  it("a silent tab first, then an overrun wrap-up, then a long pause", () => {
    const seats = [
      seat("Zoe"),
      seat("Pause", { state: "paused", since: "2026-11-24T14:30:00Z" }),
      seat("Wrap", { state: "wrap_up", deadline: "2026-11-24T14:59:59Z" }),
      seat("Silent", { state: "talking", silent: true }),
      seat("Adam"),
    ];
    expect(byNeed(seats, NOW, "en").map(({ name }) => name)).toEqual(["Silent", "Wrap", "Pause", "Adam", "Zoe"]);
  });

  it("a short pause and a running wrap-up are nobody's business", () => {
    expect(needOf(seat("a", { state: "paused" }), NOW)).toBe("none");
    expect(needOf(seat("a", { state: "wrap_up", deadline: "2026-11-24T15:00:30Z" }), NOW)).toBe("none");
  });

  it("names sort by the reader's alphabet, and closed seats are not on the floor", () => {
    const names = byNeed([seat("Çağrı"), seat("Deniz"), seat("Cem"), seat("Gone", { state: "closed" })], NOW, "tr");
    expect(names.map(({ name }) => name)).toEqual(["Cem", "Çağrı", "Deniz"]);
  });
});

it("the budget shown is the tightest of the running campaigns", () => {
  expect(
    worstBudget([campaign(5), campaign(2), campaign(0, { state: "paused" }), campaign(0, { mode: "manual" })])?.left,
  ).toBe(2);
  expect(worstBudget([])).toBeNull();
});

it("a young period with nothing to risk is watched, a broken limit is bad", () => {
  const budget = { live_answers: 40, abandoned: 0, share: 0, cap: 0.03, left: 0, period_days: 30 };
  expect(toneOf(budget)).toBe("warn");
  expect(toneOf({ ...budget, abandoned: 2, share: 0.05 })).toBe("bad");
  expect(toneOf({ ...budget, live_answers: 400, abandoned: 4, share: 0.01, left: 8 })).toBe("good");
});
