import { useLingui } from "@lingui/react/macro";
import { useEffect, useRef } from "react";
import { SEAT_STATES, word } from "@/shared/trade/words";
import { callOf } from "../seat";
import type { Sitting } from "./state-bar";
import { playTone, prepareTone } from "./tone";

/** For ears: one polite line for screen readers, and one soft tone when a person comes on the line. */
export function Announcer({ seat }: { seat: Sitting }) {
  const { t } = useLingui();
  const call = callOf(seat);
  const state = word(SEAT_STATES, seat.kind);
  const who = call ? [call.contact.name, call.contact.place].filter(Boolean).join(", ") : "";
  const attempt = (call?.history.length ?? 0) + 1;
  const before = useRef(seat.kind);

  useEffect(() => {
    if (seat.kind === "ready") prepareTone();
    if (seat.kind === "talking" && before.current !== "talking") playTone();
    before.current = seat.kind;
  }, [seat.kind]);

  return (
    <div aria-live="polite" className={"visually-hidden"} role="status">
      {seat.kind === "talking" ? t`Connected: ${who}, attempt ${attempt}` : state}
    </div>
  );
}
