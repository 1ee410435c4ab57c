import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Checkbox, Group, NumberInput, Select, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconCalculator, IconDeviceFloppy, IconDownload, IconInfoCircle } from "@tabler/icons-react";
import { useMutation, useQuery } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { HalfHourIn, PlanOut, StaffingOut, StaffingTarget } from "@/shared/api/generated/model";
import {
  getStaffingStaffingPlanQueryOptions,
  staffingKeepStaffingPlan,
  staffingStaffingSeats,
} from "@/shared/api/generated/staffing";
import { useMay, useMe } from "@/shared/session/session";
import { save } from "@/shared/sheet/csv";
import { isoDay, number } from "@/shared/time/format";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { sentence } from "@/shared/ui/sentence";
import { HalfTable } from "./half-table";
import { filled, reachOf, timeOf, usualHandle } from "./halves";
import { SeatsChart } from "./seats-chart";
import type { StaffingSearch } from "./staffing-page";

interface SeatsPanelProps {
  search: StaffingSearch;
  look: (next: StaffingSearch) => void;
}

const NONE = "none";

/** For whom and which day: the plan below begins with what is known of it. */
export function SeatsPanel({ search, look }: SeatsPanelProps) {
  const { t } = useLingui();
  const me = useMe();
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const campaign = search.campaign;
  const inbound = search.inbound ? search.inbound === "yes" : !campaign;
  const day = search.day ?? isoDay(Date.now() + 86_400_000, me.world.zone);
  const plan = useQuery({
    ...getStaffingStaffingPlanQueryOptions({ day, inbound, ...(campaign ? { campaign } : {}) }),
    enabled: inbound || Boolean(campaign),
    staleTime: Number.POSITIVE_INFINITY, // what somebody enters is not overwritten behind their back
  });
  return (
    <Stack>
      <Group align="flex-end">
        <Select
          allowDeselect={false}
          data={[
            { value: NONE, label: t`No dialling out` },
            ...(campaigns.data ?? []).map((row) => ({ value: row.id, label: row.name })),
          ]}
          label={t`Dialling out for`}
          miw={280}
          onChange={(value) =>
            look({ campaign: value === NONE || !value ? "" : value, inbound: inbound ? "yes" : "no" })
          }
          searchable
          value={campaign || NONE}
        />
        <TextInput
          label={t`Day`}
          onChange={(event) => event.currentTarget.value && look({ day: event.currentTarget.value })}
          type="date"
          value={day}
        />
        <Checkbox
          checked={inbound}
          label={t`Callers on the inbound lines`}
          onChange={(event) => look({ inbound: event.currentTarget.checked ? "yes" : "no" })}
          pb={8}
        />
      </Group>
      {inbound || campaign ? null : (
        <Alert color="amber" icon={<IconInfoCircle aria-hidden />} variant="light">
          <Trans>Choose a campaign, the inbound lines, or both.</Trans>
        </Alert>
      )}
      <ProblemAlert error={plan.error ?? campaigns.error} retry={() => void plan.refetch()} />
      {plan.data ? (
        <Plan
          campaign={campaign || null}
          inbound={inbound}
          key={`${campaign}/${inbound}/${day}/${plan.dataUpdatedAt}`}
          plan={plan.data}
        />
      ) : plan.isFetching ? (
        <Skeleton height={420} />
      ) : null}
    </Stack>
  );
}

interface PlanProps {
  plan: PlanOut;
  campaign: string | null;
  inbound: boolean;
}

function Plan({ plan, campaign, inbound }: PlanProps) {
  const { t } = useLingui();
  const mayKeep = useMay("edit_campaigns");
  const [target, setTarget] = useState<StaffingTarget>(plan.target);
  const [halves, setHalves] = useState<HalfHourIn[]>(() => {
    const [from, until] = reachOf(plan.halves);
    return filled(plan.halves, from, until, usualHandle(plan));
  });
  const seats = useMutation({ mutationFn: () => staffingStaffingSeats({ target, halves }) });
  const keep = useMutation({
    mutationFn: () => staffingKeepStaffingPlan({ day: plan.day, campaign, inbound, target, halves }),
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
    onSuccess: () => notifications.show({ message: t`This day's plan is kept.` }),
  });
  const { mutate } = seats;
  const known = halves.some(({ calls, talks }) => calls > 0 || talks > 0);
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, for what is known already
  useEffect(() => {
    if (known) mutate();
  }, []);

  const [from, until] = reachOf(halves);
  const reach = (begin: number, end: number) => setHalves(filled(halves, begin, end, usualHandle(plan)));
  const share = (name: "share" | "shrinkage" | "abandons_max") => (value: string | number) =>
    setTarget({ ...target, [name]: Number(value) / 100 });
  const plain = (name: "within_s" | "patience_s") => (value: string | number) =>
    setTarget({ ...target, [name]: Number(value) });
  const percent = (value: number) => Math.round(value * 1000) / 10;

  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        mutate();
      }}
    >
      <Stack>
        <Text c="dimmed" size="sm">
          <Known campaign={campaign} inbound={inbound} plan={plan} />
        </Text>
        <Group align="flex-end" gap="sm">
          <Times label={t`From`} max={until - 1} min={0} onChange={(value) => reach(value, until)} value={from} />
          <Times label={t`Until`} max={48} min={from + 1} onChange={(value) => reach(from, value)} value={until} />
          {inbound ? (
            <>
              <NumberInput
                label={t`Answered in time, %`}
                max={99}
                min={0}
                onChange={share("share")}
                value={percent(target.share)}
                w={150}
              />
              <NumberInput
                label={t`In time: seconds`}
                max={3600}
                min={0}
                onChange={plain("within_s")}
                value={target.within_s}
                w={140}
              />
              <NumberInput
                label={t`May hang up, %`}
                max={100}
                min={0.1}
                onChange={share("abandons_max")}
                value={percent(target.abandons_max)}
                w={130}
              />
              <NumberInput
                label={t`Patience, seconds`}
                max={36_000}
                min={1}
                onChange={plain("patience_s")}
                value={target.patience_s}
                w={140}
              />
            </>
          ) : null}
          <NumberInput
            label={t`Shrinkage, %`}
            max={90}
            min={0}
            onChange={share("shrinkage")}
            title={t`Breaks, training, sickness`}
            value={percent(target.shrinkage)}
            w={150}
          />
          <Button leftSection={<IconCalculator aria-hidden size={16} />} loading={seats.isPending} type="submit">
            <Trans>Count the seats</Trans>
          </Button>
          {mayKeep ? (
            <Button
              leftSection={<IconDeviceFloppy aria-hidden size={16} />}
              loading={keep.isPending}
              onClick={() => keep.mutate()}
              type="button"
              variant="default"
            >
              <Trans>Keep this plan</Trans>
            </Button>
          ) : null}
        </Group>
        <ProblemAlert error={seats.error} />
        {seats.data ? <Result answer={seats.data} day={plan.day} halves={halves} inbound={inbound} /> : null}
        <HalfTable
          answer={seats.data ?? null}
          halves={halves}
          inbound={inbound}
          onChange={setHalves}
          outbound={campaign !== null}
        />
      </Stack>
    </form>
  );
}

