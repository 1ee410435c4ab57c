/** The phone of one's own seat: asked for once a login, connected, and kept through a reload of the tab. */
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState } from "react";
import { dialingTalkMakePhone } from "@/shared/api/generated/calls";
import type { PhoneIn, PhoneMade, PhoneOut } from "@/shared/api/generated/model";
import type { Credentials } from "./phone";
import { usePhone, useSoftphone } from "./phone-provider";

export type PhoneKind = PhoneIn["kind"];

const KEPT = "ahize.phone";
const KIND = "ahize.phone-kind";
/** Credentials that were refused are asked anew, but not in a hurry. */
const ANEW_EVERY_MS = 30_000;

/** The tab's own: they die with it, and with the login that they were made for. */
function kept(): PhoneMade | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT) ?? "null") as PhoneMade | null;
  } catch {
    return null;
  }
}

export function preferredKind(): PhoneKind {
  const kind = localStorage.getItem(KIND);
  return kind === "sip" || kind === "number" ? kind : "browser";
}

export function credentialsOf(made: PhoneMade): Credentials {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return {
    server: made.ws.startsWith("/") ? `${scheme}://${location.host}${made.ws}` : made.ws,
    uri: `sip:${made.user}@${made.realm}`,
    user: made.user,
    password: made.password,
    realm: made.realm,
    iceServers: [],
    echo: `sip:echo@${made.realm}`,
  };
}

export interface OwnPhone {
  /** What was told once, for a SIP phone to be set up with. */
  made: PhoneMade | null;
  make: (phone: PhoneIn) => void;
  reconnect: () => void;
  isPending: boolean;
  error: unknown;
}

interface Wanted {
  seat: string | null;
  phone: PhoneOut;
  /** Somebody sits here (or listens), and calls reach them by telephone. */
  wanted: boolean;
}

export function useOwnPhone({ seat, phone, wanted }: Wanted): OwnPhone {
  const softphone = useSoftphone();
  const queries = useQueryClient();
  const { state } = usePhone();
  const [made, setMade] = useState<PhoneMade | null>(null);
  const asked = useRef(Number.NEGATIVE_INFINITY);
  const { mutate, isPending, error } = useMutation({
    mutationFn: (asks: PhoneIn) => dialingTalkMakePhone(asks),
    onSuccess: (answer) => {
      localStorage.setItem(KIND, answer.kind);
      setMade(answer);
      if (answer.kind === "browser") {
        sessionStorage.setItem(KEPT, JSON.stringify(answer));
        void softphone.connect(credentialsOf(answer));
      } else {
        sessionStorage.removeItem(KEPT);
        softphone.disconnect();
      }
      void queries.invalidateQueries({ queryKey: ["/api/seat"] });
    },
  });
  const make = useCallback(
    (asks: PhoneIn) => {
      asked.current = performance.now();
      mutate(asks);
    },
    [mutate],
  );
  const reconnect = useCallback(() => {
    const before = kept();
    // Where none was named, the administrator may have done so since.
    if (before?.ws && phone.kind === "browser") void softphone.connect(credentialsOf(before));
    else make({ kind: "browser" });
  }, [make, phone.kind, softphone]);

  const { kind } = phone;
  const off = state.kind === "off";
  useEffect(() => {
    if (!wanted) {
      if (!off) softphone.disconnect();
      return;
    }
    if (!off || isPending || error || preferredKind() !== "browser") return;
    const before = kept();
    if (kind === "browser" && before?.user === `seat-${seat}`) void softphone.connect(credentialsOf(before));
    else if (kind === "browser" || kind === null) make({ kind: "browser" });
  }, [wanted, off, kind, seat, isPending, error, make, softphone]);

  const refused = state.kind === "lost" && state.why === "wrong_credentials" && !state.again;
  useEffect(() => {
    if (!wanted || !refused) return;
    sessionStorage.removeItem(KEPT);
    const wait = Math.max(0, asked.current + ANEW_EVERY_MS - performance.now());
    const timer = setTimeout(() => make({ kind: "browser" }), wait);
    return () => clearTimeout(timer);
  }, [wanted, refused, make]);

  return { made, make, reconnect, isPending, error };
}
