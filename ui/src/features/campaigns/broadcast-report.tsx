import { Trans, useLingui } from "@lingui/react/macro";
import { SimpleGrid, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getDialingBroadcastQueryOptions } from "@/shared/api/generated/calls";
import { number, share } from "@/shared/time/format";
import { Figure } from "@/shared/ui/figure";
import { NamedValues } from "@/shared/ui/named-values";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const ASK_EVERY_MS = 5_000;

/** What became of a broadcast: who heard it, who pressed which way out. */
export function BroadcastReport({ campaign }: { campaign: string }) {
  const { t } = useLingui();
  const report = useQuery(getDialingBroadcastQueryOptions(campaign, { query: { refetchInterval: ASK_EVERY_MS } }));
  if (report.error) return <ProblemAlert error={report.error} retry={() => void report.refetch()} />;
  if (!report.data) return <Skeleton height={220} />;
  const { data } = report;
  const of = (part: number, whole: number) => (whole > 0 ? share(part / whole) : "–");
  const ends = Object.entries(data.ends).sort(([, a], [, b]) => b - a);
  return (
    <Stack>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure definition={t`Calls that were sent to the network`} label={t`Dialled`} value={number(data.dialled)} />
        <Figure
          definition={t`Taken by anything or anybody`}
          label={t`Answered`}
          note={of(data.answered, data.dialled)}
          value={number(data.answered)}
        />
        <Figure
          definition={t`Heard as a person, or unsure`}
          label={t`Persons`}
          note={of(data.persons, data.answered)}
          value={number(data.persons)}
        />
        <Figure
          definition={t`Heard as an answering machine`}
          label={t`Machines`}
          note={<Trans>{number(data.left_on_machines)} with a message</Trans>}
          value={number(data.machines)}
        />
        <Figure
          definition={t`Pressed the key for a person and were put through`}
          label={t`To agents`}
          note={of(data.to_agents, data.persons)}
          value={number(data.to_agents)}
        />
        <Figure
          definition={t`Opted out in the call; their numbers are left in peace at once`}
          label={t`Opted out`}
          note={of(data.opted_out, data.persons)}
          value={number(data.opted_out)}
        />
        <Figure
          definition={t`Wanted a person, and none was free in time`}
          label={t`Abandoned`}
          note={of(data.abandoned, data.persons)}
          tone={data.abandoned > 0 ? "warn" : "plain"}
          value={number(data.abandoned)}
        />
      </SimpleGrid>
      <section>
        <Text component="h2" fw={650} mb={4} size="sm">
          <Trans>Where the flow ended</Trans>
        </Text>
        {ends.length === 0 ? (
          <Text c="dimmed" size="sm">
            <Trans>Nobody has heard it to an end yet.</Trans>
          </Text>
        ) : (
          <NamedValues
            label={t`Where the flow ended`}
            lines={ends.map(([end, count]) => [end.replaceAll("_", " "), number(count)] as const)}
          />
        )}
      </section>
    </Stack>
  );
}
