import { Stack, Text, Title } from "@mantine/core";
import { number } from "@/shared/time/format";
import classes from "./bars.module.css";

interface BarsProps {
  label: string;
  rows: readonly { key: string; label: string; value: number }[];
}

/** Horizontal bars with their values written out: readable without colour, and a list to a screen reader. */
export function Bars({ label, rows }: BarsProps) {
  const most = Math.max(1, ...rows.map((row) => row.value));
  return (
    <Stack className="surface" gap="xs" p="sm">
      <Title order={2}>{label}</Title>
      <ul className={classes.bars}>
        {rows.map((row) => (
          <li className={classes.row} key={row.key}>
            <Text className={classes.name} size="sm" title={row.label} truncate>
              {row.label}
            </Text>
            <span className={classes.track}>
              <span className={classes.bar} style={{ width: `${(100 * row.value) / most}%` }} />
            </span>
            <span className={`tabular ${classes.value}`}>{number(row.value)}</span>
          </li>
        ))}
      </ul>
    </Stack>
  );
}
