import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Group, SegmentedControl, Stack, Text } from "@mantine/core";
import { IconPlayerPauseFilled, IconPlayerPlayFilled } from "@tabler/icons-react";
import { type KeyboardEvent, type PointerEvent, useId, useMemo, useRef, useState } from "react";
import type { RecordingOut } from "@/shared/api/generated/model";
import { span } from "@/shared/time/format";
import classes from "./player.module.css";
import { loudness, meantBy, outline, SPEEDS, timeAt, timeInCall } from "./waveform";

interface RecordingPlayerProps {
  recording: RecordingOut;
  /** Where the sound is; good for half an hour. */
  address: string;
  /** The address does not serve any more. */
  onLost: () => void;
}

/** A recording to listen to: the person above, what they heard below, and where it was paused. */
export function RecordingPlayer({ recording, address, onLost }: RecordingPlayerProps) {
  const { t } = useLingui();
  const sound = useRef<HTMLAudioElement>(null);
  const [at, setAt] = useState(0);
  const [playing, setPlaying] = useState(false);
  const [speed, setSpeed] = useState(1);
  const { seconds, gaps } = recording;
  const [person = "", agent = ""] = recording.peaks;

  const seek = (to: number) => {
    if (sound.current) sound.current.currentTime = to;
    setAt(to);
  };
  const toggle = () => {
    const element = sound.current;
    if (!element) return;
    if (element.paused) element.play().catch(onLost);
    else element.pause();
  };
  const turn = (to: number) => {
    if (sound.current) sound.current.playbackRate = to;
    setSpeed(to);
  };
  const press = (event: KeyboardEvent) => {
    const deed = meantBy(event.key, { at, seconds, speed });
    if (!deed || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    event.stopPropagation();
    if (deed.kind === "toggle") toggle();
    else if (deed.kind === "seek") seek(deed.to);
    else turn(deed.speed);
  };
  const point = (event: PointerEvent<HTMLElement>) => {
    const box = event.currentTarget.getBoundingClientRect();
    if (box.width > 0) seek(timeAt((event.clientX - box.left) / box.width, seconds));
  };
  const share = seconds > 0 ? at / seconds : 0;

  return (
    <Stack gap="xs">
      {/* biome-ignore lint/a11y/useMediaCaption: nobody has written down yet what was said */}
      <audio
        onEnded={() => setPlaying(false)}
        onError={onLost}
        onPause={() => setPlaying(false)}
        onPlay={() => setPlaying(true)}
        onTimeUpdate={(event) => setAt(event.currentTarget.currentTime)}
        preload="metadata"
        ref={sound}
        src={address}
      />
      <div
        aria-label={t`Recording: space plays and pauses, arrows go back and forth, up and down change the speed`}
        aria-valuemax={Math.round(seconds)}
        aria-valuemin={0}
        aria-valuenow={Math.round(at)}
        aria-valuetext={t`${span(at * 1000)} of ${span(seconds * 1000)}`}
        className={classes.wave}
        onKeyDown={press}
        onPointerDown={point}
        role="slider"
        tabIndex={0}
      >
        <Channel label={t({ message: "Person", context: "voice" })} peaks={person} share={share} who="person" />
        <Channel label={t`Agent and announcements`} peaks={agent} share={share} who="agent" />
        {gaps.map((gap) => (
          <span
            className={classes.gap}
            key={`${gap.at_s}-${gap.lasted_s}`}
            style={{ left: `${(100 * gap.at_s) / Math.max(seconds, 0.001)}%` }}
          />
        ))}
        <span className={classes.head} style={{ left: `${100 * share}%` }} />
      </div>
      <Group justify="space-between">
        <Group gap="xs">
          <ActionIcon
            aria-label={playing ? t({ message: "Pause", context: "sound" }) : t`Play`}
            onClick={toggle}
            size="lg"
          >
            {playing ? <IconPlayerPauseFilled aria-hidden size={18} /> : <IconPlayerPlayFilled aria-hidden size={18} />}
          </ActionIcon>
          <Text className="tabular" size="sm">
            {span(at * 1000)} / {span(seconds * 1000)}
          </Text>
          {gaps.length > 0 ? (
            <Text c="dimmed" className="tabular" size="sm">
              <Trans>{span(timeInCall(at, gaps) * 1000)} into the call</Trans>
            </Text>
          ) : null}
        </Group>
        <SegmentedControl
          aria-label={t`Speed`}
          data={SPEEDS.map((one) => ({ value: String(one), label: `${one}×` }))}
          onChange={(value) => turn(Number(value))}
          size="xs"
          value={String(speed)}
        />
      </Group>
      {gaps.length > 0 ? (
        <Text c="dimmed" size="xs">
          <Plural
            one="Paused once, as for card data: nothing of that part was recorded."
            other="Paused # times, as for card data: nothing of those parts was recorded."
            value={gaps.length}
          />{" "}
          {gaps.map((gap) => `${span(gap.at_s * 1000)} (+${span(gap.lasted_s * 1000)})`).join(" · ")}
        </Text>
      ) : null}
    </Stack>
  );
}

interface ChannelProps {
  who: "person" | "agent";
  label: string;
  peaks: string;
  share: number;
}

function Channel({ who, label, peaks, share }: ChannelProps) {
  const heights = useMemo(() => loudness(peaks), [peaks]);
  const path = useMemo(() => outline(heights), [heights]);
  const clip = useId();
  const width = Math.max(heights.length - 1, 1);
  return (
    <div style={{ position: "relative" }}>
      <span className={classes.who}>{label}</span>
      <svg aria-hidden className={classes.channel} data-who={who} preserveAspectRatio="none" viewBox={`0 0 ${width} 2`}>
        <path d={path} />
        <clipPath id={clip}>
          <rect height={2} width={width * share} />
        </clipPath>
        <path className={classes.played} clipPath={`url(#${clip})`} d={path} />
      </svg>
    </div>
  );
}
