import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Skeleton, Stack } from "@mantine/core";
import { IconClockPause, IconHandStop } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useCallback, useEffect, useState } from "react";
import { getDialingWallboardQueryOptions } from "@/shared/api/generated/calls";
import type { FloorOut } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { setServerNow } from "@/shared/time/clock";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Brakes } from "./brakes";
import { CampaignCards } from "./campaign-cards";
import type { How } from "./ears";
import { EarsBar } from "./ears-bar";
import { FloorFigures } from "./floor-figures";
import { SeatTable } from "./seat-table";
import { useStale } from "./use-stale";

const ASK_EVERY_MS = 2_000;

/** The floor at a glance: what is happening, what is left of the budget, who needs me; and the brakes. */
export function WallboardPage() {
  const { t } = useLingui();
  const maySteer = useMay("steer_floor");
  const mayStop = useMay("stop_dialing");
  const mayListen = useMay("listen_in");
  const [heard, setHeard] = useState<{ seat: string; how: How } | null>(null);
  const setHow = useCallback((how: How) => setHeard((before) => (before ? { ...before, how } : null)), []);
  const endListening = useCallback(() => setHeard(null), []);
  const floor = useQuery(
    getDialingWallboardQueryOptions({
      query: { staleTime: 0, refetchInterval: ASK_EVERY_MS, refetchIntervalInBackground: true },
    }),
  );
  const now = floor.data?.now;
  useEffect(() => {
    if (now) setServerNow(now);
  }, [now]);

  const heardSeat = floor.data?.seats.find(({ id }) => id === heard?.seat);

  return (
    <Stack>
      <PageHeader
        actions={floor.data && mayStop ? <Brakes stopped={floor.data.stopped} /> : null}
        title={t`Wallboard`}
      />
      {floor.data ? (
        <>
          {heardSeat && heard ? (
            <EarsBar how={heard.how} key={heardSeat.id} onEnd={endListening} onHow={setHow} seat={heardSeat} />
          ) : null}
          <Trouble floor={floor.data} heardAt={floor.dataUpdatedAt} />
          <FloorFigures floor={floor.data} />
          <CampaignCards campaigns={floor.data.campaigns} now={floor.data.now} />
          <SeatTable
            campaigns={floor.data.campaigns}
            maySteer={maySteer}
            onListen={mayListen ? (seat) => setHeard({ seat: seat.id, how: "listen" }) : null}
            seats={floor.data.seats}
          />
        </>
      ) : floor.error ? (
        <ProblemAlert error={floor.error} retry={() => void floor.refetch()} />
      ) : (
        <>
          <Skeleton height={110} />
          <Skeleton height={320} />
        </>
      )}
    </Stack>
  );
}

/** What keeps the floor from dialling, and whether these figures are still true. */
function Trouble({ floor, heardAt }: { floor: FloorOut; heardAt: number }) {
  const staleFor = useStale(heardAt);
  return (
    <>
      {staleFor === null ? null : (
        <Alert color="amber" icon={<IconClockPause aria-hidden />} role="status" variant="light">
          <Trans>These figures are {staleFor} s old. We keep asking.</Trans>
        </Alert>
      )}
      {floor.stopped ? (
        <Alert color="brick" icon={<IconHandStop aria-hidden />} role="status" variant="light">
          <Trans>All dialling is stopped. What rang was served; nothing new is dialled.</Trans>
        </Alert>
      ) : null}
      {floor.dialer_running ? null : (
        <Alert color="brick" role="status" variant="light">
          <Trans>The dialler is not running: nothing is dialled until it is back.</Trans>
        </Alert>
      )}
      {floor.dialer_running && !floor.gate_up ? (
        <Alert color="amber" role="status" variant="light">
          <Trans>The telephone line is away: nothing can be dialled.</Trans>
        </Alert>
      ) : null}
    </>
  );
}
