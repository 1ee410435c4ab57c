import { Text, Tooltip } from "@mantine/core";
import type { ReactNode } from "react";
import classes from "./figure.module.css";

interface FigureProps {
  label: string;
  value: ReactNode;
  /** What exactly is counted; shown as a tip. */
  definition?: string;
  note?: ReactNode;
  large?: boolean;
  tone?: "plain" | "good" | "warn" | "bad";
}

/** One number with its name and its definition. */
export function Figure({ label, value, definition, note, large, tone = "plain" }: FigureProps) {
  return (
    <div className={`surface ${classes.figure}`} data-large={large || undefined} data-tone={tone}>
      <Tooltip disabled={!definition} label={definition} multiline w={280}>
        <Text c="dimmed" className={classes.label} size="sm">
          {label}
        </Text>
      </Tooltip>
      <div className={`tabular ${classes.value}`}>{value}</div>
      {note ? (
        <Text c="dimmed" component="div" size="xs">
          {note}
        </Text>
      ) : null}
    </div>
  );
}
