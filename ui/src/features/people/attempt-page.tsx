import { Trans, useLingui } from "@lingui/react/macro";
import { Accordion, Badge, Group, List, SimpleGrid, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { getDialingAttemptQueryOptions } from "@/shared/api/generated/calls";
import type { AttemptDetail } from "@/shared/api/generated/model";
import { useHeard } from "@/shared/heard/use-heard";
import { WhoPickedUp } from "@/shared/heard/who-picked-up";
import { AttemptRecording } from "@/shared/recordings/listen";
import { useMay, useMe } from "@/shared/session/session";
import { dateTime, span } from "@/shared/time/format";
import { DISPOSITIONS, ORIGINS, OUTCOMES, SPOKEN_DUTIES, word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { TextLink } from "@/shared/ui/link-button";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { citesOf, VerdictBadge } from "./attempt-card";
import { CorrectDisposition } from "./correct-disposition";
import { Tree } from "./tree";

/** Why was this number called at that moment? The whole ruling, each fact it stood on, and what was said afterwards. */
export function AttemptPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const attempt = useQuery(getDialingAttemptQueryOptions(id));
  if (attempt.data) return <Page attempt={attempt.data} />;
  return attempt.error ? (
    <ProblemAlert error={attempt.error} retry={() => void attempt.refetch()} />
  ) : (
    <Skeleton height={480} />
  );
}

function Page({ attempt }: { attempt: AttemptDetail }) {
  const { t } = useLingui();
  const seesCampaigns = useMay("see_campaigns");
  return (
    <>
      <PageHeader
        note={
          <Group gap="xs">
            <TextLink params={{ id: attempt.contact }} size="sm" to="/people/$id">
              <Trans>To the person</Trans>
            </TextLink>
            <span>·</span>
            {seesCampaigns ? (
              <TextLink params={{ id: attempt.campaign_id }} size="sm" to="/campaigns/$id">
                {attempt.campaign}
              </TextLink>
            ) : (
              <span>{attempt.campaign}</span>
            )}
          </Group>
        }
        title={t`Attempt of ${dateTime(attempt.at)}`}
      />
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack>
          <Course attempt={attempt} />
          <AttemptRecording attempt={attempt.id} />
          <Records attempt={attempt} />
        </Stack>
        <Ruling attempt={attempt} />
      </SimpleGrid>
      <Accordion mt="md" order={2} variant="contained">
        <Accordion.Item value="facts">
          <Accordion.Control>
            <Trans>The facts that were ruled on</Trans>
          </Accordion.Control>
          <Accordion.Panel>
            <Tree label={t`The facts that were ruled on`} value={attempt.facts} />
          </Accordion.Panel>
        </Accordion.Item>
        <Accordion.Item value="ruling">
          <Accordion.Control>
            <Trans>The ruling as it was kept</Trans>
          </Accordion.Control>
          <Accordion.Panel>
            <Tree label={t`The ruling as it was kept`} value={attempt.ruling} />
          </Accordion.Panel>
        </Accordion.Item>
      </Accordion>
    </>
  );
}

/** What happened, moment by moment. */
function Course({ attempt }: { attempt: AttemptDetail }) {
  const { t } = useLingui();
  const heard = useHeard(attempt.id);
  // Of one's own calls; of all for whoever corrects.
  const takesSeat = useMay("take_seat");
  const corrects = useMay("correct_dispositions");
  const mine = useMe().name === attempt.agent;
  const says = takesSeat && (corrects || mine);
  const permit = attempt.permit ?? {};
  const moment = (name: string) => (typeof permit[name] === "string" ? dateTime(String(permit[name])) : "");
  const rows: [string, string][] = [
    [t`Number`, attempt.number],
    [t`How it came about`, word(ORIGINS, attempt.origin)],
    [t`Permit sealed`, moment("sealed_at")],
    [t`Permit spent`, moment("spent_at")],
    [t`Permit voided`, [moment("voided_at"), String(permit.void_reason ?? "")].filter(Boolean).join(" · ")],
    [t({ message: "Answered", context: "moment" }), attempt.answered_at ? dateTime(attempt.answered_at) : ""],
    [t({ message: "Connected", context: "moment" }), attempt.connected_at ? dateTime(attempt.connected_at) : ""],
    [t`Ended`, attempt.ended_at ? dateTime(attempt.ended_at) : ""],
    [t`Talk`, attempt.talk_s ? span(attempt.talk_s * 1000) : ""],
    [t`Outcome`, attempt.outcome ? word(OUTCOMES, attempt.outcome) : ""],
    [t`Agent`, attempt.agent],
  ];
  return (
    <Stack className="surface" gap="xs" p="md">
      <Title order={2}>
        <Trans>What happened</Trans>
      </Title>
      <Table aria-label={t`What happened`} verticalSpacing={3}>
        <Table.Tbody>
          {rows
            .filter(([, value]) => value)
            .map(([name, value]) => (
              <Table.Tr key={name}>
                <Table.Th fw={400} scope="row" w="40%">
                  {name}
                </Table.Th>
                <Table.Td className="tabular">{value}</Table.Td>
              </Table.Tr>
            ))}
        </Table.Tbody>
      </Table>
      {says ? <WhoPickedUp call={attempt} heard={heard} /> : null}
    </Stack>
  );
}

/** What was said of it, the first at the top; nothing is ever overwritten. */
function Records({ attempt }: { attempt: AttemptDetail }) {
  const { t } = useLingui();
  const corrects = useMay("correct_dispositions");
  return (
    <Stack className="surface" gap="xs" p="md">
      <Group justify="space-between">
        <Title order={2}>
          <Trans>Dispositions</Trans>
        </Title>
        {corrects && attempt.records.length > 0 ? <CorrectDisposition attempt={attempt} /> : null}
      </Group>
      {attempt.records.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Nobody talked, so there is nothing to choose.</Trans>
        </Text>
      ) : (
        <Stack aria-label={t`Dispositions`} component="ol" gap="xs" m={0} pl="md">
          {attempt.records.map((record, index) => (
            <li key={record.id}>
              <Group gap="xs">
                <Text fw={index === attempt.records.length - 1 ? 600 : 400}>{word(DISPOSITIONS, record.code)}</Text>
                {record.corrects ? (
                  <Badge size="sm" variant="default">
                    <Trans>correction</Trans>
                  </Badge>
                ) : null}
              </Group>
              <Text c="dimmed" size="xs">
                {[dateTime(record.at), record.by].filter(Boolean).join(" · ")}
                {record.reason ? ` · “${record.reason}”` : ""}
              </Text>
              {record.notes ? <Text size="sm">{record.notes}</Text> : null}
            </li>
          ))}
        </Stack>
      )}
    </Stack>
  );
}

