import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Stack, Text } from "@mantine/core";
import type { ParkedOut } from "@/shared/api/generated/model";
import { Since } from "@/shared/ui/local-time";

interface ParkedProps {
  people: readonly ParkedOut[];
  busy: boolean;
  onTake: (call: string) => void;
}

/** People who wait with music, who longest first; whoever is free takes them. */
export function Parked({ people, busy, onTake }: ParkedProps) {
  const { t } = useLingui();
  if (people.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        <Trans>Nobody waits. Whoever is parked stands here until somebody takes them.</Trans>
      </Text>
    );
  }
  return (
    <Stack gap={6}>
      {people.map((person) => (
        <Group justify="space-between" key={person.id} wrap="nowrap">
          <div>
            <Text fw={550} size="sm">
              {person.name || <Trans>Name unknown</Trans>}
            </Text>
            <Text c="dimmed" size="xs">
              {person.campaign} · <Since at={person.since} />
            </Text>
          </div>
          <Button aria-label={t`Take ${person.name}`} disabled={busy} onClick={() => onTake(person.id)} size="xs">
            <Trans>Take</Trans>
          </Button>
        </Group>
      ))}
    </Stack>
  );
}
