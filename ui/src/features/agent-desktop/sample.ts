/** Made-up seats for the tests of this folder. Nothing that runs imports it. */
import type { CallOut, DispositionOut, OfferOut, SeatOut, SeatOutState } from "@/shared/api/generated/model";

export const DISPOSITIONS: DispositionOut[] = [
  { code: "sale", label_en: "Sale", label_tr: "Satış", key: "1", flags: ["contact", "sale", "final"] },
  {
    code: "callback_mine",
    label_en: "Call back (me)",
    label_tr: "Geri arama (ben)",
    key: "2",
    flags: ["contact", "callback", "mine"],
  },
  {
    code: "not_interested",
    label_en: "Not interested",
    label_tr: "İlgilenmiyor",
    key: "4",
    flags: ["contact", "final"],
  },
  { code: "do_not_call", label_en: "Remove me", label_tr: "Aranmasın", key: "9", flags: ["contact", "stop", "final"] },
];

const CONTACT: CallOut["contact"] = {
  id: "0190aaaa-0000-7000-8000-000000000001",
  name: "Marguerite Whitfield",
  place: "Boise, ID, US",
  zone: "America/Boise",
  local_time: "2026-11-24T08:42:00-07:00",
  language: "en",
  phones: [],
  fields: [{ name: "city", value: "Boise", editable: true }],
};

const WHY: CallOut["why"] = {
  origin: "dialer",
  list: "November buyers",
  source: "Own web shop",
  purpose: "sales",
  seller: "Sunny Roofs",
  attempts: 1,
  duties: [],
};

export function aCall(changes: Partial<CallOut> = {}): CallOut {
  return {
    id: "0190aaaa-0000-7000-8000-00000000000c",
    live: true,
    number: "+12085550142",
    contact: CONTACT,
    why: WHY,
    history: [],
    script: "Hello Marguerite.",
    dispositions: DISPOSITIONS,
    notes: { text: "", code: "", version: 0 },
    originated_at: "2026-11-24T14:41:20Z",
    answered_at: "2026-11-24T14:41:40Z",
    connected_at: "2026-11-24T14:41:41Z",
    ended_at: null,
    outcome: "",
    disposition: "",
    talk: {
      held: false,
      recording_paused: false,
      three_way: false,
      consulting: "",
      transferred_from: "",
      others: [],
    },
    ...changes,
  };
}

export function anOffer(): OfferOut {
  return { number: "+12085550142", contact: CONTACT, why: WHY, history: [], script: "Hello Marguerite." };
}

export function aSeat(state: SeatOutState, changes: Partial<SeatOut> = {}): SeatOut {
  return {
    id: "0190aaaa-0000-7000-8000-00000000005e",
    state,
    since: "2026-11-24T14:41:41Z",
    now: "2026-11-24T14:42:00Z",
    deadline: null,
    reason: "",
    pause_code: "",
    finish_after: false,
    leaving: "",
    shift_ends_at: null,
    mine: true,
    session: null,
    campaign: {
      id: "0190aaaa-0000-7000-8000-0000000000ca",
      name: "Spring offer",
      mode: "progressive",
      state: "running",
      language: "en",
    },
    offer: null,
    call: null,
    phone: { kind: null, state: "none", needed: false, number: "" },
    counts: { talks: 0, talk_s: 0, sales: 0, callbacks: 0, to_fix: 0 },
    ...changes,
  };
}
