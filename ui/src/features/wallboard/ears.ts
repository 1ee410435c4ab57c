/** Hearing another's talk: with which phone, since when, and how it ends. */
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef } from "react";
import {
  dialingTalkEars,
  dialingTalkMakePhone,
  dialingTalkNoPhone,
  getDialingSeatQueryOptions,
  getDialingTalkPhoneQueryOptions,
} from "@/shared/api/generated/calls";
import type { EarsIn, PhoneOut } from "@/shared/api/generated/model";
import { type OwnPhone, useOwnPhone } from "@/shared/softphone/own-phone";
import { usePhone, useSoftphone } from "@/shared/softphone/phone-provider";

export type How = Exclude<EarsIn["how"], "off" | "take_over">;

const NO_PHONE: PhoneOut = { kind: null, state: "none", needed: false, number: "" };
const ASK_EVERY_MS = 2_000;

export interface Ears {
  phone: PhoneOut;
  own: OwnPhone;
  /** The telephone is there: what is asked is heard. */
  ready: boolean;
  asked: boolean;
  error: unknown;
  takeOver: () => Promise<unknown>;
}

/**
 * While it stands, this seat is heard in this way. It ends with the component: whoever leaves the page hears no more.
 *
 * Who does not sit at a desk of their own gets a phone for it, and gives it back.
 */
export function useEars(seat: string, how: How): Ears {
  const queries = useQueryClient();
  const softphone = useSoftphone();
  const { state } = usePhone();
  const mine = useQuery(getDialingSeatQueryOptions());
  const asked = useQuery(getDialingTalkPhoneQueryOptions({ query: { staleTime: 0, refetchInterval: ASK_EVERY_MS } }));
  const phone = asked.data ?? NO_PHONE;
  const own = useOwnPhone({ seat: mine.data?.id ?? null, phone, wanted: phone.needed });
  const inBrowser = phone.kind === "browser" || phone.kind === null;
  const ready =
    asked.data !== undefined && (!phone.needed || (inBrowser ? state.kind === "talking" : phone.state === "up"));

  const ears = useMutation({
    mutationFn: async (wanted: EarsIn["how"]) => {
      // The made-up world needs no telephone, only somewhere to stand.
      if (!phone.needed && phone.kind === null) await dialingTalkMakePhone({ kind: "browser" });
      await dialingTalkEars(seat, { how: wanted });
    },
    onSettled: () => void queries.invalidateQueries({ queryKey: ["/api/floor"] }),
  });
  const { mutate, mutateAsync } = ears;
  useEffect(() => {
    if (!ready) return;
    softphone.mute(how === "listen");
    mutate(how);
  }, [ready, how, mutate, softphone]);

  const sits = mine.data !== undefined && mine.data.state !== "closed";
  const end = useRef(() => {});
  end.current = () => {
    softphone.mute(false);
    void dialingTalkEars(seat, { how: "off" }).catch(() => undefined);
    if (sits) return;
    softphone.disconnect();
    void dialingTalkNoPhone().catch(() => undefined);
  };
  const taken = useRef(false);
  useEffect(
    () => () => {
      if (!taken.current) end.current();
    },
    [],
  );
  const takeOver = useCallback(async () => {
    softphone.mute(false);
    await mutateAsync("take_over");
    taken.current = true;
  }, [mutateAsync, softphone]);
  return { phone, own, ready, asked: ears.isSuccess, error: ears.error, takeOver };
}
