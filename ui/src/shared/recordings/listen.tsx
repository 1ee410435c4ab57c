import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Stack, Text } from "@mantine/core";
import { IconHeadphones } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { RecordingLine } from "@/shared/api/generated/model";
import {
  getRecordingsRecordingQueryOptions,
  getRecordingsRecordingsQueryOptions,
  recordingsListen,
} from "@/shared/api/generated/recordings";
import { useMay } from "@/shared/session/session";
import { dateTime, fullDate, span } from "@/shared/time/format";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { RecordingPlayer } from "./recording-player";

/** The recording of an attempt, where there is one and whoever looks may hear it. */
export function AttemptRecording({ attempt }: { attempt: string }) {
  const hears = useMay("hear_recordings");
  const found = useQuery({ ...getRecordingsRecordingsQueryOptions({ attempt }), enabled: hears });
  const recording = found.data?.recordings[0];
  return recording ? <Listen recording={recording} /> : null;
}

/** One recording: what there is of it, and a way to hear it that asks why. */
export function Listen({ recording }: { recording: RecordingLine }) {
  const { t } = useLingui();
  const hears = useMay("hear_recordings");
  const [asking, setAsking] = useState(false);
  const [address, setAddress] = useState("");
  const [lost, setLost] = useState(false);
  const whole = useQuery({ ...getRecordingsRecordingQueryOptions(recording.id), enabled: address !== "" });
  const there = !recording.not_kept && !recording.deleted_at;
  return (
    <Stack
      aria-label={t`Recording of ${dateTime(recording.began_at)}`}
      className="surface"
      component="section"
      gap="xs"
      p="md"
    >
      <Group justify="space-between">
        <Group gap="xs">
          <Text fw={600}>
            <Trans context="call">Recording</Trans>
          </Text>
          <Text c="dimmed" className="tabular" size="sm">
            {dateTime(recording.began_at)} · {span(recording.seconds * 1000)}
          </Text>
          <RecordingState recording={recording} />
        </Group>
        {there && hears && !address ? (
          <Button
            leftSection={<IconHeadphones aria-hidden size={16} />}
            onClick={() => setAsking(true)}
            size="compact-sm"
            variant="default"
          >
            <Trans>Listen</Trans>
          </Button>
        ) : null}
      </Group>
      <Text c="dimmed" size="xs">
        {recording.not_kept ? null : recording.deleted_at ? (
          <Trans>Deleted on {fullDate(recording.deleted_at)}.</Trans>
        ) : recording.held_at ? (
          <Trans>Held since {fullDate(recording.held_at)}; it is not deleted while it is held.</Trans>
        ) : (
          <Trans>Kept until {fullDate(recording.keep_until)}.</Trans>
        )}
      </Text>
      <ProblemAlert error={whole.error} retry={() => void whole.refetch()} />
      {lost ? (
        <Text c="dimmed" size="sm">
          <Trans>The sound cannot be heard any more. Press Listen again.</Trans>
        </Text>
      ) : null}
      {address && whole.data ? (
        <RecordingPlayer
          address={address}
          onLost={() => {
            setAddress("");
            setLost(true);
          }}
          recording={whole.data}
        />
      ) : null}
      <ReasonModal
        deed={t`Listen`}
        label={t`Why do you listen?`}
        note={t`Who listened, when and why stands in the audit log.`}
        onClose={() => setAsking(false)}
        onDeed={async (reason) => {
          const heard = await recordingsListen(recording.id, { reason });
          setLost(false);
          setAddress(heard.address);
        }}
        opened={asking}
        required
        title={t`Listen to the recording`}
      />
    </Stack>
  );
}

/** What is not as it should be with a recording, or out of the ordinary. */
export function RecordingState({ recording }: { recording: RecordingLine }) {
  return (
    <>
      {recording.not_kept ? (
        <Badge color="brick" variant="light">
          <NotKept why={recording.not_kept} />
        </Badge>
      ) : null}
      {recording.cut_short ? (
        <Badge color="amber" variant="light">
          <Trans>
            cut short: {span(recording.seconds * 1000)} of {span(recording.expected_s * 1000)}
          </Trans>
        </Badge>
      ) : null}
      {recording.deleted_at ? (
        <Badge variant="default">
          {recording.deleted_why === "asked" ? <Trans>deleted on request</Trans> : <Trans>deleted in its time</Trans>}
        </Badge>
      ) : null}
      {recording.held_at ? (
        <Badge variant="outline">
          <Trans>held</Trans>
        </Badge>
      ) : null}
    </>
  );
}

function NotKept({ why }: { why: string }) {
  switch (why) {
    case "disk_full":
      return <Trans>not kept: the disk was full</Trans>;
    case "disk_fails":
      return <Trans>not kept: the disk failed</Trans>;
    default:
      return <Trans>not kept: the switch recorded nothing usable</Trans>;
  }
}
