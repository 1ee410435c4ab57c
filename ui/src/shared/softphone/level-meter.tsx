import { useEffect, useRef } from "react";
import classes from "./softphone.module.css";
import { meterOf } from "./sound";

const LOOK_EVERY_MS = 100;

interface LevelMeterProps {
  stream: MediaStream | null;
  label: string;
}

/** How loud it is now. It draws past React: ten times a second is no state. */
export function LevelMeter({ stream, label }: LevelMeterProps) {
  const bar = useRef<HTMLSpanElement>(null);
  const meter = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    const ear = meterOf(stream);
    const timer = setInterval(() => {
      const level = ear.read();
      bar.current?.style.setProperty("--level", level.toFixed(2));
      if (meter.current) meter.current.value = level;
    }, LOOK_EVERY_MS);
    return () => {
      clearInterval(timer);
      ear.close();
    };
  }, [stream]);
  return (
    <span className={classes.track} title={label}>
      <meter aria-label={label} className="visually-hidden" max={1} min={0} ref={meter} value={0} />
      <span aria-hidden className={classes.level} ref={bar} />
    </span>
  );
}
