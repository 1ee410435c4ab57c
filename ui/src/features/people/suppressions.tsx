import { Trans } from "@lingui/react/macro";
import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { EndDeeds } from "@/shared/suppressions/end-deeds";
import { reasonWords } from "@/shared/suppressions/reason";
import { SOURCES } from "@/shared/suppressions/sources";
import { dateTime } from "@/shared/time/format";
import { CHANNELS, word } from "@/shared/trade/words";

/** Who asked to be left in peace, when, and with which receipt. */
export function Suppressions({ person }: { person: Person }) {
  if (person.suppressions.length === 0) return null;
  return (
    <Stack className="surface" gap="sm" p="md">
      <Title order={2}>
        <Trans context="number">Do not call</Trans>
      </Title>
      {person.suppressions.map((one) => (
        <Group gap="xs" justify="space-between" key={one.id}>
          <Stack gap={0}>
            <Group gap="xs">
              <Text className="tabular">{one.e164}</Text>
              <Badge color={one.ended_at ? "gray" : one.end_asked ? "amber" : "brick"} variant="light">
                {one.ended_at ? (
                  <Trans>lifted {dateTime(one.ended_at)}</Trans>
                ) : one.end_asked ? (
                  <Trans>in force, lifting asked for</Trans>
                ) : (
                  <Trans>in force</Trans>
                )}
              </Badge>
            </Group>
            <Text c="dimmed" size="xs">
              {dateTime(one.at)} · <span className="tabular">{one.receipt}</span> · {word(SOURCES, one.source)} ·{" "}
              {one.every_seller ? <Trans>all sellers</Trans> : person.seller_name}
              {one.covers === "marketing" ? (
                <>
                  {" "}
                  · <Trans>marketing only</Trans>
                </>
              ) : null}
              {one.channel ? (
                <>
                  {" "}
                  · <Trans>only this: {word(CHANNELS, one.channel)}</Trans>
                </>
              ) : null}
              {one.reason ? ` · ${reasonWords(one.reason)}` : ""}
            </Text>
            {one.end_asked && one.end_reason ? (
              <Text c="dimmed" size="xs">
                <Trans>Why it should be lifted: “{one.end_reason}”</Trans>
              </Text>
            ) : null}
          </Stack>
          <EndDeeds suppression={one} />
        </Group>
      ))}
    </Stack>
  );
}
