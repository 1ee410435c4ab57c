import { describe, expect, it } from "vitest";
import { aCall, anOffer, aSeat } from "./sample";
import { asksToRecord, callOf, consultOf, isLive, mayDispose, readSeat, zoneOf } from "./seat";

describe("a seat is one state at a time", () => {
  it("is closed where nobody sits, whatever else is said", () => {
    expect(readSeat(aSeat("closed", { mine: false })).kind).toBe("closed");
  });

  it("is only looked at where another tab holds it", () => {
    expect(readSeat(aSeat("talking", { mine: false, call: aCall() }))).toMatchObject({
      kind: "elsewhere",
      state: "talking",
    });
  });

  it.each(["ringing", "talking", "wrap_up"] as const)("never says %s without its call", (state) => {
    expect(readSeat(aSeat(state, { call: aCall() })).kind).toBe(state);
    expect(["ready", "paused"]).toContain(readSeat(aSeat(state, { call: null })).kind);
  });

  it("never offers a person it does not have", () => {
    expect(readSeat(aSeat("previewing", { offer: anOffer() })).kind).toBe("previewing");
    expect(readSeat(aSeat("previewing", { offer: null })).kind).toBe("ready");
  });

  it("keeps the server's deadline for the wrap-up", () => {
    const seat = readSeat(aSeat("wrap_up", { call: aCall(), deadline: "2026-11-24T15:00:00Z" }));
    expect(seat).toMatchObject({ kind: "wrap_up", endsAt: "2026-11-24T15:00:00Z" });
  });

  it("has the person on the line while it rings and in the talk, not after", () => {
    const live = (state: "ringing" | "talking" | "wrap_up") => isLive(readSeat(aSeat(state, { call: aCall() })));
    expect([live("ringing"), live("talking"), live("wrap_up")]).toEqual([true, true, false]);
  });
});

describe("a disposition is saved in the wrap-up, once", () => {
  it("not in the talk", () => {
    expect(mayDispose(readSeat(aSeat("talking", { call: aCall() })))).toBe(false);
  });

  it("in the wrap-up while nothing was said", () => {
    expect(mayDispose(readSeat(aSeat("wrap_up", { call: aCall() })))).toBe(true);
  });

  it("not a second time, but again after it was taken back", () => {
    expect(mayDispose(readSeat(aSeat("wrap_up", { call: aCall({ disposition: "sale" }) })))).toBe(false);
    expect(mayDispose(readSeat(aSeat("wrap_up", { call: aCall({ disposition: "not_dispositioned" }) })))).toBe(true);
  });
});

it("a clock is shown only where there is exactly one", () => {
  const call = callOf(readSeat(aSeat("talking", { call: aCall() })));
  expect(call && zoneOf(call.contact)).toBe("America/Boise");
  expect(call && zoneOf({ ...call.contact, zone: "America/Boise / America/Denver", local_time: null })).toBeUndefined();
});

describe("a colleague who is asked to take over", () => {
  const talk = aCall().talk;

  it("is nobody in an ordinary talk", () => {
    expect(consultOf(talk, "Robin")).toBeNull();
  });

  it("is put through first, then hears us", () => {
    const asked = { ...talk, consulting: "Sam" };
    expect(consultOf(asked, "Robin")).toMatchObject({ name: "Sam", joined: false });
    expect(consultOf({ ...asked, others: [{ name: "Sam", kind: "consult" }] }, "Robin")).toMatchObject({
      name: "Sam",
      joined: true,
    });
  });

  it("sees that it is they who are asked", () => {
    const asked = { ...talk, consulting: "Sam" };
    expect([consultOf(asked, "Sam")?.part, consultOf(asked, "Robin")?.part]).toEqual(["asked", "asks"]);
  });

  it("may still be handed the person, or let go, once all three speak", () => {
    expect(consultOf({ ...talk, consulting: "Sam", three_way: true }, "Robin")).toMatchObject({
      joined: true,
      together: true,
    });
  });
});

it("a recording that wants a yes is known by its duty", () => {
  const call = aCall();
  expect(asksToRecord(call)).toBe(false);
  expect(asksToRecord({ ...call, why: { ...call.why, duties: ["ask_recording_consent"] } })).toBe(true);
});
