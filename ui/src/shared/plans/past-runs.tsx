import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { PlanRunLine } from "@/shared/api/generated/model";
import { getPlanningRunsQueryOptions } from "@/shared/api/generated/planning";
import { dateTime, number } from "@/shared/time/format";
import { MODES, word } from "@/shared/trade/words";
import type { Which } from "./mark";

interface PastRunsProps {
  campaign: string;
  kind: PlanRunLine["kind"];
  zone: string;
  open: (id: string, which: Which) => void;
}

/** What was simulated before; each can be looked at again, beside another. */
export function PastRuns({ campaign, kind, zone, open }: PastRunsProps) {
  const { t } = useLingui();
  const runs = useQuery(getPlanningRunsQueryOptions({ campaign, kind }));
  if (!runs.data || runs.data.length === 0) return null;
  return (
    <Stack className="surface" gap="xs" p="sm">
      <Title order={2}>
        <Trans>Simulated before</Trans>
      </Title>
      <Table aria-label={t`Simulated before`}>
        <Table.Tbody>
          {runs.data.slice(0, 10).map((run) => (
            <Table.Tr key={run.id}>
              <Table.Td>
                {dateTime(run.asked_at, zone)}
                <Text c="dimmed" size="sm">
                  <Asked run={run} />
                </Text>
              </Table.Td>
              <Table.Td className="tabular" ta="right">
                {number(run.done)}/{number(run.wanted)}
              </Table.Td>
              <Table.Td>
                <Group gap={4} justify="flex-end" wrap="nowrap">
                  <Button onClick={() => open(run.id, "first")} size="compact-sm" variant="default">
                    {kind === "what_if" ? <Trans>Show as A</Trans> : <Trans>Show</Trans>}
                  </Button>
                  {kind === "what_if" ? (
                    <Button onClick={() => open(run.id, "second")} size="compact-sm" variant="default">
                      <Trans>Show as B</Trans>
                    </Button>
                  ) : null}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function Asked({ run }: { run: PlanRunLine }) {
  const asked = run.asked as { seats?: number; hours?: number; mode?: string | null; day?: string };
  const mode = asked.mode ? word(MODES, asked.mode) : "";
  return asked.day ? (
    <>
      {asked.day} {mode}
    </>
  ) : (
    <Trans>
      {asked.seats} seats, {asked.hours} h {mode}
    </Trans>
  );
}
