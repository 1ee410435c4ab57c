import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, Popover, Text, UnstyledButton } from "@mantine/core";
import { IconHeadset, IconHeadsetOff, IconMicrophoneOff } from "@tabler/icons-react";
import { useState } from "react";
import { LevelMeter } from "./level-meter";
import { usePhone } from "./phone-provider";
import { gradeOf } from "./quality";
import classes from "./softphone.module.css";
import { SoundSettings } from "./sound-settings";
import { GRADES, LOST, PHONE_STATES } from "./words";

interface PhoneButtonProps {
  mayTest: boolean;
  onReconnect: () => void;
}

/** The phone in the corner of one's eye: its state, one's own voice and theirs; behind it the settings. */
export function PhoneButton(props: PhoneButtonProps) {
  const { i18n, t } = useLingui();
  const { state, muted, quality, local, remote } = usePhone();
  const [opened, setOpened] = useState(false);
  const Mark = state.kind === "lost" || state.kind === "off" ? IconHeadsetOff : muted ? IconMicrophoneOff : IconHeadset;
  const grade = quality ? gradeOf(quality.mos) : null;
  return (
    <Popover onChange={setOpened} opened={opened} position="bottom-end" shadow="md" trapFocus width={360} withArrow>
      <Popover.Target>
        <UnstyledButton
          aria-expanded={opened}
          aria-haspopup="dialog"
          className={classes.button}
          data-kind={state.kind}
          data-testid="phone"
          onClick={() => setOpened(!opened)}
        >
          <Mark aria-hidden size={18} />
          <Text component="span" fw={550} size="sm">
            {i18n._(PHONE_STATES[state.kind])}
          </Text>
          {grade && grade !== "good" ? (
            <Badge color={grade === "poor" ? "brick" : "amber"} variant="light">
              {i18n._(GRADES[grade])}
            </Badge>
          ) : null}
          {state.kind === "talking" && !opened ? (
            <span className={classes.meters}>
              <LevelMeter label={t`How loud you are`} stream={local} />
              <LevelMeter label={t`How loud they are`} stream={remote} />
            </span>
          ) : null}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t`Sound`}>
        <SoundSettings {...props} />
      </Popover.Dropdown>
    </Popover>
  );
}

/** Why nobody can be heard, and what to do; nothing while all is well. */
export function PhoneTrouble({ onReconnect }: { onReconnect: () => void }) {
  const { i18n } = useLingui();
  const { state } = usePhone();
  if (state.kind === "talking" && !state.signal) {
    return (
      <Alert color="amber" role="status" variant="light">
        <Trans>The switch is out of reach; this talk goes on. The phone connects again by itself.</Trans>
      </Alert>
    );
  }
  if (state.kind !== "lost") return null;
  const said = LOST[state.why];
  return (
    <Alert color="brick" icon={<IconHeadsetOff aria-hidden />} role="alert" title={i18n._(said.title)} variant="light">
      <Group justify="space-between">
        <Text size="sm">{i18n._(said.next)}</Text>
        {state.again ? null : (
          <Button onClick={onReconnect} size="xs" variant="default">
            <Trans>Try again</Trans>
          </Button>
        )}
      </Group>
    </Alert>
  );
}
