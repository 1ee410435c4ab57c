import { Trans, useLingui } from "@lingui/react/macro";
import { Button, SimpleGrid, Skeleton, Stack, Title } from "@mantine/core";
import { IconChartDots, IconPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { PlanBase, PlanRun } from "@/shared/api/generated/model";
import {
  getPlanningOneRunQueryKey,
  getPlanningPlanBaseQueryOptions,
  planningAskWhatIf,
  planningCancel,
} from "@/shared/api/generated/planning";
import { Problem } from "@/shared/api/problem";
import { CampaignChoice } from "@/shared/plans/campaign-choice";
import type { Side } from "@/shared/plans/figure-table";
import type { Which } from "@/shared/plans/mark";
import { PastRuns } from "@/shared/plans/past-runs";
import { Results } from "@/shared/plans/results";
import { RunState } from "@/shared/plans/run-state";
import { Sources } from "@/shared/plans/sources";
import { isOpen, useRun } from "@/shared/plans/use-run";
import { useMe } from "@/shared/session/session";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { askedOf, type Draft, draftOf, draftOfRun } from "./draft";
import { PlanForm } from "./plan-form";

export interface WhatIfSearch {
  campaign?: string;
  a?: string;
  b?: string;
}

/** What an evening of a campaign would bring, simulated many times; two plans side by side. */
export function WhatIfPage() {
  const { t } = useLingui();
  const search = useSearch({ strict: false }) as WhatIfSearch;
  const navigate = useNavigate();
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const chosen = search.campaign ?? campaigns.data?.[0]?.id;
  const base = useQuery({
    ...getPlanningPlanBaseQueryOptions(chosen ?? ""),
    enabled: Boolean(chosen),
    staleTime: 60_000,
  });
  const look = (next: WhatIfSearch) => void navigate({ to: "/what-if", search: next, replace: true });

  if (campaigns.data?.length === 0) {
    return (
      <>
        <PageHeader title={t`What if`} />
        <EmptyState icon={IconChartDots}>
          <Trans>Evenings of a campaign can be simulated here, once there is one.</Trans>
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader
        note={
          <Trans>
            What an evening would bring: simulated many times through the engine that dials, and nobody is called.
          </Trans>
        }
        title={t`What if`}
      />
      <CampaignChoice campaigns={campaigns.data ?? []} choose={(campaign) => look({ campaign })} chosen={chosen} />
      <ProblemAlert error={campaigns.error ?? base.error} retry={() => void base.refetch()} />
      {base.data && chosen ? (
        <Plans base={base.data} key={chosen} look={(next) => look({ campaign: chosen, ...next })} search={search} />
      ) : (
        <Skeleton height={320} />
      )}
    </>
  );
}

interface PlansProps {
  base: PlanBase;
  search: WhatIfSearch;
  look: (next: WhatIfSearch) => void;
}

function Plans({ base, search, look }: PlansProps) {
  const { t } = useLingui();
  const zone = useMe().world.zone;
  const first = useRun(search.a);
  const second = useRun(search.b);
  const [two, setTwo] = useState(Boolean(search.b));
  const names: Record<Which, string> = { first: t`Plan A`, second: t`Plan B` };
  const a = usePlan(base, first.data, (id) => look({ ...search, a: id }));
  const b = usePlan(base, second.data, (id) => look({ ...search, b: id }));
  const runs: [Which, PlanRun | undefined][] = [
    ["first", first.data],
    ["second", two ? second.data : undefined],
  ];
  const sides = runs.flatMap(([which, run]): Side[] =>
    run?.result ? [{ which, name: names[which], result: run.result }] : [],
  );
  const shown = first.data ?? second.data;
  const laws = Object.fromEntries(runs.map(([which, run]) => [which, Number(run?.settings.law_cap ?? 1)]));
  return (
    <Stack gap="md">
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <PlanForm {...a} base={base} name={names.first} which="first" />
        {two ? (
          <PlanForm
            {...b}
            actions={
              <Button
                onClick={() => {
                  setTwo(false);
                  look({ ...search, b: undefined } as WhatIfSearch);
                }}
                size="compact-sm"
                variant="subtle"
              >
                <Trans>Take away</Trans>
              </Button>
            }
            base={base}
            name={names.second}
            which="second"
          />
        ) : (
          <Button
            h="auto"
            leftSection={<IconPlus aria-hidden size={16} />}
            mih={80}
            onClick={() => {
              b.change(a.draft);
              setTwo(true);
            }}
            variant="default"
          >
            <Trans>Compare with a second plan</Trans>
          </Button>
        )}
      </SimpleGrid>
      <ProblemAlert error={a.error ?? b.error ?? first.error ?? second.error} />
      <SimpleGrid cols={{ base: 1, lg: two ? 2 : 1 }}>
        {runs.map(([which, run]) =>
          run ? <RunState key={which} name={names[which]} run={run} which={which} /> : null,
        )}
      </SimpleGrid>
      {sides.length > 0 && shown ? (
        <Results
          hours={Number(shown.settings.hours)}
          laws={laws}
          sides={sides}
          starts={String(shown.settings.starts)}
          zone={zone}
        />
      ) : null}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        {shown ? (
          <Stack className="surface" gap="xs" p="sm">
            <Title order={2}>
              <Trans>Drawn from</Trans>
            </Title>
            <Sources run={shown} />
          </Stack>
        ) : null}
        <PastRuns
          campaign={base.campaign}
          kind="what_if"
          open={(id, which) => {
            if (which === "second") setTwo(true);
            look({ ...search, [which === "first" ? "a" : "b"]: id });
          }}
          zone={zone}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** One plan: what stands in its form, and the deed of having it simulated. */
function usePlan(base: PlanBase, run: PlanRun | undefined, begun: (id: string) => void) {
  const zone = useMe().world.zone;
  const queries = useQueryClient();
  const [draft, setDraft] = useState<Draft>(() => draftOf(base, zone));
  const shown = run?.id;
  // biome-ignore lint/correctness/useExhaustiveDependencies: a run that is opened fills the form once, not at each news
  useEffect(() => {
    if (run) setDraft(draftOfRun(run, zone));
  }, [shown]);
  const ask = useMutation({
    mutationFn: async () => {
      // Whoever asks anew has done with what is still under way here.
      if (run && isOpen(run)) await planningCancel(run.id);
      return planningAskWhatIf(askedOf(draft, base.campaign, zone));
    },
    onSuccess: (made) => {
      queries.setQueryData(getPlanningOneRunQueryKey(made.id), made);
      begun(made.id);
    },
  });
  return {
    draft,
    wrong: ask.error instanceof Problem ? ask.error.fields : {},
    error: ask.error,
    busy: ask.isPending,
    change: (next: Partial<Draft>) => setDraft((before) => ({ ...before, ...next })),
    simulate: () => ask.mutate(),
  };
}
