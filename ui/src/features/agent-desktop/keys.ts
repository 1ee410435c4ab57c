/**
 * The desk's one keyboard map: which keys do what in which state.
 *
 * The shapes of rule: function keys work even while typing; hanging up asks for two strokes or a hold; "remove me" for
 * one. A key of the map wins over a disposition that would like the same one; the usual dispositions (the digits and
 * b, l, e, d, w, g, k, t, a) never have to.
 */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Binding } from "@/shared/keyboard/strokes";
import { type Consult, callOf, isOpen, mayDispose, type Seat, type SeatKind } from "./seat";

export type Doing =
  | "ready"
  | "pause"
  | "finishAfter"
  | "hangUp"
  | "hold"
  | "mute"
  | "keypad"
  | "transfer"
  | "park"
  | "recording"
  | "leaveMessage"
  | "callWord"
  | "closing"
  | "complete"
  | "back"
  | "all"
  | "machine"
  | "person"
  | "removeMe"
  | "note"
  | "callback"
  | "repeat"
  | "save"
  | "call"
  | "skip"
  | "typeNumber";

export type Doings = Record<Doing, () => void> & { choose: (code: string) => void };

interface Stroke {
  key: string;
  doing: Doing;
  label: MessageDescriptor;
  twice?: boolean;
}

const READY: Stroke = { key: "F2", doing: "ready", label: msg`Ready` };
const PAUSE: Stroke = { key: "F2", doing: "pause", label: msg`Pause` };
const FINISH: Stroke = { key: "F9", doing: "finishAfter", label: msg`Finish after this call` };
const HANG_UP: Stroke = { key: "h", doing: "hangUp", label: msg`Hang up (twice, or hold)`, twice: true };
const HOLD: Stroke = { key: "F4", doing: "hold", label: msg`Hold: they hear music` };
const MUTE: Stroke = { key: "F8", doing: "mute", label: msg`Mute: they don't hear you` };
const KEYPAD: Stroke = { key: "m", doing: "keypad", label: msg`Digits for the other side` };
const TRANSFER: Stroke = { key: "x", doing: "transfer", label: msg`Transfer to somebody` };
const PARK: Stroke = { key: "p", doing: "park", label: msg`Park: they wait, anybody may take them` };
const RECORDING: Stroke = { key: "q", doing: "recording", label: msg`Card data: pause the recording` };
const LEAVE: Stroke = { key: "v", doing: "leaveMessage", label: msg`It is a machine: leave a message` };
const WORD: Stroke = { key: "i", doing: "callWord", label: msg`Code for the person: is this really you?` };
const CLOSING: Stroke = { key: "f", doing: "closing", label: msg`This talk comes to its end` };
const MACHINE: Stroke = { key: "o", doing: "machine", label: msg`It was a machine` };
const PERSON: Stroke = { key: "y", doing: "person", label: msg`It was a person` };
const COMPLETE: Stroke = { key: "Enter", doing: "complete", label: msg`Hand the person over` };
const BACK: Stroke = { key: "u", doing: "back", label: msg`Back to the person` };
const ALL: Stroke = { key: "j", doing: "all", label: msg`All three speak` };
const REMOVE: Stroke = { key: "r", doing: "removeMe", label: msg`Remove me: never call this number again` };
const NOTE: Stroke = { key: "n", doing: "note", label: msg`Write a note` };
const CALLBACK: Stroke = { key: "c", doing: "callback", label: msg`Promise a callback` };
const REPEAT: Stroke = { key: ".", doing: "repeat", label: msg`Same disposition as last time` };
const SAVE: Stroke = { key: "Enter", doing: "save", label: msg`Save and go on` };
const CALL: Stroke = { key: "Enter", doing: "call", label: msg`Call this person` };
const SKIP: Stroke = { key: "s", doing: "skip", label: msg`Skip this person` };
const TYPE: Stroke = { key: "t", doing: "typeNumber", label: msg`Type a number` };

export const KEYS: Record<SeatKind, readonly Stroke[]> = {
  closed: [],
  elsewhere: [],
  paused: [READY, TYPE],
  ready: [PAUSE, TYPE],
  previewing: [CALL, SKIP, PAUSE],
  ringing: [HANG_UP, NOTE, FINISH, PAUSE],
  talking: [
    HANG_UP,
    HOLD,
    MUTE,
    KEYPAD,
    TRANSFER,
    PARK,
    RECORDING,
    LEAVE,
    WORD,
    CLOSING,
    MACHINE,
    PERSON,
    REMOVE,
    NOTE,
    CALLBACK,
    REPEAT,
    FINISH,
    PAUSE,
  ],
  wrap_up: [SAVE, MACHINE, PERSON, REMOVE, NOTE, CALLBACK, REPEAT, FINISH, PAUSE],
};

/** Which key says who picked up. */
export const WHO_KEYS = { machine: MACHINE.key, person: PERSON.key };

/** In a talk with a colleague, before the person is handed over: these go beside those of the talk. */
export const CONSULTING: readonly Stroke[] = [COMPLETE, BACK, ALL];

/** What this moment does not offer: a phone of another kind has its own mute key, a consultation its own ways out. */
export interface Without {
  mute: boolean;
  consult: Consult["part"] | null;
}

function strokesOf(seat: Seat, { mute, consult }: Without): readonly Stroke[] {
  const strokes = KEYS[seat.kind].filter(({ doing }) => {
    if (doing === "save") return mayDispose(seat);
    if (doing === "mute") return !mute;
    if (doing === "machine" || doing === "person") return Boolean(callOf(seat)?.answered_at);
    return !consult || !["transfer", "park", "hold", "leaveMessage", "closing"].includes(doing);
  });
  return consult === "asks" ? [...strokes, ...CONSULTING] : strokes;
}

/** Keys that the map needs now: a disposition that would like one of them goes without. */
export function keysTaken(seat: Seat, without: Without): ReadonlySet<string> {
  return new Set(strokesOf(seat, without).map(({ key }) => key));
}

const NOTHING_LESS: Without = { mute: false, consult: null };

/** The bindings of this moment, dispositions among them. */
export function deskKeys(seat: Seat, doings: Doings, language: string, without = NOTHING_LESS): Binding[] {
  const own: Binding[] = strokesOf(seat, without).map(({ key, doing, label, twice }) => ({
    key,
    label,
    run: doings[doing],
    ...(twice ? { twice } : {}),
  }));
  return [...own, ...dispositionKeys(seat, keysTaken(seat, without), doings.choose, language)];
}

function dispositionKeys(
  seat: Seat,
  taken: ReadonlySet<string>,
  choose: (code: string) => void,
  language: string,
): Binding[] {
  const call = callOf(seat);
  if (!call || seat.kind === "ringing" || !isOpen(call)) return [];
  return call.dispositions
    .filter(({ key }) => key !== "" && !taken.has(key))
    .map(({ key, code, label_en, label_tr }) => ({
      key,
      label: language === "tr" ? label_tr : label_en,
      run: () => choose(code),
    }));
}
