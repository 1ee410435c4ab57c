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
  dialingSkip,
  getDialingSeatQueryKey,
} from "@/shared/api/generated/calls";
import type { DialIn, SeatOut } from "@/shared/api/generated/model";
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
  const deeds = useMemo(
    () => ({
      ready: () => mutate(() => dialingReady()),
      pause: (code: string) => mutate(() => dialingPause({ code })),
      finishAfter: (on: boolean) => mutate(() => dialingFinishAfter({ on })),
      close: () => mutate(() => dialingClose()),
      skip: () => mutate(() => dialingSkip()),
      dial: (what: DialIn) => mutate(() => dialingDial(what)),
      hangUp: (call: string) =>
        mutate(async () => {
          await dialingHangUp(call);
          return undefined;
        }),
    }),
    [mutate],
  );
  return { deeds, isPending };
}
