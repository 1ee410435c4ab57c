import { Trans, useLingui } from "@lingui/react/macro";
import { Grid, Group, Skeleton, Stack, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { getDialingAttemptsOfQueryOptions } from "@/shared/api/generated/calls";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { getReportsContactPageQueryOptions } from "@/shared/api/generated/reports";
import { useMay } from "@/shared/session/session";
import { EmptyState } from "@/shared/ui/empty-state";
import { LocalClock } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { AttemptCard } from "./attempt-card";
import { OnRecord } from "./on-record";
import { Phones } from "./phones";
import { Suppressions } from "./suppressions";

/** One person: the numbers, what is on record, and every attempt with its ruling in plain sentences. */
export function ContactPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const person = useQuery(getReportsContactPageQueryOptions(id));
  if (!person.data) {
    return person.error ? (
      <ProblemAlert error={person.error} retry={() => void person.refetch()} />
    ) : (
      <Skeleton height={480} />
    );
  }
  return <Page person={person.data} />;
}

function Page({ person }: { person: Person }) {
  const { t } = useLingui();
  const seesAttempts = useMay("see_attempts");
  const zones = new Set(person.phones.flatMap((phone) => phone.zones));
  const [zone] = zones.size === 1 ? zones : [];
  return (
    <>
      <PageHeader
        note={
          <Group gap="xs">
            <span>{[person.city, person.region, person.country].filter(Boolean).join(", ") || t`Place unknown`}</span>
            {zone ? (
              <>
                <span>·</span>
                <LocalClock zone={zone} />
              </>
            ) : null}
            <span>·</span>
            <span>
              <Trans>
                from the list “{person.list_name}”, row {person.row}
              </Trans>
            </span>
          </Group>
        }
        title={person.name || person.company || t`Person without a name`}
      />
      <Grid>
        <Grid.Col span={{ base: 12, lg: seesAttempts ? 5 : 7 }}>
          <Stack>
            <Phones person={person} />
            <Suppressions person={person} />
            <OnRecord person={person} />
          </Stack>
        </Grid.Col>
        {seesAttempts ? (
          <Grid.Col span={{ base: 12, lg: 7 }}>
            <Attempts contact={person.id} />
          </Grid.Col>
        ) : null}
      </Grid>
    </>
  );
}

function Attempts({ contact }: { contact: string }) {
  const attempts = useQuery(getDialingAttemptsOfQueryOptions(contact));
  if (attempts.error) return <ProblemAlert error={attempts.error} retry={() => void attempts.refetch()} />;
  if (!attempts.data) return <Skeleton height={300} />;
  return (
    <Stack gap="sm">
      <Title order={2}>
        <Trans>Attempts</Trans>
      </Title>
      {attempts.data.length === 0 ? (
        <EmptyState>
          <Trans>Nobody has tried to call this person yet.</Trans>
        </EmptyState>
      ) : (
        attempts.data.map((attempt) => <AttemptCard attempt={attempt} key={attempt.id} />)
      )}
    </Stack>
  );
}
