import { Plural, Trans, useLingui } from "@lingui/react/macro";
import {
  Accordion,
  Badge,
  Button,
  Code,
  Group,
  List,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconPhoneOff, IconSearch } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getComplaintsNumberHistoryQueryOptions } from "@/shared/api/generated/complaints";
import type { HistoryAttempt, HistoryOut } from "@/shared/api/generated/model";
import { AttemptRecording } from "@/shared/recordings/listen";
import { useMay } from "@/shared/session/session";
import { dateTime, fullDate, span } from "@/shared/time/format";
import { DISPOSITIONS, ORIGINS, OUTCOMES, SPOKEN_DUTIES, word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { TextLink } from "@/shared/ui/link-button";
import { NamedValues } from "@/shared/ui/named-values";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { OpenComplaint } from "./open-form";
import { StateBadge } from "./parts";

const MOMENT_COLORS: Record<string, string> = { given: "leaf", suppressed: "brick", revoked: "brick" };

/** One number, and everything that this house ever did or was told about it. */
export function NumberPanel({ number, onNumber }: { number: string; onNumber: (number: string) => void }) {
  const { t } = useLingui();
  const handles = useMay("handle_complaints");
  const [typed, setTyped] = useState(number);
  const [opening, setOpening] = useState(false);
  const found = useQuery({ ...getComplaintsNumberHistoryQueryOptions({ number }), enabled: number !== "" });
  return (
    <Stack>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          onNumber(typed.trim());
        }}
      >
        <Group align="flex-end">
          <TextInput
            label={t`Number`}
            leftSection={<IconSearch aria-hidden size={16} />}
            onChange={(event) => setTyped(event.currentTarget.value)}
            placeholder="+1 212 555 0123"
            value={typed}
            w={280}
          />
          <Button disabled={!typed.trim()} type="submit" variant="default">
            <Trans>Show everything</Trans>
          </Button>
          {found.data && handles ? (
            <Button onClick={() => setOpening(true)}>
              <Trans>A complaint about it</Trans>
            </Button>
          ) : null}
        </Group>
      </form>
      <ProblemAlert error={found.error} />
      {found.data ? <Everything history={found.data} /> : number && !found.error ? <Skeleton height={320} /> : null}
      <OpenComplaint number={number} onClose={() => setOpening(false)} opened={opening} />
    </Stack>
  );
}

export function Everything({ history }: { history: HistoryOut }) {
  const { t } = useLingui();
  const seller = (id: string | null) => history.sellers.find((one) => one.id === id)?.name ?? t`all sellers`;
  return (
    <Stack>
      <Title order={2}>
        <span className="tabular">{history.number}</span>
      </Title>
      {history.attempts_count === 0 ? (
        <EmptyState icon={IconPhoneOff}>
          <Trans>We never tried to call this number.</Trans>
        </EmptyState>
      ) : (
        <>
          <Text role="status" size="sm">
            <Plural
              one="# attempt, dialled or refused."
              other="# attempts, dialled or refused, the newest first."
              value={history.attempts_count}
            />
          </Text>
          <Accordion multiple order={3} variant="contained">
            {history.attempts.map((one) => (
              <Attempt attempt={one} key={one.id} />
            ))}
          </Accordion>
        </>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }}>
        <Stack className="surface" gap="xs" p="md">
          <Title order={3}>
            <Trans>Consents, stops and what became of them</Trans>
          </Title>
          {history.moments.length === 0 ? <Nothing /> : null}
          {history.moments.map((one, place) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: moments have no id of their own and never move.
            <div key={place}>
              <Group gap="xs">
                <Badge color={MOMENT_COLORS[one.kind] ?? "gray"} maw="none" variant="light">
                  <MomentWord kind={one.kind} />
                </Badge>
                <Text className="tabular" size="sm">
                  {dateTime(one.at)}
                </Text>
                <Text c="dimmed" size="sm">
                  {seller(one.seller)}
                </Text>
              </Group>
              <Text size="sm">{[one.words, one.said, one.source, one.by].filter(Boolean).join(" · ")}</Text>
            </div>
          ))}
        </Stack>
        <Stack className="surface" gap="xs" p="md">
          <Title order={3}>
            <Trans>Where the number comes from</Trans>
          </Title>
          {history.lists.length === 0 ? <Nothing /> : null}
          {history.lists.map((one) => (
            <Text key={one.contact} size="sm">
              <TextLink params={{ id: one.contact }} to="/people/$id">
                {one.name}
              </TextLink>{" "}
              {[one.supplier, one.source, one.acquired_on ? fullDate(one.acquired_on) : ""].filter(Boolean).join(" · ")}
            </Text>
          ))}
          <Title order={3}>
            <Trans>What registries said last</Trans>
          </Title>
          {history.registries.length === 0 ? <Nothing /> : null}
          {history.registries.map((one) => (
            <Text key={`${one.seller}${one.registry}${one.channel}`} size="sm">
              {one.registry} · {one.channel} · {one.status}
              {one.checked_at ? ` · ${dateTime(one.checked_at)}` : ""}
            </Text>
          ))}
          <Title order={3}>
            <Trans>Complaints</Trans>
          </Title>
          {history.complaints.length === 0 ? <Nothing /> : null}
          {history.complaints.map((one) => (
            <Group gap="xs" key={one.id}>
              <TextLink params={{ id: one.id }} to="/complaints/$id">
                <Trans>Complaint {one.number}</Trans>
              </TextLink>
              <StateBadge state={one.state} />
            </Group>
          ))}
          {history.inbound.length > 0 ? (
            <>
              <Title order={3}>
                <Trans>They called us</Trans>
              </Title>
              {history.inbound.map((one) => (
                <Text className="tabular" key={one.at} size="sm">
                  {dateTime(one.at)} → {one.called} {one.receipt}
                </Text>
              ))}
            </>
          ) : null}
        </Stack>
      </SimpleGrid>
    </Stack>
  );
}

