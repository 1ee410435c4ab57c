import { Trans } from "@lingui/react/macro";
import { Group, Text } from "@mantine/core";
import { IconFlask2, IconPhoneOff } from "@tabler/icons-react";
import type { World } from "@/shared/session/me";
import { useNow } from "@/shared/time/clock";
import { clockTime, shortDay } from "@/shared/time/format";
import classes from "./ribbon.module.css";

/** Says on every screen which world this is. Nothing stands here in the real world with a telephone line. */
export function Ribbon({ world }: { world: World }) {
  if (world.kind === "made_up") return <MadeUp world={world} />;
  if (!world.telephone_line) {
    return (
      <Group className={classes.quiet} component="aside" gap="xs" role="note" wrap="nowrap">
        <IconPhoneOff aria-hidden size={16} />
        <Text size="sm" truncate>
          <Trans>No telephone line: everything works except dialling</Trans>
        </Text>
      </Group>
    );
  }
  return null;
}

function MadeUp({ world }: { world: World }) {
  const now = useNow();
  const time = clockTime(now, world.zone);
  const day = shortDay(now, world.zone);
  return (
    <Group className={classes.madeUp} component="aside" gap="xs" role="note" wrap="nowrap">
      <IconFlask2 aria-hidden size={16} />
      <Text className="tabular" fw={550} size="sm" truncate>
        <Trans>
          Made-up world: no real phone can ring · {time} {day} (made-up clock)
        </Trans>
      </Text>
    </Group>
  );
}
