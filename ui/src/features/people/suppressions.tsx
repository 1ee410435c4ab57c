import { Trans } from "@lingui/react/macro";
import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { dateTime } from "@/shared/time/format";

/** Who asked to be left in peace, when, and with which receipt. */
export function Suppressions({ person }: { person: Person; may: readonly string[] }) {
  if (person.suppressions.length === 0) return null;
  return (
    <Stack className="surface" gap="xs" p="md">
      <Title order={2}>
        <Trans>Do not call</Trans>
      </Title>
      {person.suppressions.map((one) => (
        <Group gap="xs" justify="space-between" key={one.id}>
          <Stack gap={0}>
            <Text className="tabular">{one.e164}</Text>
            <Text c="dimmed" size="xs">
              {dateTime(one.at)} · {one.receipt} · {one.source}
              {one.reason ? ` · “${one.reason}”` : ""}
            </Text>
          </Stack>
          {one.ended_at ? (
            <Badge variant="default">
              <Trans>ended {dateTime(one.ended_at)}</Trans>
            </Badge>
          ) : (
            <Badge color="brick">
              <Trans>in force</Trans>
            </Badge>
          )}
        </Group>
      ))}
    </Stack>
  );
}
