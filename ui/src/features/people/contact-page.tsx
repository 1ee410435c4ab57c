import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Grid, Group, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { getDialingAttemptsOfQueryOptions } from "@/shared/api/generated/calls";
import type { AttemptOut, ContactPage as Person } from "@/shared/api/generated/model";
import { getReportsContactPageQueryOptions } from "@/shared/api/generated/reports";
import { useMe } from "@/shared/session/session";
import { dateTime, fullDate, span } from "@/shared/time/format";
import { CONTACT_FIELDS, DISPOSITIONS, OUTCOMES, word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { LocalClock } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { RELATIONSHIPS } from "./kinds";
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
  const me = useMe();
  const zones = new Set(person.phones.flatMap((phone) => phone.zones));
  const [zone] = zones.size === 1 ? zones : [];
  return (
    <>
      <PageHeader
        note={
          <Group gap="xs">
            <span>{[person.city, person.region, person.country].filter(Boolean).join(", ") || t`Place unknown`}</span>
            {zone ? <LocalClock zone={zone} /> : null}
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
        <Grid.Col span={{ base: 12, lg: 5 }}>
          <Stack>
            <Phones person={person} />
            <Suppressions may={me.verbs} person={person} />
            <OnRecord person={person} />
          </Stack>
        </Grid.Col>
        <Grid.Col span={{ base: 12, lg: 7 }}>
          <Attempts contact={person.id} />
        </Grid.Col>
      </Grid>
    </>
  );
}

const SHOWN = ["company", "address", "postal_code", "email", "language", "capacity", "external_id"] as const;

function OnRecord({ person }: { person: Person }) {
  const { t } = useLingui();
  const fields = SHOWN.filter((name) => person[name]).map(
    (name) => [word(CONTACT_FIELDS, name), person[name]] as const,
  );
  const own = Object.entries(person.fields).filter(([, value]) => value);
  return (
    <Stack className="surface" gap="xs" p="md">
      <Title order={2}>
        <Trans>On record</Trans>
      </Title>
      {fields.length + own.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Nothing but the numbers.</Trans>
        </Text>
      ) : (
        <Table aria-label={t`On record`} verticalSpacing={3}>
          <Table.Tbody>
            {[...fields, ...own].map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th fw={400} scope="row" w="40%">
                  {name}
                </Table.Th>
                <Table.Td>{value}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
      {person.relationships.length > 0 || person.consents.length > 0 ? (
        <>
          <Title order={3}>
            <Trans>Relationship and consent</Trans>
          </Title>
          <Stack gap={2}>
            {person.relationships.map((one) => (
              <Text key={one.id} size="sm">
                {word(RELATIONSHIPS, one.kind)}: {fullDate(one.last_on)}
                {one.product ? ` · ${one.product}` : ""}
              </Text>
            ))}
            {person.consents.map((one) => (
              <Text key={one.id} size="sm">
                {one.revoked_at ? (
                  <Trans>
                    Consent of {dateTime(one.given_at)}, withdrawn {dateTime(one.revoked_at)}
                  </Trans>
                ) : (
                  <Trans>Consent of {dateTime(one.given_at)}</Trans>
                )}
                {one.words ? ` · “${one.words}”` : ""}
              </Text>
            ))}
          </Stack>
        </>
      ) : null}
      {person.changes.length > 0 ? (
        <>
          <Title order={3}>
            <Trans>Corrections</Trans>
          </Title>
          <Stack gap={2}>
            {person.changes.map((change) => (
              <Text key={`${change.field}${change.at}`} size="sm">
                {dateTime(change.at)} · {word(CONTACT_FIELDS, change.field)}: “{change.before}” → “{change.after}”
                {change.by ? ` (${change.by})` : ""}
              </Text>
            ))}
          </Stack>
        </>
      ) : null}
    </Stack>
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
        attempts.data.map((attempt) => <Attempt attempt={attempt} key={attempt.id} />)
      )}
    </Stack>
  );
}

function Attempt({ attempt }: { attempt: AttemptOut }) {
  const { t } = useLingui();
  const allowed = attempt.verdict === "allow";
  const cites = [...new Set(attempt.bars.flatMap((bar) => (Array.isArray(bar.cites) ? bar.cites.map(String) : [])))];
  return (
    <Stack aria-label={dateTime(attempt.at)} className="surface" component="article" gap={6} p="md">
      <Group justify="space-between">
        <Group gap="xs">
          <Text fw={600}>{dateTime(attempt.at)}</Text>
          <Badge color={allowed ? "leaf" : "brick"} variant="light">
            {allowed ? t`Allowed` : attempt.verdict === "review" ? t`Not dialled: a fact is missing` : t`Barred`}
          </Badge>
          {attempt.outcome ? <Badge variant="default">{word(OUTCOMES, attempt.outcome)}</Badge> : null}
          {attempt.disposition ? <Badge variant="outline">{word(DISPOSITIONS, attempt.disposition)}</Badge> : null}
        </Group>
        <Text c="dimmed" className="tabular" size="sm">
          {attempt.number}
          {attempt.talk_s ? ` · ${span(attempt.talk_s * 1000)}` : ""}
          {attempt.agent ? ` · ${attempt.agent}` : ""}
        </Text>
      </Group>
      <Text c="dimmed" size="sm">
        {attempt.campaign}
      </Text>
      <Stack component="ul" gap={2} m={0} pl="md">
        {attempt.sentences.map((sentence) => (
          <Text component="li" key={sentence} size="sm">
            {sentence}
          </Text>
        ))}
      </Stack>
      {cites.length > 0 ? (
        <Text c="dimmed" size="xs">
          {cites.join(" · ")}
        </Text>
      ) : null}
      {attempt.notes ? <Text size="sm">“{attempt.notes}”</Text> : null}
    </Stack>
  );
}
