import { useLingui } from "@lingui/react/macro";
import { Skeleton, Stack } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useEffect } from "react";
import { dialingAlive, getDialingSeatQueryOptions } from "@/shared/api/generated/calls";
import type { SeatOut } from "@/shared/api/generated/model";
import { useLive } from "@/shared/live/live-provider";
import { useOwnPhone } from "@/shared/softphone/own-phone";
import { setServerNow } from "@/shared/time/clock";
import { SEAT_STATES, word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Elsewhere } from "./parts/elsewhere";
import { SeatPanel } from "./parts/seat-panel";
import { SitDown } from "./parts/sit-down";
import { readSeat } from "./seat";

const ALIVE_EVERY_MS = 3_000;
const ASK_WITH_SOCKET_MS = 15_000;
const ASK_WITHOUT_SOCKET_MS = 2_000;

/** The agent's place of work. The socket says when to look; while it is away we look often enough ourselves. */
export function DesktopPage() {
  const { connected } = useLive();
  const seat = useQuery(
    getDialingSeatQueryOptions({
      query: {
        staleTime: 0,
        refetchInterval: connected ? ASK_WITH_SOCKET_MS : ASK_WITHOUT_SOCKET_MS,
        refetchIntervalInBackground: true,
      },
    }),
  );
  const now = seat.data?.now;
  useEffect(() => {
    if (now) setServerNow(now);
  }, [now]);

  const sits = seat.data !== undefined && seat.data.state !== "closed" && seat.data.mine;
  useEffect(() => {
    if (connected || !sits) return;
    const timer = setInterval(() => void dialingAlive().catch(() => undefined), ALIVE_EVERY_MS);
    return () => clearInterval(timer);
  }, [connected, sits]);

  if (!seat.data) {
    if (seat.error) return <ProblemAlert error={seat.error} retry={() => void seat.refetch()} />;
    return (
      <Stack aria-busy="true">
        <Skeleton height={56} />
        <Skeleton height={420} />
      </Stack>
    );
  }
  return <Desk out={seat.data} />;
}

function Desk({ out }: { out: SeatOut }) {
  const { i18n } = useLingui();
  const seat = readSeat(out);
  const state = word(SEAT_STATES, out.state);

  const own = useOwnPhone({
    seat: out.id,
    phone: out.phone,
    wanted: out.phone.needed && out.mine && out.state !== "closed",
  });

  useEffect(() => {
    document.title = `${state} · Ahize`;
    document.documentElement.lang = i18n.locale;
  }, [state, i18n.locale]);

  switch (seat.kind) {
    case "closed":
      return <SitDown />;
    case "elsewhere":
      return <Elsewhere campaign={out.campaign?.id ?? null} seat={seat} />;
    default:
      return <SeatPanel counts={out.counts} own={own} phone={out.phone} seat={seat} />;
  }
}
