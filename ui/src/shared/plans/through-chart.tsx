import { Trans, useLingui } from "@lingui/react/macro";
import { Table } from "@mantine/core";
import { clockTime } from "@/shared/time/format";
import type { Side } from "./figure-table";
import { shownOf } from "./figures";
import classes from "./plans.module.css";
import { place, scaleOf, ticks } from "./scale";

interface ThroughProps {
  sides: readonly Side[];
  name: string;
  starts: string;
  hours: number;
  zone: string;
}

const WIDTH = 640;
const HEIGHT = 240;
const LEFT = 64;
const FOOT = 26;

/** How one figure goes through the evening: a line in its band, one for each plan. */
export function ThroughChart({ sides, name, starts, hours, zone }: ThroughProps) {
  const { t } = useLingui();
  const shown = shownOf(name);
  const drawn = sides.map((side) => ({
    side,
    points: side.result.parts.flatMap((part) => (part[name] ? [part[name]] : [])),
  }));
  const scale = scaleOf([0, ...drawn.flatMap(({ points }) => points.flatMap((point) => [point.high, point.mean]))]);
  const parts = Math.max(1, ...drawn.map(({ points }) => points.length));
  const x = (n: number) => LEFT + ((n + 0.5) / parts) * (WIDTH - LEFT - 12);
  const y = (value: number) => 10 + (1 - place(value, scale)) * (HEIGHT - FOOT - 20);
  const at = (n: number) => clockTime(new Date(starts).getTime() + (n / parts) * hours * 3_600_000, zone);
  return (
    <svg
      aria-label={t`${t(shown.label)} through the evening; the table below holds the same figures`}
      className={`${classes.plans} ${classes.chart}`}
      role="img"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
    >
      {ticks(scale).map((mark) => (
        <g key={mark}>
          <line className={classes.grid} x1={LEFT} x2={WIDTH} y1={y(mark)} y2={y(mark)} />
          <text textAnchor="end" x={LEFT - 8} y={y(mark) + 4}>
            {shown.write(mark)}
          </text>
        </g>
      ))}
      {Array.from({ length: parts }, (_, n) => at(n)).map((time, n) => (
        <text key={time} textAnchor="middle" x={LEFT + (n / parts) * (WIDTH - LEFT - 12)} y={HEIGHT - 6}>
          {time}
        </text>
      ))}
      {drawn.map(({ side, points }) =>
        points.length === 0 ? null : (
          <g key={side.which}>
            <polygon
              className={`${classes[side.which]} ${classes.band}`}
              points={[
                ...points.map((point, n) => `${x(n)},${y(point.high)}`),
                ...points.map((point, n) => `${x(n)},${y(point.low)}`).reverse(),
              ].join(" ")}
            />
            <polyline
              className={`${classes[side.which]} ${classes.line}`}
              points={points.map((point, n) => `${x(n)},${y(point.mean)}`).join(" ")}
            />
          </g>
        ),
      )}
    </svg>
  );
}

/** The same as a table. */
export function ThroughTable({ sides, name, starts, hours, zone }: ThroughProps) {
  const { t } = useLingui();
  const shown = shownOf(name);
  const parts = Math.max(0, ...sides.map((side) => side.result.parts.length));
  const at = (n: number) => clockTime(new Date(starts).getTime() + (n / parts) * hours * 3_600_000, zone);
  return (
    <Table aria-label={t`${t(shown.label)} through the evening`} withRowBorders>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans>From</Trans>
          </Table.Th>
          {sides.map((side) => (
            <Table.Th key={side.which} ta="right">
              {side.name}
            </Table.Th>
          ))}
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {Array.from({ length: parts }, (_, n) => at(n)).map((time, n) => (
          <Table.Tr key={time}>
            <Table.Td>{time}</Table.Td>
            {sides.map((side) => {
              const point = side.result.parts[n]?.[name];
              return (
                <Table.Td className="tabular" key={side.which} ta="right">
                  {point ? `${shown.write(point.mean)} (${shown.write(point.low)} – ${shown.write(point.high)})` : "–"}
                </Table.Td>
              );
            })}
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
