import { Text, Tooltip } from "@mantine/core";
import { useNow } from "@/shared/time/clock";
import { clockTime, dateTime, type Moment, relative, span, zoneName } from "@/shared/time/format";

/** A person's own clock, running: 14:05 EST */
export function LocalClock({ zone }: { zone: string }) {
  const now = useNow();
  return (
    <Text className="tabular" component="span" inherit title={zone}>
      {clockTime(now, zone)} {zoneName(now, zone)}
    </Text>
  );
}

/** A moment in somebody's zone, with the zone said and the reader's own time in the tip. */
export function LocalMoment({ at, zone }: { at: Moment; zone?: string | undefined }) {
  return (
    <Tooltip label={dateTime(at)}>
      <time className="tabular" dateTime={new Date(at).toISOString()}>
        {dateTime(at, zone)}
        {zone ? ` ${zoneName(at, zone)}` : ""}
      </time>
    </Tooltip>
  );
}

/** "3 days ago", with the exact moment in the tip. */
export function Ago({ at }: { at: Moment }) {
  const now = useNow();
  return (
    <Tooltip label={dateTime(at)}>
      <time dateTime={new Date(at).toISOString()}>{relative(at, now)}</time>
    </Tooltip>
  );
}

/** Time since a moment, running. */
export function Since({ at }: { at: Moment }) {
  const now = useNow();
  return <span className="tabular">{span(now - new Date(at).getTime())}</span>;
}
