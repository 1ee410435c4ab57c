import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Menu, Text, Tooltip } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import {
  type Icon,
  IconArmchair,
  IconDots,
  IconEar,
  IconEye,
  IconHeadset,
  IconHourglassLow,
  IconLogout,
  IconPencil,
  IconPhoneCall,
  IconPhoneRinging,
  IconPlayerPause,
  IconSwitchHorizontal,
} from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useMemo, useState } from "react";
import {
  dialingCloseSeat,
  dialingMoveSeat,
  dialingPauseSeat,
  dialingSeatShiftEnds,
  getDialingWallboardQueryKey,
} from "@/shared/api/generated/calls";
import type { FloorCampaign, FloorSeat } from "@/shared/api/generated/model";
import { useNow } from "@/shared/time/clock";
import { clockTime, span } from "@/shared/time/format";
import { usePauseCodes } from "@/shared/trade/use-pause-codes";
import { PAUSES, SEAT_STATES, word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { sentence } from "@/shared/ui/sentence";
import { ShiftEndModal } from "@/shared/ui/shift-end-modal";
import { byNeed, needOf } from "./floor";
import classes from "./wallboard.module.css";

const MARKS: Record<string, Icon> = {
  closed: IconLogout,
  paused: IconPlayerPause,
  ready: IconHeadset,
  previewing: IconEye,
  ringing: IconPhoneRinging,
  talking: IconPhoneCall,
  wrap_up: IconPencil,
};

interface SeatTableProps {
  seats: readonly FloorSeat[];
  campaigns: readonly FloorCampaign[];
  maySteer: boolean;
  /** Null for whoever may not listen in. */
  onListen: ((seat: FloorSeat) => void) | null;
}

/** One row a person, who needs me first, and the reason in words. */
export function SeatTable({ seats, campaigns, maySteer, onListen }: SeatTableProps) {
  const { i18n, t } = useLingui();
  const now = useNow();
  const names = useMemo(() => new Map(campaigns.map(({ id, name }) => [id, name])), [campaigns]);
  const rows = byNeed(seats, now, i18n.locale);

  const columns: Column<FloorSeat>[] = [
    {
      id: "name",
      header: t`Agent`,
      width: "20%",
      cell: (seat) => <span style={{ fontWeight: 600 }}>{seat.name}</span>,
    },
    { id: "state", header: t`State`, width: "20%", cell: (seat) => <State seat={seat} /> },
    { id: "since", header: t`For`, align: "right", width: 90, cell: (seat) => span(now - Date.parse(seat.since)) },
    { id: "need", header: t`Look here`, cell: (seat) => <NeedWords now={now} seat={seat} /> },
    { id: "campaign", header: t`Campaign`, cell: (seat) => names.get(seat.campaign ?? "") ?? "–" },
    { id: "talks", header: t`Talks today`, align: "right", width: 110, cell: (seat) => seat.talks },
    ...(onListen
      ? [
          {
            id: "listen",
            header: <span className="visually-hidden">{t`Listen`}</span>,
            align: "right" as const,
            width: 60,
            cell: (seat: FloorSeat) =>
              seat.state === "talking" ? (
                <Tooltip label={t`Listen`}>
                  <ActionIcon aria-label={t`Listen to ${seat.name}`} onClick={() => onListen(seat)} variant="default">
                    <IconEar size={18} />
                  </ActionIcon>
                </Tooltip>
              ) : null,
          },
        ]
      : []),
    ...(maySteer
      ? [
          {
            id: "deeds",
            header: <span className="visually-hidden">{t`Actions`}</span>,
            align: "right" as const,
            width: 60,
            cell: (seat: FloorSeat) => <Deeds campaigns={campaigns} seat={seat} />,
          },
        ]
      : []),
  ];
  return (
    <div className={classes.table}>
      <DataTable
        columns={columns}
        empty={
          <EmptyState icon={IconArmchair}>
            <Trans>Agents who sit down at their desks stand here. Nobody has yet.</Trans>
          </EmptyState>
        }
        label={t`Seats`}
        rowClassName={(seat) => (["none", "finishing"].includes(needOf(seat, now)) ? undefined : classes.needs)}
        rowKey={(seat) => seat.id}
        rows={rows}
      />
    </div>
  );
}

function State({ seat }: { seat: FloorSeat }) {
  const { state, held, shift_ends_at } = seat;
  const Mark = MARKS[state] ?? IconHeadset;
  return (
    <span className={classes.state}>
      <span aria-hidden className={classes.mark} data-state={state}>
        <Mark size={16} />
      </span>
      {held ? <Trans>On hold</Trans> : word(SEAT_STATES, state)}
      {shift_ends_at ? (
        <Text c="dimmed" component="span" size="xs">
          <Trans>here until {clockTime(shift_ends_at)}</Trans>
        </Text>
      ) : null}
    </span>
  );
}

function NeedWords({ seat, now }: { seat: FloorSeat; now: number }) {
  switch (needOf(seat, now)) {
    case "lost":
      return seat.state === "talking" ? <Trans>Tab is silent in a talk: go there</Trans> : <Trans>Tab is silent</Trans>;
    case "long_wrap_up":
      return <Trans>Wrap-up time is over</Trans>;
    case "long_pause":
      return <Trans>Long pause: {word(PAUSES, seat.pause_code)}</Trans>;
    case "finishing":
      return <Trans>Finishing after this call</Trans>;
    case "none":
      if (seat.phone === "lost") return <Trans>Phone is gone</Trans>;
      if (seat.leaving) return <Trans>Pauses as soon as nobody rings for it</Trans>;
      return seat.state === "paused" && seat.pause_code ? word(PAUSES, seat.pause_code) : null;
  }
}

function Deeds({ seat, campaigns }: { seat: FloorSeat; campaigns: readonly FloorCampaign[] }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const deed = useMutation({
    mutationFn: (ask: () => Promise<unknown>) => ask(),
    onSettled: () => void queries.invalidateQueries({ queryKey: getDialingWallboardQueryKey() }),
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  const codes = usePauseCodes();
  const [shiftOpen, setShiftOpen] = useState(false);
  const others = campaigns.filter(({ id, state }) => id !== seat.campaign && state !== "ended");
  return (
    <>
      <ShiftEndModal
        onClose={() => setShiftOpen(false)}
        onSay={(at) => deed.mutate(() => dialingSeatShiftEnds(seat.id, { at }))}
        opened={shiftOpen}
        title={t`Until when is ${seat.name} here?`}
        value={seat.shift_ends_at}
      />
      <Menu position="bottom-end" width={240}>
        <Menu.Target>
          <ActionIcon aria-label={t`Actions for ${seat.name}`} loading={deed.isPending} variant="subtle">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {seat.state === "paused" ? null : (
            <>
              <Menu.Label>
                <Trans>Pause this seat</Trans>
              </Menu.Label>
              {codes.map(({ code, label }) => (
                <Menu.Item
                  key={code}
                  leftSection={<IconPlayerPause aria-hidden size={16} />}
                  onClick={() => deed.mutate(() => dialingPauseSeat(seat.id, { code }))}
                >
                  {label}
                </Menu.Item>
              ))}
              <Menu.Divider />
            </>
          )}
          <Menu.Item
            leftSection={<IconLogout aria-hidden size={16} />}
            onClick={() => deed.mutate(() => dialingCloseSeat(seat.id))}
          >
            <Trans>Log this seat out</Trans>
          </Menu.Item>
          <Menu.Item leftSection={<IconHourglassLow aria-hidden size={16} />} onClick={() => setShiftOpen(true)}>
            <Trans>End of shift…</Trans>
          </Menu.Item>
          {others.length > 0 ? (
            <Menu.Label>
              <Trans>Move to</Trans>
            </Menu.Label>
          ) : null}
          {others.map((campaign) => (
            <Menu.Item
              key={campaign.id}
              leftSection={<IconSwitchHorizontal aria-hidden size={16} />}
              onClick={() => deed.mutate(() => dialingMoveSeat(seat.id, { campaign: campaign.id }))}
            >
              {campaign.name}
            </Menu.Item>
          ))}
        </Menu.Dropdown>
      </Menu>
    </>
  );
}
