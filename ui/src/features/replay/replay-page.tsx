import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, List, NumberInput, Select, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCheck, IconHistory, IconInfoCircle, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { PlanBase, PlanResult, PlanRun } from "@/shared/api/generated/model";
import {
  getPlanningOneRunQueryKey,
  getPlanningPlanBaseQueryOptions,
  planningAskReplay,
} from "@/shared/api/generated/planning";
import { Problem } from "@/shared/api/problem";
import { CampaignChoice } from "@/shared/plans/campaign-choice";
import { PastRuns } from "@/shared/plans/past-runs";
import { Results } from "@/shared/plans/results";
import { RunState } from "@/shared/plans/run-state";
import { isOpen, useRun } from "@/shared/plans/use-run";
import { useMe } from "@/shared/session/session";
import { fullDate, number } from "@/shared/time/format";
import { MODES, word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

export interface ReplaySearch {
  campaign?: string;
  run?: string;
}

/** A day that was, dialled again under other settings: what would have been, beside what was. */
export function ReplayPage() {
  const { t } = useLingui();
  const search = useSearch({ strict: false }) as ReplaySearch;
  const navigate = useNavigate();
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const chosen = search.campaign ?? campaigns.data?.[0]?.id;
  const base = useQuery({ ...getPlanningPlanBaseQueryOptions(chosen ?? ""), enabled: Boolean(chosen) });
  const look = (next: ReplaySearch) => void navigate({ to: "/replay", search: next, replace: true });
  return (
    <>
      <PageHeader
        note={
          <Trans>
            A day that was, dialled again under other settings: from its journal, through the engine that dials. Nobody
            is called.
          </Trans>
        }
        title={t`Replay`}
      />
      <CampaignChoice campaigns={campaigns.data ?? []} choose={(campaign) => look({ campaign })} chosen={chosen} />
      <ProblemAlert error={campaigns.error ?? base.error} retry={() => void base.refetch()} />
      {base.data && chosen ? (
        base.data.days.length > 0 ? (
          <Days base={base.data} key={chosen} look={(run) => look({ campaign: chosen, run })} runId={search.run} />
        ) : (
          <EmptyState icon={IconHistory}>
            <Trans>The campaign was not dialled in the last 60 days. Its days stand here once it was.</Trans>
          </EmptyState>
        )
      ) : (
        <Skeleton height={320} />
      )}
    </>
  );
}

interface DaysProps {
  base: PlanBase;
  runId: string | undefined;
  look: (run: string) => void;
}

function Days({ base, runId, look }: DaysProps) {
  const { t } = useLingui();
  const zone = useMe().world.zone;
  const run = useRun(runId);
  const result = run.data?.result;
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Ask base={base} look={look} />
        <Inferred />
      </SimpleGrid>
      <ProblemAlert error={run.error} />
      {run.data ? <RunState name={t`Dialled again`} run={run.data} which="second" /> : null}
      {result ? (
        <>
          <Exact result={result} run={run.data as PlanRun} />
          <Results
            hours={Number(run.data?.settings.hours)}
            laws={{ second: Number(run.data?.settings.law_cap ?? 1) }}
            sides={[
              { which: "second", name: t`Dialled again`, result, ...(result.actual ? { actual: result.actual } : {}) },
            ]}
            starts={String(run.data?.settings.starts)}
            zone={zone}
          />
        </>
      ) : null}
      <PastRuns campaign={base.campaign} kind="replay" open={look} zone={zone} />
    </Stack>
  );
}

interface Draft {
  day: string;
  mode: string | null;
  ratio: number | string;
  cap: number | string;
  ring: number | string;
  wrap: number | string;
  seats: number;
}

