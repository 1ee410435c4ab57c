import { Trans } from "@lingui/react/macro";
import { Button } from "@mantine/core";
import { IconPlayerPauseFilled, IconPlayerRecord } from "@tabler/icons-react";
import { Key } from "@/shared/ui/key";
import classes from "./desk.module.css";

/** Unmistakable: who speaks of a card sees from across the room that nothing is kept, and how to go on. */
export function RecordingPaused({ onResume }: { onResume: () => void }) {
  return (
    <section className={classes.unrecorded} role="alert">
      <IconPlayerPauseFilled aria-hidden size={34} />
      <div>
        <h2 className={classes.unrecordedTitle}>
          <Trans>Recording is paused</Trans>
        </h2>
        <Trans>Card data may be said and typed now: neither voice nor digits are kept.</Trans>
      </div>
      <Button
        color="dark"
        leftSection={<IconPlayerRecord aria-hidden size={18} />}
        ml="auto"
        onClick={onResume}
        rightSection={<Key name="Q" />}
        size="md"
      >
        <Trans>Record again</Trans>
      </Button>
    </section>
  );
}