/** On what the figures below rest. */
function Known({ plan, campaign, inbound }: PlanProps) {
  const days = plan.learned_days;
  const talkDays = plan.talk_days;
  if (plan.saved) return <Trans>As it was kept for this day. Hours are those of {plan.zone}.</Trans>;
  if (days === 0 && talkDays === 0) {
    return <Trans>Nothing is known of such a day yet: enter what you expect. Hours are those of {plan.zone}.</Trans>;
  }
  return (
    <>
      {inbound && days > 0 ? <Trans>Callers: the mean of {days} such weekdays.</Trans> : null}{" "}
      {campaign && talkDays > 0 ? <Trans>Talks: the mean of {talkDays} such weekdays.</Trans> : null}{" "}
      <Trans>
        The handle time is that of {number(plan.handled)} talks. Hours are those of {plan.zone}.
      </Trans>
    </>
  );
}

function Times(props: { label: string; value: number; min: number; max: number; onChange: (half: number) => void }) {
  const { label, value, min, max, onChange } = props;
  const data = Array.from({ length: max - min + 1 }, (_, n) => ({ value: String(min + n), label: timeOf(min + n) }));
  return (
    <Select
      allowDeselect={false}
      data={data}
      label={label}
      onChange={(half) => half && onChange(Number(half))}
      value={String(value)}
      w={110}
    />
  );
}

interface ResultProps {
  answer: StaffingOut;
  halves: readonly HalfHourIn[];
  inbound: boolean;
  day: string;
}

function Result({ answer, halves, inbound, day }: ResultProps) {
  const { t } = useLingui();
  const most = Math.max(0, ...answer.halves.map(({ seats }) => seats));
  const saved = answer.halves.reduce((sum, { apart, seats }) => sum + apart - seats, 0) / 2;
  const expected = new Map(halves.map((one) => [one.half, one]));
  const file = () =>
    save(`staffing-${day}.csv`, [
      [
        ...[t`Half hour`, t`Callers`, t`Handle time, s`, t`Talks wanted`, t`Seats by Erlang-A`],
        ...[t`Answered in time, by Erlang-A`, t`Hang up, by Erlang-A`, t`Mean wait, s`, t`Busy share`],
        ...[t`Seats played through`, t`Answered in time, played`, t`from`, t`to`],
        ...[t`Seats for dialling out`, t`Two groups`, t`One group for both`, t`Kept free for callers`],
        ...[
          t`Answered in time, one group`,
          t`Talks, one group`,
          t({ message: "Seats", context: "needed" }),
          t`On the schedule`,
        ],
      ],
      ...answer.halves.map((row) => {
        const one = expected.get(row.half);
        return [
          ...[timeOf(row.half), one?.calls ?? 0, one?.handle_s ?? 0, one?.talks ?? 0, row.erlang],
          ...[row.in_time, row.abandons, row.mean_wait_s, row.occupancy],
          ...[row.played, row.played_in_time, row.played_low, row.played_high],
          ...[row.outbound, row.apart, row.blend?.seats ?? "", row.blend?.reserve ?? ""],
          ...[row.blend?.in_time ?? "", row.blend?.talks ?? "", row.seats, row.scheduled],
        ];
      }),
    ]);
  return (
    <Stack className="surface" gap="xs" p="sm">
      <Group justify="space-between">
        <Text>
          <Trans>
            At most {number(most)} seats at once, and {number(answer.hours, 1)} paid hours on the schedule.
          </Trans>{" "}
          {inbound ? <Trans>Played through over {number(answer.played_days)} made-up days.</Trans> : null}{" "}
          {saved > 0 ? (
            <Trans>
              One group that serves callers and dials out in the gaps between them saves {number(saved, 1)} seat hours
              beside two groups.
            </Trans>
          ) : null}
        </Text>
        <Button leftSection={<IconDownload aria-hidden size={16} />} onClick={file} size="xs" variant="default">
          <Trans>Table as CSV</Trans>
        </Button>
      </Group>
      <SeatsChart answer={answer} />
    </Stack>
  );
}