function Ask({ base, look }: Pick<DaysProps, "base" | "look">) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>({
    day: base.days[0] ?? "",
    mode: null,
    ratio: "",
    cap: "",
    ring: "",
    wrap: "",
    seats: 0,
  });
  const change = (next: Partial<Draft>) => setDraft((before) => ({ ...before, ...next }));
  const ask = useMutation({
    mutationFn: () =>
      planningAskReplay({
        campaign: base.campaign,
        day: draft.day,
        seats_change: draft.seats,
        mode: draft.mode,
        ratio: numberOr(draft.ratio),
        abandon_cap: draft.cap === "" ? null : Number(draft.cap) / 100,
        ring_s_max: numberOr(draft.ring),
        wrap_up_s: numberOr(draft.wrap),
      }),
    onSuccess: (made) => {
      queries.setQueryData(getPlanningOneRunQueryKey(made.id), made);
      look(made.id);
    },
  });
  const wrong = ask.error instanceof Problem ? ask.error.fields : {};
  const asItWas = t`as it was`;
  return (
    <form
      aria-label={t`Dial a day again`}
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Stack className="surface" gap="sm" p="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            allowDeselect={false}
            data={base.days.map((day) => ({ value: day, label: fullDate(`${day}T12:00:00`) }))}
            error={wrong.day}
            label={t`Day`}
            onChange={(day) => day && change({ day })}
            value={draft.day}
          />
          <Select
            clearable
            data={["preview", "progressive", "ratio", "predictive"].map((mode) => ({
              value: mode,
              label: word(MODES, mode),
            }))}
            error={wrong.mode}
            label={t`Dial mode`}
            onChange={(mode) => change({ mode })}
            placeholder={asItWas}
            value={draft.mode}
          />
          <NumberInput
            error={wrong.seats}
            label={t`Seats more or fewer`}
            onChange={(seats) => typeof seats === "number" && change({ seats })}
            value={draft.seats}
          />
          <NumberInput
            decimalScale={2}
            error={wrong.abandon_cap}
            label={t`Abandoned at most, %`}
            min={0}
            onChange={(cap) => change({ cap })}
            placeholder={asItWas}
            value={draft.cap}
          />
          <NumberInput
            error={wrong.ring_s_max}
            label={t`Ring at most, s`}
            min={5}
            onChange={(ring) => change({ ring })}
            placeholder={asItWas}
            value={draft.ring}
          />
          <NumberInput
            error={wrong.wrap_up_s}
            label={t`Wrap-up at most, s`}
            min={0}
            onChange={(wrap) => change({ wrap })}
            placeholder={asItWas}
            value={draft.wrap}
          />
          {draft.mode === "ratio" ? (
            <NumberInput
              decimalScale={2}
              error={wrong.ratio}
              label={t`Lines for each seat`}
              min={1}
              onChange={(ratio) => change({ ratio })}
              placeholder={asItWas}
              step={0.1}
              value={draft.ratio}
            />
          ) : null}
        </SimpleGrid>
        <Button
          leftSection={<IconPlayerPlay aria-hidden size={16} />}
          loading={ask.isPending}
          type="submit"
          w="fit-content"
        >
          <Trans>Dial the day again</Trans>
        </Button>
        <ProblemAlert error={ask.error} />
      </Stack>
    </form>
  );
}

/** What a journal can tell of a day that was not, and what it cannot. */
function Inferred() {
  return (
    <Stack className="surface" gap={6} p="sm">
      <Title order={2}>
        <Trans>What a replay knows</Trans>
      </Title>
      <List size="sm" spacing={4}>
        <List.Item>
          <Trans>
            Known: whoever was dialled that day answers, or does not, as they did, after as long, and talks as long;
            seats are there when they were.
          </Trans>
        </List.Item>
        <List.Item>
          <Trans>
            Drawn from the campaign's own rates: contacts who were not dialled that day, further tries, and what
            somebody would have said who was left without an agent.
          </Trans>
        </List.Item>
        <List.Item>
          <Trans>
            Not known: whether a telephone that rang out would have been picked up later, so a longer ring time finds
            nobody new; and whether people would have answered otherwise at another minute.
          </Trans>
        </List.Item>
        <List.Item>
          <Trans>Whoever was dialled is taken to be callable from the first to the last dial of the day.</Trans>
        </List.Item>
      </List>
    </Stack>
  );
}

function Exact({ result, run }: { result: PlanResult; run: PlanRun }) {
  const { again, known } = result;
  if (!again || !known) return null;
  return (
    <Alert
      color={again.same ? "leaf" : "amber"}
      icon={again.same ? <IconCheck aria-hidden /> : <IconInfoCircle aria-hidden />}
      title={
        again.same ? (
          <Trans>Unchanged, the day comes out exactly as it was</Trans>
        ) : (
          <Trans>Today's engine decides some of that day otherwise</Trans>
        )
      }
      variant="light"
    >
      <Text size="sm">
        <Trans>
          The day's journal through a fresh engine: {number(again.lines)} lines, {number(again.differ)} decided
          otherwise.
        </Trans>{" "}
        <Trans>
          {number(known.dials)} dials of {number(known.contacts)} contacts and {number(known.seats)} seats are known.
        </Trans>{" "}
        {isOpen(run) ? null : (
          <Trans>The crosses in the table are the day's own figures; the lines are the day dialled again.</Trans>
        )}
      </Text>
    </Alert>
  );
}

function numberOr(value: number | string): number | null {
  return value === "" ? null : Number(value);
}
