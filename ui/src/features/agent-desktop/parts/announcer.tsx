import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { keptChoice } from "@/shared/softphone/devices";
import { playTone, prepareTone } from "@/shared/softphone/sound";
import { SEAT_STATES, word } from "@/shared/trade/words";
import { callOf } from "../seat";
import type { Sitting } from "./state-bar";

/** For ears: one polite line for screen readers, and one soft tone when a person comes on the line. */
export function Announcer({ seat, muted }: { seat: Sitting; muted: boolean }) {
  const { t } = useLingui();
  const call = callOf(seat);
  const state = word(SEAT_STATES, seat.kind);
  const who = call ? [call.contact.name, call.contact.place].filter(Boolean).join(", ") : "";
  const attempt = (call?.history.length ?? 0) + 1;
  const before = useRef(seat.kind);

  useEffect(() => {
    if (seat.kind === "ready") prepareTone(keptChoice().ringer);
    if (seat.kind === "talking" && before.current !== "talking") playTone();
    before.current = seat.kind;
  }, [seat.kind]);

  return (
    <div aria-live="polite" className={"visually-hidden"} role="status">
      {seat.kind !== "talking"
        ? state
        : seat.call.talk.held
          ? t`On hold: they hear music`
          : muted
            ? t`You are muted`
            : t`Connected: ${who}, attempt ${attempt}`}
    </div>
  );
}
