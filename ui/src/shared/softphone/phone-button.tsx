import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, Popover, SegmentedControl, Stack, Text, UnstyledButton } from "@mantine/core";
import { IconHeadset, IconHeadsetOff, IconMicrophoneOff, IconPhone } from "@tabler/icons-react";
import { useState } from "react";
import type { PhoneOut } from "@/shared/api/generated/model";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { LevelMeter } from "./level-meter";
import { NumberPhone, SipPhone } from "./other-phones";
import { type OwnPhone, type PhoneKind, preferredKind } from "./own-phone";
import { usePhone } from "./phone-provider";
import { gradeOf } from "./quality";
import classes from "./softphone.module.css";
import { SoundSettings } from "./sound-settings";
import { GRADES, LOST, PHONE_STATES } from "./words";

/** A phone that is none of the browser's, as the switch knows it. */
const OTHER_STATES = {
  none: msg`No phone`,
  waiting: msg`Phone has not signed in yet`,
  up: msg`Line up`,
  lost: msg`Phone is gone`,
};

interface PhoneButtonProps {
  phone: PhoneOut;
  own: OwnPhone;
  /** In a call nothing is tested and nothing is changed: the person on the line would hear it. */
  free: boolean;
}

/** The phone in the corner of one's eye: its state, one's own voice and theirs; behind it the settings. */
export function PhoneButton({ phone, own, free }: PhoneButtonProps) {
  const { i18n, t } = useLingui();
  const [opened, setOpened] = useState(false);
  const [kind, setKind] = useState<PhoneKind>(phone.kind ?? preferredKind());
  const inBrowser = (phone.kind ?? preferredKind()) === "browser";
  return (
    <Popover onChange={setOpened} opened={opened} position="bottom-end" shadow="md" trapFocus width={380} withArrow>
      <Popover.Target>
        <UnstyledButton
          aria-expanded={opened}
          aria-haspopup="dialog"
          aria-label={inBrowser ? undefined : `${t`Phone`}: ${word(OTHER_STATES, phone.state)}`}
          className={classes.button}
          data-testid="phone"
          onClick={() => setOpened(!opened)}
        >
          {inBrowser ? <OwnState opened={opened} /> : <OtherState phone={phone} />}
        </UnstyledButton>
      </Popover.Target>
      <Popover.Dropdown aria-label={t`Phone`}>
        <Stack gap="sm">
          <SegmentedControl
            aria-label={t`Phone`}
            data={[
              { value: "browser", label: t`Browser` },
              { value: "sip", label: t`SIP phone` },
              { value: "number", label: t`Telephone` },
            ]}
            disabled={!free}
            fullWidth
            onChange={(chosen) => setKind(chosen as PhoneKind)}
            size="xs"
            value={kind}
          />
          <ProblemAlert error={own.error} />
          {kind === "browser" ? (
            inBrowser ? (
              <SoundSettings mayTest={free} onReconnect={own.reconnect} />
            ) : (
              <Button loading={own.isPending} onClick={() => own.make({ kind: "browser" })}>
                {i18n._(msg`Use the browser`)}
              </Button>
            )
          ) : kind === "sip" ? (
            <SipPhone own={own} phone={phone} />
          ) : (
            <NumberPhone own={own} phone={phone} />
          )}
        </Stack>
      </Popover.Dropdown>
    </Popover>
  );
}

function OwnState({ opened }: { opened: boolean }) {
  const { i18n, t } = useLingui();
  const { state, muted, quality, local, remote } = usePhone();
  const Mark = state.kind === "lost" || state.kind === "off" ? IconHeadsetOff : muted ? IconMicrophoneOff : IconHeadset;
  const grade = quality ? gradeOf(quality.mos) : null;
  return (
    <>
      <Mark aria-hidden color={state.kind === "lost" ? "var(--mantine-color-error)" : undefined} size={18} />
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
    </>
  );
}

function OtherState({ phone }: { phone: PhoneOut }) {
  return (
    <>
      <IconPhone aria-hidden color={phone.state === "up" ? undefined : "var(--mantine-color-error)"} size={18} />
      <Text component="span" fw={550} size="sm">
        {word(OTHER_STATES, phone.state)}
      </Text>
    </>
  );
}

/** Why nobody can be heard, and what to do; nothing while all is well. */
export function PhoneTrouble({ phone, own }: { phone: PhoneOut; own: OwnPhone }) {
  const { i18n } = useLingui();
  const { state } = usePhone();
  if (phone.kind === "sip" || phone.kind === "number") {
    if (phone.state === "up") return null;
    return (
      <Alert color="amber" icon={<IconPhone aria-hidden />} role="status" variant="light">
        {phone.kind === "sip" ? (
          <Trans>Your SIP phone is not signed in. Nobody is put through to you until it is.</Trans>
        ) : (
          <Trans>Your telephone is not on the line. Pick it up when it rings, or have it called again.</Trans>
        )}
      </Alert>
    );
  }
  if (state.kind === "talking" && !state.signal) {
    return (
      <Alert color="amber" role="status" variant="light">
        <Trans>The switch is out of reach; this talk goes on. The phone connects again by itself.</Trans>
      </Alert>
    );
  }
  if (state.kind !== "lost")
    return state.kind === "off" ? <ProblemAlert error={own.error} retry={own.reconnect} /> : null;
  const said = LOST[state.why];
  return (
    <Alert color="brick" icon={<IconHeadsetOff aria-hidden />} role="alert" title={i18n._(said.title)} variant="light">
      <Group justify="space-between">
        <Text size="sm">{i18n._(said.next)}</Text>
        {state.again ? null : (
          <Button loading={own.isPending} onClick={own.reconnect} size="xs" variant="default">
            <Trans>Try again</Trans>
          </Button>
        )}
      </Group>
    </Alert>
  );
}
