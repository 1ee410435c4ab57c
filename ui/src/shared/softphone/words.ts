/** What the phone says of itself, in the reader's language. */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { Verdict } from "./echo";
import type { Lost, PhoneState } from "./phone";
import type { Grade } from "./quality";

export const PHONE_STATES: Record<PhoneState["kind"], MessageDescriptor> = {
  off: msg`Phone off`,
  connecting: msg`Phone connects`,
  ready: msg`Phone waits for the line`,
  ringing: msg`Phone rings`,
  talking: msg`Line up`,
  lost: msg`No line`,
};

interface Said {
  title: MessageDescriptor;
  next: MessageDescriptor;
}

/** What is wrong, and what to do about it. */
export const LOST: Record<Lost, Said> = {
  no_address: {
    title: msg`This house has no place where a browser's phone signs in`,
    next: msg`Choose another phone meanwhile. Your administrator sets AHIZE_PHONE_WS, or phone_ws in asterisk.toml, to the switch's wss:// address and starts Ahize again.`,
  },
  insecure_page: {
    title: msg`This page may not use a microphone`,
    next: msg`Browsers allow it only over https. Open Ahize by its https address; your administrator knows it.`,
  },
  no_webrtc: {
    title: msg`This browser cannot telephone`,
    next: msg`Use a current Firefox, Chrome, Edge or Safari, or choose another phone.`,
  },
  microphone_refused: {
    title: msg`The microphone is not allowed`,
    next: msg`Allow it for this page (the sign beside the address), then try again.`,
  },
  no_microphone: {
    title: msg`No microphone is plugged in`,
    next: msg`Plug in your headset; the phone then connects by itself.`,
  },
  microphone_busy: {
    title: msg`The microphone does not open`,
    next: msg`Another program may hold it. Close that one, or choose another microphone, then try again.`,
  },
  microphone_gone: {
    title: msg`The microphone was unplugged`,
    next: msg`Nobody is put through to you meanwhile. Plug it in again; the phone then connects by itself.`,
  },
  server_unreachable: {
    title: msg`The telephone switch does not answer`,
    next: msg`We keep trying. A talk that is under way goes on.`,
  },
  wrong_credentials: {
    title: msg`The switch does not know this phone`,
    next: msg`New credentials are asked for. If this stays, leave the desk and sit down again.`,
  },
  server_refused: {
    title: msg`The switch does not take this phone now`,
    next: msg`We keep trying. If this stays, tell your administrator.`,
  },
  no_way_for_sound: {
    title: msg`No sound comes through`,
    next: msg`The network stops it. We try again; if this stays, your administrator must open the sound's ports.`,
  },
};

export const VERDICTS: Record<Verdict, Said> = {
  good: { title: msg`You can be heard`, next: msg`Your voice went to the switch and came back clearly.` },
  poor_line: {
    title: msg`You can be heard, but badly`,
    next: msg`Too much gets lost on the way. Use a cable instead of Wi-Fi, and end large downloads.`,
  },
  microphone_silent: {
    title: msg`Your microphone is silent`,
    next: msg`Is it muted on the headset, or is it the wrong one? Choose another and test again.`,
  },
  nothing_came_back: {
    title: msg`You speak, but nothing came back`,
    next: msg`The network lets sound out and not in. Your administrator must open the sound's ports.`,
  },
  not_reached: {
    title: msg`The test could not be made`,
    next: msg`The switch did not take the call. Try again in a minute.`,
  },
};

export const GRADES: Record<Grade, MessageDescriptor> = {
  good: msg({ message: "Good", context: "line" }),
  fair: msg({ message: "Fair", context: "line" }),
  poor: msg({ message: "Poor", context: "line" }),
};
