import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Stack, Text } from "@mantine/core";
import { IconRobot, IconUser } from "@tabler/icons-react";
import { Key } from "@/shared/ui/key";
import { maySayWho, type Standing, standingOf, type Taken, type Was } from "./standing";
import type { Heard } from "./use-heard";

interface WhoPickedUpProps {
  call: Taken;
  heard: Heard;
  /** The keys that do the same, where the screen has a map of them. */
  keys?: Record<Was, string>;
}

/** A person or a machine, whatever it was taken for; nothing where nobody and nothing picked up. */
export function WhoPickedUp({ call, heard, keys }: WhoPickedUpProps) {
  const { t } = useLingui();
  if (!maySayWho(call)) return null;
  const standing = standingOf(heard.said, call);
  const button = (was: Was) => ({
    "aria-pressed": standing?.by === "word" && standing.was === was,
    disabled: heard.isPending,
    onClick: () => heard.say(was),
    rightSection: keys ? <Key name={keys[was]} /> : null,
    size: "compact-sm",
    variant: standing?.by === "word" && standing.was === was ? "filled" : "default",
  });
  return (
    <Stack aria-label={t`Who picked up`} gap={4} role="group">
      <Group gap={6}>
        <Button leftSection={<IconRobot aria-hidden size={14} />} {...button("machine")}>
          <Trans>It was a machine</Trans>
        </Button>
        <Button leftSection={<IconUser aria-hidden size={14} />} {...button("person")}>
          <Trans>It was a person</Trans>
        </Button>
      </Group>
      <Text c="dimmed" role="status" size="xs">
        <Counts standing={standing} />
      </Text>
    </Stack>
  );
}

function Counts({ standing }: { standing: Standing }) {
  if (!standing) return <Trans>Your word is held against what machine detection said.</Trans>;
  const machine = standing.was === "machine";
  if (standing.by === "word") {
    return machine ? <Trans>You said: a machine.</Trans> : <Trans>You said: a person.</Trans>;
  }
  return machine ? (
    <Trans>By its result it was a machine; a word goes before that.</Trans>
  ) : (
    <Trans>By its result it was a person; a word goes before that.</Trans>
  );
}