function Ruling({ attempt }: { attempt: AttemptDetail }) {
  // Those an agent had to say; what the engine keeps by itself stands among the sentences already.
  const duties = (Array.isArray(attempt.ruling.duties) ? attempt.ruling.duties.map(String) : []).filter(
    (duty) => duty in SPOKEN_DUTIES,
  );
  const unknown = Array.isArray(attempt.ruling.unknown) ? attempt.ruling.unknown.map(String) : [];
  const cites = citesOf(attempt.bars);
  return (
    <Stack className="surface" gap="sm" p="md">
      <Group gap="xs">
        <Title order={2}>
          <Trans>The ruling</Trans>
        </Title>
        <VerdictBadge verdict={attempt.verdict} />
      </Group>
      {attempt.sentences.length > 0 ? (
        <List size="sm" spacing={4}>
          {attempt.sentences.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
      ) : (
        <EmptyState>
          <Trans>No ruling is kept for this attempt.</Trans>
        </EmptyState>
      )}
      {unknown.length > 0 ? (
        <Text size="sm">
          <Trans>Not known: {unknown.join(", ")}</Trans>
        </Text>
      ) : null}
      {duties.length > 0 ? (
        <div>
          <Title order={3}>
            <Trans>What the call had to carry</Trans>
          </Title>
          <List size="sm">
            {duties.map((duty) => (
              <List.Item key={duty}>{word(SPOKEN_DUTIES, duty)}</List.Item>
            ))}
          </List>
        </div>
      ) : null}
      {cites.length > 0 ? (
        <Text c="dimmed" size="xs">
          {cites.join(" · ")}
        </Text>
      ) : null}
      <Text c="dimmed" size="xs">
        <Trans>
          Rulebook {attempt.rulebook}, time zones {attempt.tzdata}
        </Trans>
      </Text>
    </Stack>
  );
}
