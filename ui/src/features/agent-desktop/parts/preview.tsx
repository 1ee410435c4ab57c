import { Trans } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { IconPhone, IconPlayerSkipForward } from "@tabler/icons-react";
import { useNow } from "@/shared/time/clock";
import { span } from "@/shared/time/format";
import { Key } from "@/shared/ui/key";
import type { Seat } from "../seat";
import classes from "./desk.module.css";
import { History, Person, Why } from "./person";
import { Script } from "./script";

interface PreviewProps {
  seat: Extract<Seat, { kind: "previewing" }>;
  busy: boolean;
  onCall: () => void;
  onSkip: () => void;
}

/** Look first, then call. Nothing rings before the agent says so. */
export function Preview({ seat, busy, onCall, onSkip }: PreviewProps) {
  const { offer } = seat;
  return (
    <div className={classes.stage} data-testid="preview">
      <div className={classes.column}>
        <Person contact={offer.contact} number={offer.number} />
        <Why why={offer.why} />
      </div>
      <div className={classes.column}>
        <Group className={`surface ${classes.card}`}>
          <Button
            disabled={busy}
            leftSection={<IconPhone aria-hidden size={18} />}
            onClick={onCall}
            rightSection={<Key name="Enter" />}
            size="md"
          >
            <Trans>Call</Trans>
          </Button>
          <Button
            color="gray"
            disabled={busy}
            leftSection={<IconPlayerSkipForward aria-hidden size={18} />}
            onClick={onSkip}
            rightSection={<Key name="S" />}
            size="md"
            variant="default"
          >
            <Trans>Skip</Trans>
          </Button>
          {seat.endsAt ? <Held endsAt={seat.endsAt} /> : null}
        </Group>
        <Script text={offer.script} />
      </div>
      <div className={classes.column}>
        <History history={offer.history} />
      </div>
    </div>
  );
}

function Held({ endsAt }: { endsAt: string }) {
  const left = span(Date.parse(endsAt) - useNow());
  return (
    <Text c="dimmed" className="tabular" size="sm">
      <Trans>Held for you another {left}; then it goes back to the list</Trans>
    </Text>
  );
}