function Nothing() {
  return (
    <Text c="dimmed" size="sm">
      <Trans>Nothing is on record.</Trans>
    </Text>
  );
}

function MomentWord({ kind }: { kind: string }) {
  switch (kind) {
    case "given":
      return <Trans>Consent given</Trans>;
    case "revoked":
      return <Trans>Consent withdrawn</Trans>;
    case "expired":
      return <Trans>Consent ended</Trans>;
    case "registry":
      return <Trans>A registry's word</Trans>;
    case "taken_back":
      return <Trans>Entered in error</Trans>;
    case "suppressed":
      return <Trans>Not to be called</Trans>;
    default:
      return <Trans>May be called again</Trans>;
  }
}

function Verdict({ attempt }: { attempt: HistoryAttempt }) {
  const { t } = useLingui();
  if (!attempt.has_ruling) {
    return (
      <Badge color="brick" maw="none">
        {t`no ruling`}
      </Badge>
    );
  }
  const allowed = attempt.verdict === "allow";
  return (
    <Badge color={allowed ? "leaf" : "gray"} maw="none" variant="light">
      {allowed ? t`allowed` : attempt.verdict === "block" ? t`barred` : t`facts missing`}
    </Badge>
  );
}

function Attempt({ attempt }: { attempt: HistoryAttempt }) {
  const { t } = useLingui();
  const cites = [...new Set(attempt.bars.flatMap((bar) => (Array.isArray(bar.cites) ? bar.cites.map(String) : [])))];
  return (
    <Accordion.Item value={attempt.id}>
      <Accordion.Control>
        <Group gap="sm">
          <span className="tabular nowrap">{dateTime(attempt.at)}</span>
          <Verdict attempt={attempt} />
          <span>{attempt.campaign_name}</span>
          <Text c="dimmed" span size="sm">
            {[attempt.outcome ? word(OUTCOMES, attempt.outcome) : "", attempt.agent_name].filter(Boolean).join(" · ")}
          </Text>
        </Group>
      </Accordion.Control>
      <Accordion.Panel>
        <Stack>
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <NamedValues
              label={t`What happened`}
              lines={[
                [t`Seller`, attempt.seller_name],
                [t`Number shown`, attempt.caller_id || "–"],
                [t`How it came about`, word(ORIGINS, attempt.origin)],
                [t`Dialled`, attempt.originated_at ? dateTime(attempt.originated_at) : t`not dialled`],
                [
                  t({ message: "Answered", context: "moment" }),
                  attempt.answered_at ? dateTime(attempt.answered_at) : "–",
                ],
                [t`Talk`, attempt.talk_s ? span(attempt.talk_s * 1000) : "–"],
                [t`Disposition`, attempt.disposition ? word(DISPOSITIONS, attempt.disposition) : "–"],
                [t`List`, [attempt.list_name, attempt.list_source].filter(Boolean).join(" · ")],
                [t`Rulebook`, attempt.rulebook || "–"],
              ]}
            />
            <Stack gap="xs">
              <Title order={4}>
                <Trans>The ruling</Trans>
              </Title>
              <List size="sm" spacing={2}>
                {attempt.sentences.map((one) => (
                  <List.Item key={one}>{one}</List.Item>
                ))}
              </List>
              {attempt.unknown.length > 0 ? (
                <Text size="sm">
                  <Trans>Not known: {attempt.unknown.join(", ")}</Trans>
                </Text>
              ) : null}
              {attempt.duties.some((duty) => duty in SPOKEN_DUTIES) ? (
                <Text size="sm">
                  {attempt.duties
                    .filter((duty) => duty in SPOKEN_DUTIES)
                    .map((duty) => word(SPOKEN_DUTIES, duty))
                    .join(" · ")}
                </Text>
              ) : null}
              {Object.entries(attempt.registries).map(([code, said]) => (
                <Text key={code} size="sm">
                  {code}: <Code>{JSON.stringify(said)}</Code>
                </Text>
              ))}
              <Text c="dimmed" size="xs">
                {cites.join(" · ")}
              </Text>
            </Stack>
          </SimpleGrid>
          {attempt.script ? (
            <details>
              <summary>
                <Trans>Script, version {attempt.campaign_version} of the campaign</Trans>
              </summary>
              <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
                {attempt.script}
              </Text>
            </details>
          ) : null}
          {attempt.recording ? <AttemptRecording attempt={attempt.id} /> : null}
          <TextLink params={{ id: attempt.id }} size="sm" to="/people/attempts/$id">
            <Trans>The attempt with all its facts</Trans>
          </TextLink>
        </Stack>
      </Accordion.Panel>
    </Accordion.Item>
  );
}
