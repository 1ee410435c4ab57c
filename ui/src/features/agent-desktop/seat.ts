/**
 * What the agent sees, as one union: the server's seat read once, so that every screen is handed all it needs.
 *
 * Rule 1: a state without its call (or offer) cannot be said.
 * Rule 2: this file knows no request, no timer and no key.
 */
import type { CallOut, CampaignBrief, ContactCard, OfferOut, SeatOut, TalkOut } from "@/shared/api/generated/model";

interface Sat {
  campaign: CampaignBrief;
  since: string;
  finishAfter: boolean;
  /** Until when the agent said to be there. */
  shiftEndsAt: string | null;
}

export type Seat =
  | { kind: "closed" }
  /** Another tab sits here; this one may only look, or take over. */
  | { kind: "elsewhere"; state: SeatOut["state"]; since: string }
  | (Sat & { kind: "paused"; code: string; reason: string })
  /** `leaving` waits for whoever rings for this seat, until `leavesAt` at the latest. */
  | (Sat & { kind: "ready"; reason: string; leaving: string; leavesAt: string | null })
  | (Sat & { kind: "previewing"; offer: OfferOut; endsAt: string | null })
  | (Sat & { kind: "ringing"; call: CallOut })
  | (Sat & { kind: "talking"; call: CallOut })
  | (Sat & { kind: "wrap_up"; call: CallOut; endsAt: string | null });

export type SeatKind = Seat["kind"];

export function readSeat(out: SeatOut): Seat {
  if (out.state === "closed") return { kind: "closed" };
  if (!out.mine) return { kind: "elsewhere", state: out.state, since: out.since };
  if (!out.campaign) return { kind: "closed" };
  const sat: Sat = {
    campaign: out.campaign,
    since: out.since,
    finishAfter: out.finish_after,
    shiftEndsAt: out.shift_ends_at,
  };
  const waits = { ...sat, kind: "ready", reason: out.reason, leaving: "", leavesAt: null } as const;
  switch (out.state) {
    case "paused":
      return { ...sat, kind: "paused", code: out.pause_code, reason: out.reason };
    case "ready":
      return { ...waits, leaving: out.leaving, leavesAt: out.leaving ? (out.deadline ?? null) : null };
    case "previewing":
      // The offer may be gone a moment before the engine says so: until then the agent waits as if ready.
      return out.offer ? { ...sat, kind: "previewing", offer: out.offer, endsAt: out.deadline ?? null } : waits;
    case "ringing":
      return out.call ? { ...sat, kind: "ringing", call: out.call } : waits;
    case "talking":
      return out.call ? { ...sat, kind: "talking", call: out.call } : waits;
    case "wrap_up":
      return out.call
        ? { ...sat, kind: "wrap_up", call: out.call, endsAt: out.deadline ?? null }
        : { ...sat, kind: "paused", code: "", reason: out.reason };
  }
}

/** The call on the screen, if there is one. */
export function callOf(seat: Seat): CallOut | null {
  return "call" in seat ? seat.call : null;
}

/** Is the person on the line now? */
export function isLive(seat: Seat): boolean {
  return seat.kind === "talking" || seat.kind === "ringing";
}

/** A word between colleagues before a person is handed over. */
export interface Consult {
  /** Do we ask a colleague, or does one ask us? */
  part: "asks" | "asked";
  /** Of the colleague whom we ask; they may still be rung, or hear us already. */
  name: string;
  joined: boolean;
  /** The person speaks with both. */
  together: boolean;
}

export function consultOf(talk: TalkOut, me: string): Consult | null {
  if (!talk.consulting) return null;
  return {
    part: talk.consulting === me ? "asked" : "asks",
    name: talk.consulting,
    joined: talk.three_way || talk.others.some(({ kind, name }) => kind === "consult" && name === talk.consulting),
    together: talk.three_way,
  };
}

/** Must this person say yes before anything is recorded? */
export function asksToRecord(call: CallOut | null): boolean {
  return call?.why.duties?.includes("ask_recording_consent") ?? false;
}

/** May a disposition be saved now? While ringing and in the talk it is only chosen ahead. */
export function mayDispose(seat: Seat): boolean {
  return seat.kind === "wrap_up" && isOpen(seat.call);
}

/** Nobody has said yet what it came to (or took back what was said). */
export function isOpen(call: CallOut): boolean {
  return call.disposition === "" || call.disposition === "not_dispositioned";
}

/** The person's zone, where there is exactly one: several mean that their clock is not known for certain. */
export function zoneOf(contact: ContactCard): string | undefined {
  return contact.local_time ? contact.zone : undefined;
}
