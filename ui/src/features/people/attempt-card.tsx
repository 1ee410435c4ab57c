import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Group, Stack, Text } from "@mantine/core";
import type { AttemptOut } from "@/shared/api/generated/model";
import { dateTime, span } from "@/shared/time/format";
import { DISPOSITIONS, OUTCOMES, word } from "@/shared/trade/words";
import { TextLink } from "@/shared/ui/link-button";

/** The bars' citations, each once. */
export function citesOf(bars: readonly { [key: string]: unknown }[]): string[] {
  return [...new Set(bars.flatMap((bar) => (Array.isArray(bar.cites) ? bar.cites.map(String) : [])))];
}

export function VerdictBadge({ verdict }: { verdict: string }) {
  const { t } = useLingui();
  const allowed = verdict === "allow";
  return (
    <Badge color={allowed ? "leaf" : "brick"} variant="light">
      {allowed ? t`Allowed` : verdict === "review" ? t`Not dialled: a fact is missing` : t`Barred`}
    </Badge>
  );
}

/** One attempt in the person's history: what the law said, what came of it. */
export function AttemptCard({ attempt }: { attempt: AttemptOut }) {
  const cites = citesOf(attempt.bars);
  return (
    <Stack aria-label={dateTime(attempt.at)} className="surface" component="article" gap={6} p="md">
      <Group justify="space-between">
        <Group gap="xs">
          <Text className="tabular" fw={600}>
            {dateTime(attempt.at)}
          </Text>
          <VerdictBadge verdict={attempt.verdict} />
          {attempt.outcome ? <Badge variant="default">{word(OUTCOMES, attempt.outcome)}</Badge> : null}
          {attempt.disposition ? <Badge variant="outline">{word(DISPOSITIONS, attempt.disposition)}</Badge> : null}
        </Group>
        <Text c="dimmed" className="tabular" size="sm">
          {attempt.number}
          {attempt.talk_s ? ` · ${span(attempt.talk_s * 1000)}` : ""}
          {attempt.agent ? ` · ${attempt.agent}` : ""}
        </Text>
      </Group>
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
      <Group justify="space-between">
        <Text c="dimmed" size="sm">
          {attempt.campaign}
        </Text>
        <TextLink params={{ id: attempt.id }} size="sm" to="/people/attempts/$id">
          <Trans>Facts and ruling</Trans>
        </TextLink>
      </Group>
    </Stack>
  );
}
