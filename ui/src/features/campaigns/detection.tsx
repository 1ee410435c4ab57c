import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Alert, SimpleGrid, Skeleton, Stack, Table, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getDialingDetectionQueryOptions } from "@/shared/api/generated/calls";
import type { DetectionOut } from "@/shared/api/generated/model";
import { fullDate, number, share } from "@/shared/time/format";
import { Figure } from "@/shared/ui/figure";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const ASK_EVERY_MS = 15_000;

/** Machine or person: what was said beside what was so, and what the mistakes cost. */
export function Detection({ campaign }: { campaign: string }) {
  const { t } = useLingui();
  const found = useQuery(getDialingDetectionQueryOptions(campaign, { query: { refetchInterval: ASK_EVERY_MS } }));
  if (found.error) return <ProblemAlert error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={260} />;
  const { data } = found;
  return (
    <Stack maw={980}>
      {data.detect ? null : (
        <Alert color="lake" variant="light">
          <Trans>This campaign does not listen who answers: everybody is put through as a person.</Trans>
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, sm: 3 }}>
        <Figure
          definition={t`Of those taken for machines and checked by an agent, the share that were machines`}
          label={t`Right when it says machine`}
          value={data.precision === null ? "–" : share(data.precision)}
        />
        <Figure
          definition={t`Of all answering machines, the share that was taken for one`}
          label={t`Machines found`}
          value={data.found === null ? "–" : share(data.found)}
        />
        <Figure
          definition={t`Taken for a machine and hung up on; each counts as abandoned`}
          label={t`People hung up on`}
          tone={data.mistaken_people > 0 ? "bad" : "good"}
          value={number(data.mistaken_people)}
        />
      </SimpleGrid>
      <Matrix found={data} />
      <Text c="dimmed" size="sm">
        <Trans>
          Since {fullDate(data.since)}. It hangs up where at least {share(data.machine_from)} of greetings like this one
          were machines, because hanging up on one person is set to be as bad as putting through{" "}
          {number(data.person_cost)} machines.
        </Trans>{" "}
        <Plural
          one="# answered call was not heard long enough to say."
          other="# answered calls were not heard long enough to say."
          value={data.unheard}
        />
      </Text>
    </Stack>
  );
}

function Matrix({ found }: { found: DetectionOut }) {
  const { t } = useLingui();
  const said = { person: t`a person`, machine: t`a machine`, unsure: t`unsure, so a person` };
  const count = (is: string, was: string) =>
    found.counts.filter((one) => one.said === is && one.was === was).reduce((sum, one) => sum + one.count, 0);
  return (
    <Table aria-label={t`What was said beside what was so`} className="surface" verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans context="detection">It said</Trans>
          </Table.Th>
          <Table.Th ta="right">
            <Trans>and it was a person</Trans>
          </Table.Th>
          <Table.Th ta="right">
            <Trans>and it was a machine</Trans>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Object.entries(said).map(([is, words]) => (
          <Table.Tr key={is}>
            <Table.Th fw={550} scope="row">
              {words}
            </Table.Th>
            <Cell count={count(is, "person")} wrong={is === "machine"} words={t`wrong: hung up on`} />
            <Cell count={count(is, "machine")} wrong={is !== "machine"} words={t`wrong: an agent's time`} />
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Cell({ count, wrong, words }: { count: number; wrong: boolean; words: string }) {
  const bad = wrong && count > 0;
  return (
    <Table.Td className="tabular" ta="right">
      <Text c={bad ? "var(--mantine-color-error)" : undefined} component="span" fw={650}>
        {number(count)}
      </Text>
      {bad ? (
        <Text c="dimmed" component="div" size="xs">
          {words}
        </Text>
      ) : null}
    </Table.Td>
  );
}
