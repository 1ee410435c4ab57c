import { Trans, useLingui } from "@lingui/react/macro";
import { Text, Tooltip } from "@mantine/core";
import type { PlanResult } from "@/shared/api/generated/model";
import { SHOWN, type Shown } from "./figures";
import { Mark, PlanKey, type Which } from "./mark";
import classes from "./plans.module.css";
import { place, scaleOf } from "./scale";

export interface Side {
  which: Which;
  name: string;
  result: PlanResult;
  /** What really was, where this is about a day that was. */
  actual?: Readonly<Record<string, number>>;
}

const WIDTH = 260;
const EDGE = 10;

/** Each figure of an evening with its range, in words and drawn on one scale for all plans. */
export function FigureTable({ sides, label }: { sides: readonly Side[]; label: string }) {
  const { t } = useLingui();
  return (
    <table aria-label={label} className={`${classes.plans} ${classes.figures}`}>
      <thead>
        <tr>
          <th scope="col">
            <Trans>Figure of one evening</Trans>
          </th>
          {sides.map((side) => (
            <th key={side.which} scope="col">
              <PlanKey name={side.name} which={side.which} />
            </th>
          ))}
          <th scope="col">
            <Trans>Nine of ten evenings lie on the line</Trans>
          </th>
        </tr>
      </thead>
      <tbody>
        {SHOWN.map((shown) => (
          <tr key={shown.name}>
            <th scope="row">
              <Tooltip label={t(shown.says)} multiline w={280}>
                <span>{t(shown.label)}</span>
              </Tooltip>
            </th>
            {sides.map((side) => (
              <Amount key={side.which} shown={shown} side={side} />
            ))}
            <td>
              <Ranges shown={shown} sides={sides} />
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function figureOf(side: Side, name: string) {
  return side.result.figures.find((figure) => figure.name === name);
}

function Amount({ shown, side }: { shown: Shown; side: Side }) {
  const figure = figureOf(side, shown.name);
  const was = side.actual?.[shown.name];
  // Without prices there is no cost, and none is shown.
  if (!figure || (shown.isMoney && figure.high === 0)) return <td className={classes.amount}>–</td>;
  return (
    <td className={`tabular ${classes.amount}`}>
      <Text component="span" fw={650}>
        {shown.write(figure.mean)}
      </Text>{" "}
      <Text c="dimmed" component="span" size="sm">
        ({shown.write(figure.low)} – {shown.write(figure.high)})
      </Text>
      {was === undefined ? null : (
        <Text component="div" size="sm">
          <Trans>was {shown.write(was)}</Trans>
        </Text>
      )}
    </td>
  );
}

function Ranges({ shown, sides }: { shown: Shown; sides: readonly Side[] }) {
  const there = sides.flatMap((side) => {
    const figure = figureOf(side, shown.name);
    return figure ? [{ side, figure }] : [];
  });
  const scale = scaleOf(
    there.flatMap(({ figure, side }) => [figure.low, figure.high, side.actual?.[shown.name] ?? figure.mean]),
  );
  const x = (value: number) => EDGE + place(value, scale) * (WIDTH - 2 * EDGE);
  const height = 18 * there.length + 6;
  return (
    <svg aria-hidden className={classes.chart} style={{ maxWidth: WIDTH }} viewBox={`0 0 ${WIDTH} ${height}`}>
      <line className={classes.grid} x1={EDGE} x2={WIDTH - EDGE} y1={height - 2} y2={height - 2} />
      {there.map(({ side, figure }, n) => {
        const y = 10 + 18 * n;
        const was = side.actual?.[shown.name];
        return (
          <g key={side.which}>
            <line
              className={`${classes[side.which]} ${classes.range}`}
              x1={x(figure.low)}
              x2={x(figure.high)}
              y1={y}
              y2={y}
            />
            <Mark which={side.which} x={x(figure.mean)} y={y} />
            {was === undefined ? null : (
              <path
                d={`M${x(was) - 5} ${y - 7}l10 14m0 -14l-10 14`}
                fill="none"
                stroke="currentColor"
                strokeWidth={2}
              />
            )}
          </g>
        );
      })}
    </svg>
  );
}
