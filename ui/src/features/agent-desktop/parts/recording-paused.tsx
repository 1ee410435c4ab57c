import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconPlayerPauseFilled, IconPlayerRecord } from "@tabler/icons-react";
import { Key } from "@/shared/ui/key";
import classes from "./desk.module.css";

/**
 * Unmistakable: who speaks of a card sees from across the room that nothing is kept, and how to go on. It fills the bar
 * of the seat, so that nothing below moves while a card's number is typed.
 */
export function RecordingPaused({ onResume }: { onResume: () => void }) {
  return (
    <div className={classes.unrecorded} role="alert">
      <IconPlayerPauseFilled aria-hidden size={30} />
      <div>
        <div className={classes.unrecordedTitle}>
          <Trans>Recording is paused</Trans>
        </div>
        <Trans>Card data may be said and typed now: neither voice nor digits are kept.</Trans>
      </div>
      <Button
        color="dark"
        leftSection={<IconPlayerRecord aria-hidden size={18} />}
        ml="auto"
        onClick={onResume}
        rightSection={<Key name="Q" />}
      >
        <Trans>Record again</Trans>
      </Button>
    </div>
  );
}
