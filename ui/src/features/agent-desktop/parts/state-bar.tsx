import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import {
  type Icon,
  IconEye,
  IconFlag,
  IconHeadset,
  IconHourglassLow,
  IconPencil,
  IconPhoneCall,
  IconPhonePause,
  IconPhoneRinging,
  IconPlayerPause,
  IconPlayerPlay,
} from "@tabler/icons-react";
import { type ReactNode, useState } from "react";
import type { SeatCounts } from "@/shared/api/generated/model";
import { useNow } from "@/shared/time/clock";
import { clockTime, span } from "@/shared/time/format";
import { SEAT_STATES, word } from "@/shared/trade/words";
import { Key } from "@/shared/ui/key";
import { Since } from "@/shared/ui/local-time";
import { ShiftEndModal } from "@/shared/ui/shift-end-modal";
import type { Seat } from "../seat";
import classes from "./desk.module.css";
import { PauseMenu } from "./pause-menu";
import { RecordingPaused } from "./recording-paused";

export type Sitting = Exclude<Seat, { kind: "closed" } | { kind: "elsewhere" }>;

const MARKS: Record<Sitting["kind"], Icon> = {
  paused: IconPlayerPause,
  ready: IconHeadset,
  previewing: IconEye,
  ringing: IconPhoneRinging,
  talking: IconPhoneCall,
  wrap_up: IconPencil,
};

interface StateBarProps {
  seat: Sitting;
  counts: SeatCounts;
  busy: boolean;
  /** The phone's corner; empty where none is needed. */
  phone: ReactNode;
  /** The recording is paused, and this goes on with it; null while it runs. */
  onResume: (() => void) | null;
  pauseOpen: boolean;
  setPauseOpen: (open: boolean) => void;
  onReady: () => void;
  onPause: (code: string) => void;
  onFinishAfter: (on: boolean) => void;
  onShiftEnds: (at: string | null) => void;
  onClose: () => void;
}

/** What the seat does, since when, for whom; and the way to the next state, always in the same place. */
export function StateBar(props: StateBarProps) {
  const { seat, counts, busy, onResume } = props;
  const { t } = useLingui();
  const [shiftOpen, setShiftOpen] = useState(false);
  const held = seat.kind === "talking" && seat.call.talk.held;
  const Mark = held ? IconPhonePause : MARKS[seat.kind];
  const inCall = seat.kind === "ringing" || seat.kind === "talking" || seat.kind === "wrap_up";
  return (
    <section
      aria-label={t`Your seat`}
      className={`surface ${classes.bar}`}
      data-held={held || undefined}
      data-kind={seat.kind}
      data-unrecorded={onResume !== null || undefined}
    >
      <div className={classes.state}>
        <span aria-hidden className={classes.mark}>
          <Mark size={20} />
        </span>
        <h1 className={classes.stateWord} data-testid="seat-state">
          {held ? <Trans>On hold</Trans> : word(SEAT_STATES, seat.kind)}
        </h1>
        <span>
          <Since at={seat.since} />
        </span>
      </div>
      {onResume ? (
        <RecordingPaused onResume={onResume} />
      ) : (
        <>
          {seat.kind === "wrap_up" && seat.endsAt ? <WrapUpClock endsAt={seat.endsAt} /> : null}
          <div>
            <Text className={classes.label}>
              <Trans>Campaign</Trans>
            </Text>
            <Text fw={550} size="sm">
              {seat.campaign.name}
            </Text>
          </div>
          <div className={classes.today}>
            <Text className={classes.label}>
              <Trans>Today</Trans>
            </Text>
            <Text className="tabular" size="sm">
              <Plural one="# talk" other="# talks" value={counts.talks} /> · {span(counts.talk_s * 1000)} ·{" "}
              <Plural one="# sale" other="# sales" value={counts.sales} />
            </Text>
          </div>
        </>
      )}
      <Group display={onResume ? "none" : undefined} gap="xs" ml="auto">
        {props.phone}
        {seat.shiftEndsAt || seat.kind === "paused" ? (
          <Button
            color="gray"
            leftSection={<IconHourglassLow aria-hidden size={16} />}
            onClick={() => setShiftOpen(true)}
            variant="subtle"
          >
            {seat.shiftEndsAt ? <Trans>Until {clockTime(seat.shiftEndsAt)}</Trans> : <Trans>End of shift…</Trans>}
          </Button>
        ) : null}
        {inCall ? (
          <Button
            aria-pressed={seat.finishAfter}
            color={seat.finishAfter ? "lake" : "gray"}
            leftSection={<IconFlag aria-hidden size={16} />}
            onClick={() => props.onFinishAfter(!seat.finishAfter)}
            rightSection={<Key name="F9" />}
            variant={seat.finishAfter ? "filled" : "default"}
          >
            {seat.finishAfter ? <Trans>Finishing after this call</Trans> : <Trans>Finish after this call</Trans>}
          </Button>
        ) : null}
        {seat.kind === "paused" ? (
          <>
            <Button color="gray" disabled={busy} onClick={props.onClose} variant="default">
              <Trans>Leave the desk</Trans>
            </Button>
            <Button
              disabled={busy}
              leftSection={<IconPlayerPlay aria-hidden size={16} />}
              onClick={props.onReady}
              rightSection={<Key name="F2" />}
            >
              <Trans>Ready</Trans>
            </Button>
          </>
        ) : (
          <PauseMenu
            later={inCall}
            leaving={seat.kind === "ready" ? seat.leaving : ""}
            onOpen={props.setPauseOpen}
            onPause={props.onPause}
            onShift={() => setShiftOpen(true)}
            opened={props.pauseOpen}
          />
        )}
      </Group>
      <ShiftEndModal
        onClose={() => setShiftOpen(false)}
        onSay={props.onShiftEnds}
        opened={shiftOpen}
        title={t`Until when are you here?`}
        value={seat.shiftEndsAt}
      />
    </section>
  );
}

/** The server's deadline, and whose rule it is. */
function WrapUpClock({ endsAt }: { endsAt: string }) {
  const now = useNow();
  const left = Date.parse(endsAt) - now;
  const time = span(left);
  return (
    <Text c={left < 15_000 ? "var(--mantine-color-error)" : undefined} className="tabular" fw={550} size="sm">
      {left > 0 ? <Trans>{time} left of the campaign's wrap-up time</Trans> : <Trans>Wrap-up time is over</Trans>}
    </Text>
  );
}
