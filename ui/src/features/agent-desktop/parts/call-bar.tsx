import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import {
  type Icon,
  IconDialpad,
  IconMessage2,
  IconMicrophone,
  IconMicrophoneOff,
  IconParking,
  IconPhoneOff,
  IconPhonePause,
  IconPlayerPause,
  IconPlayerRecord,
  IconShieldQuestion,
  IconTransfer,
  IconUserOff,
} from "@tabler/icons-react";
import type { ReactNode } from "react";
import type { TalkOut } from "@/shared/api/generated/model";
import { useSheet } from "@/shared/keyboard/keyboard";
import { Key } from "@/shared/ui/key";
import type { Doings } from "../keys";
import type { Consult } from "../seat";
import classes from "./desk.module.css";

export type Panel = "keypad" | "transfer" | "message" | "word" | null;

interface CallBarProps {
  /** Somebody is on the line; ringing alone can only be hung up. */
  live: boolean;
  talking: boolean;
  talk: TalkOut;
  consult: Consult | null;
  /** Nothing is recorded before the person has said yes. */
  wantsYes: boolean;
  panel: Panel;
  /** Null where the phone is none of the browser's. */
  muted: boolean | null;
  removed: boolean;
  doings: Doings;
}

/** All that can be done with the line, always in the same place and order; what is on changes its colour, not its size. */
export function CallBar({ live, talking, talk, consult, wantsYes, panel, muted, removed, doings }: CallBarProps) {
  const { t } = useLingui();
  const { armedKey } = useSheet();
  const alone = talking && consult === null;
  return (
    <section aria-label={t`The line`} className={`surface ${classes.callBar}`}>
      <Button
        color="brick"
        disabled={!live}
        leftSection={<IconPhoneOff aria-hidden size={16} />}
        onDoubleClick={doings.hangUp}
        onKeyDown={(event) => {
          if (event.key === "Enter" && event.repeat) doings.hangUp();
        }}
        rightSection={
          <>
            <Key name="H" /> <Key name="H" />
          </>
        }
        size="xs"
        title={t`Press H twice, hold it, or double-click`}
        variant={armedKey === "h" ? "filled" : "light"}
      >
        {armedKey === "h" ? <Trans>Once more to hang up</Trans> : <Trans>Hang up</Trans>}
      </Button>
      <Line icon={IconPhonePause} keyName="F4" on={talk.held} onClick={doings.hold} shown={alone}>
        <Trans>Hold</Trans>
      </Line>
      {muted === null ? null : (
        <Line
          icon={muted ? IconMicrophoneOff : IconMicrophone}
          keyName="F8"
          on={muted}
          onClick={doings.mute}
          shown={talking}
        >
          {muted ? <Trans>Muted</Trans> : <Trans>Mute</Trans>}
        </Line>
      )}
      <Line icon={IconDialpad} keyName="M" on={panel === "keypad"} onClick={doings.keypad} shown={talking}>
        <Trans>Digits</Trans>
      </Line>
      <Line icon={IconTransfer} keyName="X" on={panel === "transfer"} onClick={doings.transfer} shown={alone}>
        <Trans>Transfer</Trans>
      </Line>
      <Line icon={IconParking} keyName="P" on={false} onClick={doings.park} shown={alone}>
        <Trans>Park</Trans>
      </Line>
      <Line
        icon={talk.recording_paused ? IconPlayerRecord : IconPlayerPause}
        keyName="Q"
        on={talk.recording_paused && !wantsYes}
        onClick={doings.recording}
        shown={talking}
      >
        {wantsYes ? (
          <Trans>They agree: record</Trans>
        ) : talk.recording_paused ? (
          <Trans>Record again</Trans>
        ) : (
          <Trans>Pause recording</Trans>
        )}
      </Line>
      <Line icon={IconMessage2} keyName="V" on={panel === "message"} onClick={doings.leaveMessage} shown={alone}>
        <Trans>Leave message</Trans>
      </Line>
      <Line icon={IconShieldQuestion} keyName="I" on={panel === "word"} onClick={doings.callWord} shown={talking}>
        <Trans>Is it really us?</Trans>
      </Line>
      <Group ml="auto">
        <Button
          color="brick"
          disabled={removed || (live && !talking)}
          leftSection={<IconUserOff aria-hidden size={16} />}
          onClick={doings.removeMe}
          rightSection={<Key name="R" />}
          size="xs"
          variant="default"
        >
          <Trans>Remove me</Trans>
        </Button>
      </Group>
    </section>
  );
}

interface LineProps {
  icon: Icon;
  keyName: string;
  on: boolean;
  shown: boolean;
  onClick: () => void;
  children: ReactNode;
}

/** One thing to do with the line. What cannot be done now stays where it is, greyed. */
function Line({ icon: Mark, keyName, on, shown, onClick, children }: LineProps) {
  return (
    <Button
      aria-pressed={on}
      color={on ? "amber" : "gray"}
      disabled={!shown}
      leftSection={<Mark aria-hidden size={16} />}
      onClick={onClick}
      rightSection={<Key name={keyName} />}
      size="xs"
      variant={on ? "filled" : "default"}
    >
      {children}
    </Button>
  );
}
