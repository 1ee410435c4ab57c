import { createContext, type ReactNode, useContext, useEffect, useState, useSyncExternalStore } from "react";
import { browserMedia } from "./devices";
import { makeJsSipUa } from "./sip";
import { type Phone, Softphone } from "./softphone";
import { makeSpeaker, meterOf } from "./sound";

const SoftphoneContext = createContext<Softphone | null>(null);

/** One phone for the whole tab: whoever looks at another room keeps the line. */
export function PhoneProvider({ children }: { children: ReactNode }) {
  const [softphone] = useState(
    () => new Softphone({ makeUa: makeJsSipUa, media: browserMedia, makeSpeaker, meterOf, chance: Math.random }),
  );
  useEffect(() => () => softphone.disconnect(), [softphone]);
  return <SoftphoneContext value={softphone}>{children}</SoftphoneContext>;
}

/** The verbs. */
export function useSoftphone(): Softphone {
  const softphone = useContext(SoftphoneContext);
  if (!softphone) throw new Error("useSoftphone stands only inside the frame");
  return softphone;
}

/** What it is doing. */
export function usePhone(): Phone {
  const softphone = useSoftphone();
  return useSyncExternalStore(softphone.subscribe, softphone.snapshot);
}
