import { notifications } from "@mantine/notifications";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import {
  dialingClose,
  dialingDial,
  dialingFinishAfter,
  dialingHangUp,
  dialingPause,
  dialingReady,
  dialingShiftEnds,
  dialingSkip,
  dialingTalkClosing,
  dialingTalkDigits,
  dialingTalkDrop,
  dialingTalkEndTransfer,
  dialingTalkHold,
  dialingTalkPark,
  dialingTalkPauseRecording,
  dialingTalkTransfer,
  getDialingSeatQueryKey,
} from "@/shared/api/generated/calls";
import type { DialIn, SeatOut, TransferEndIn, TransferIn } from "@/shared/api/generated/model";
import { sentence } from "@/shared/ui/sentence";

/** What an agent asks of the seat. Each answer is the seat as it now stands, so the screen moves at once. */
export function useSeatDeeds() {
  const queries = useQueryClient();
  const deed = useMutation({
    mutationFn: (ask: () => Promise<SeatOut | undefined>) => ask(),
    onSuccess: (seat) => {
      if (seat) queries.setQueryData(getDialingSeatQueryKey(), seat);
      void queries.invalidateQueries({ queryKey: getDialingSeatQueryKey() });
    },
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  const { mutate, isPending } = deed;
  const deeds = useMemo(() => {
    /** The line's answer says only when; the seat that follows says what came of it. */
    const line = (ask: () => Promise<unknown>) =>
      mutate(async () => {
        await ask();
        return undefined;
      });
    return {
      ready: () => mutate(() => dialingReady()),
      pause: (code: string) => mutate(() => dialingPause({ code })),
      finishAfter: (on: boolean) => mutate(() => dialingFinishAfter({ on })),
      shiftEnds: (at: string | null) => mutate(() => dialingShiftEnds({ at })),
      closing: (call: string) => line(() => dialingTalkClosing(call)),
      close: () => mutate(() => dialingClose()),
      skip: () => mutate(() => dialingSkip()),
      dial: (what: DialIn) => mutate(() => dialingDial(what)),
      hangUp: (call: string) => line(() => dialingHangUp(call)),
      hold: (call: string, on: boolean) => line(() => dialingTalkHold(call, { on })),
      digits: (call: string, digits: string) => line(() => dialingTalkDigits(call, { digits })),
      pauseRecording: (call: string, on: boolean) => line(() => dialingTalkPauseRecording(call, { on })),
      leaveMessage: (call: string, sound: string) => line(() => dialingTalkDrop(call, { sound })),
      transfer: (call: string, to: TransferIn) => line(() => dialingTalkTransfer(call, to)),
      endTransfer: (call: string, how: TransferEndIn["how"]) => line(() => dialingTalkEndTransfer(call, { how })),
      park: (call: string, on: boolean) => line(() => dialingTalkPark(call, { on })),
    };
  }, [mutate]);
  return { deeds, isPending };
}
