import { describe, expect, it } from "vitest";
import type { PlanBase } from "@/shared/api/generated/model";
import { askedOf, draftOf } from "./draft";

const base: PlanBase = {
  campaign: "c",
  name: "Spring",
  mode: "manual",
  ratio: 0.5,
  abandon_cap: 0.029,
  law_cap: 0.03,
  ring_s_max: 25,
  wrap_up_s: 60,
  max_attempts: 6,
  seats: 7,
  starts: "2026-03-03T21:00:00Z",
  hours: 4,
  days: [],
};

describe("a plan's form", () => {
  it("begins with what the campaign is set to, in a way of dialling that has seats", () => {
    const draft = draftOf(base, "America/New_York");
    expect(draft).toMatchObject({ seats: 7, starts: "2026-03-03T16:00", mode: "progressive", ratio: 1, cap: 2.9 });
  });

  it("asks in shares and cents, at that moment of the house's clock", () => {
    const draft = { ...draftOf(base, "America/New_York"), cap: 2.25, seat_hour: 22, minute: 0.0125 };
    expect(askedOf(draft, "c", "America/New_York")).toMatchObject({
      abandon_cap: 0.0225,
      seat_hour_cents: 2200,
      minute_cents: 1.25,
      starts: "2026-03-03T16:00:00-05:00",
      evenings: 200,
    });
  });
});
