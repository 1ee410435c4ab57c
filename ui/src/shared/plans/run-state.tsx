import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Progress, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconDownload, IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { PlanRun } from "@/shared/api/generated/model";
import { getPlanningOneRunQueryKey, getPlanningRunCsvUrl, planningCancel } from "@/shared/api/generated/planning";
import { sentence } from "@/shared/ui/sentence";
import { PlanKey, type Which } from "./mark";
import { isOpen } from "./use-run";

/** How far a run has come, and its brake. */
export function RunState({ run, which, name }: { run: PlanRun; which: Which; name: string }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const stop = useMutation({
    mutationFn: () => planningCancel(run.id),
    onSettled: () => void queries.invalidateQueries({ queryKey: getPlanningOneRunQueryKey(run.id) }),
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  return (
    <Stack className="surface" gap={6} p="sm">
      <Group justify="space-between">
        <PlanKey name={name} which={which} />
        <Group gap="xs">
          {isOpen(run) ? (
            <Button
              leftSection={<IconPlayerStop aria-hidden size={16} />}
              loading={stop.isPending}
              onClick={() => stop.mutate()}
              size="xs"
              variant="default"
            >
              <Trans>Stop simulating</Trans>
            </Button>
          ) : null}
          {run.done > 0 ? (
            <Button
              component="a"
              href={getPlanningRunCsvUrl(run.id)}
              leftSection={<IconDownload aria-hidden size={16} />}
              size="xs"
              variant="default"
            >
              <Trans>Evenings as CSV</Trans>
            </Button>
          ) : null}
        </Group>
      </Group>
      <Progress aria-label={t`Evenings simulated`} value={(100 * run.done) / Math.max(1, run.wanted)} />
      <Text aria-live="polite" size="sm">
        <Said run={run} />
      </Text>
    </Stack>
  );
}

function Said({ run }: { run: PlanRun }) {
  switch (run.state) {
    case "waiting":
      return <Trans>Waits for the worker…</Trans>;
    case "running":
      return run.result?.is_first_look ? (
        <Trans>A first look, from the beginning of two evenings. The first whole evenings follow in a moment.</Trans>
      ) : (
        <Trans>
          {run.done} of {run.wanted} evenings simulated; the ranges grow surer as they come in.
        </Trans>
      );
    case "done":
      return <Plural one="One evening simulated." other="# evenings simulated." value={run.done} />;
    case "cancelled":
      return (
        <Trans>
          Stopped after {run.done} of {run.wanted} evenings.
        </Trans>
      );
    case "failed":
      return <Trans>The simulation broke off. Ask again; if it happens twice, tell your administrator.</Trans>;
  }
}
