import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Select, Stack, Text } from "@mantine/core";
import { IconPlayerStop, IconRefresh, IconVolume } from "@tabler/icons-react";
import { number, share } from "@/shared/time/format";
import type { Device, Use } from "./devices";
import { isUnderWay, type Test } from "./echo";
import { LevelMeter } from "./level-meter";
import { usePhone, useSoftphone } from "./phone-provider";
import { gradeOf, type Quality } from "./quality";
import { playTone, prepareTone } from "./sound";
import { GRADES, VERDICTS } from "./words";

interface SoundSettingsProps {
  /** In a call nothing is tested: the person on the line would hear it. */
  mayTest: boolean;
  onReconnect: () => void;
}

/** Which microphone, which loudspeaker, how loud, how good; and a test with one's own voice. */
export function SoundSettings({ mayTest, onReconnect }: SoundSettingsProps) {
  const { t } = useLingui();
  const softphone = useSoftphone();
  const { devices, chosen, local, remote, quality, test, state } = usePhone();
  const choose = (use: Use) => (id: string | null) => {
    void softphone.chooseDevices({ [use]: id ?? "" });
    if (use !== "ringer") return;
    prepareTone(id ?? "");
    playTone();
  };
  return (
    <Stack gap="sm">
      <DeviceSelect
        devices={devices.microphone}
        id={chosen.microphone}
        label={t`Microphone`}
        onChoose={choose("microphone")}
      />
      <LevelMeter label={t`How loud you are`} stream={local} />
      <DeviceSelect devices={devices.speaker} id={chosen.speaker} label={t`Headphones`} onChoose={choose("speaker")} />
      <LevelMeter label={t`How loud they are`} stream={test.kind === "speaking" ? test.remote : remote} />
      <DeviceSelect
        devices={devices.ringer}
        id={chosen.ringer}
        label={t`Where the tone of a new call sounds`}
        onChoose={choose("ringer")}
      />
      {quality ? <QualityLine quality={quality} /> : null}
      <TestResult test={test} />
      <Group gap="xs">
        {isUnderWay(test) ? (
          <Button
            leftSection={<IconPlayerStop aria-hidden size={16} />}
            onClick={() => softphone.hangUp()}
            variant="default"
          >
            <Trans>End the test</Trans>
          </Button>
        ) : (
          <Button
            disabled={!mayTest || (state.kind !== "talking" && state.kind !== "ready")}
            leftSection={<IconVolume aria-hidden size={16} />}
            onClick={() => softphone.test()}
            variant="default"
          >
            <Trans>Test with my voice</Trans>
          </Button>
        )}
        <Button
          disabled={!mayTest}
          leftSection={<IconRefresh aria-hidden size={16} />}
          onClick={onReconnect}
          variant="default"
        >
          <Trans>Connect anew</Trans>
        </Button>
      </Group>
      {mayTest ? null : (
        <Text c="dimmed" size="xs">
          <Trans>Not while somebody is on the line.</Trans>
        </Text>
      )}
    </Stack>
  );
}

interface DeviceSelectProps {
  label: string;
  devices: readonly Device[];
  id: string;
  onChoose: (id: string | null) => void;
}

function DeviceSelect({ label, devices, id, onChoose }: DeviceSelectProps) {
  const { t } = useLingui();
  const known = id === "" || devices.some((device) => device.id === id);
  return (
    <Select
      allowDeselect={false}
      comboboxProps={{ withinPortal: false }}
      data={[
        { value: "", label: t`The system's own choice` },
        ...devices.map((device) => ({ value: device.id, label: device.name })),
        ...(known ? [] : [{ value: id, label: t`The chosen one, not plugged in` }]),
      ]}
      label={label}
      onChange={onChoose}
      size="sm"
      value={id}
    />
  );
}

export function QualityLine({ quality }: { quality: Quality }) {
  const { i18n } = useLingui();
  const delay = quality.roundTripMs === null ? "–" : `${number(quality.roundTripMs)} ms`;
  return (
    <Text className="tabular" size="sm">
      <Trans>
        Line: {i18n._(GRADES[gradeOf(quality.mos)])} (MOS about {number(quality.mos, 1)}) · loss {share(quality.loss)} ·
        jitter {number(quality.jitterMs)} ms · there and back {delay}
      </Trans>
    </Text>
  );
}

function TestResult({ test }: { test: Test }) {
  const { i18n } = useLingui();
  switch (test.kind) {
    case "none":
      return null;
    case "calling":
      return (
        <Text role="status" size="sm">
          <Trans>Calling the switch …</Trans>
        </Text>
      );
    case "speaking":
      return (
        <Alert color="lake" role="status" variant="light">
          <Trans>Speak now, for some seconds. You should hear yourself.</Trans>
        </Alert>
      );
    case "done": {
      const said = VERDICTS[test.verdict];
      return (
        <Alert
          color={test.verdict === "good" ? "leaf" : "amber"}
          role="status"
          title={i18n._(said.title)}
          variant="light"
        >
          <Text size="sm">{i18n._(said.next)}</Text>
          {test.quality ? <QualityLine quality={test.quality} /> : null}
        </Alert>
      );
    }
  }
}
