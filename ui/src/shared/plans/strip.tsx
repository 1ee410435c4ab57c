import { useLingui } from "@lingui/react/macro";
import type { Side } from "./figure-table";
import { shownOf } from "./figures";
import { Mark } from "./mark";
import classes from "./plans.module.css";
import { place, scaleOf, ticks } from "./scale";

const WIDTH = 640;
const ROW = 60;
const LEFT = 16;

/** Every simulated evening as a mark of its own, as they come in: where most of them lie is seen at once. */
export function Strip({ sides, name }: { sides: readonly Side[]; name: string }) {
  const { t } = useLingui();
  const shown = shownOf(name);
  const all = sides.flatMap((side) => side.result.each.map((one) => one[name] ?? 0));
  const scale = scaleOf(all);
  const x = (value: number) => LEFT + place(value, scale) * (WIDTH - 2 * LEFT);
  const height = ROW * sides.length + 26;
  return (
    <svg
      aria-label={t`${t(shown.label)}: every evening a mark; the table as CSV holds the same`}
      className={`${classes.plans} ${classes.chart}`}
      role="img"
      viewBox={`0 0 ${WIDTH} ${height}`}
    >
      {ticks(scale).map((mark) => (
        <g key={mark}>
          <line className={classes.grid} x1={x(mark)} x2={x(mark)} y1={0} y2={height - 22} />
          <text textAnchor="middle" x={x(mark)} y={height - 6}>
            {shown.write(mark)}
          </text>
        </g>
      ))}
      {sides.map((side, row) => (
        <g className={classes.dot} key={side.which}>
          {side.result.each.map((one) => (
            <Mark
              key={one.seed}
              size={4}
              which={side.which}
              x={x(one[name] ?? 0)}
              // Marks of equal evenings lie beside each other; where, hangs on the evening alone.
              y={ROW * row + 8 + (((one.seed ?? 0) * 0.618_034) % 1) * (ROW - 16)}
            />
          ))}
        </g>
      ))}
    </svg>
  );
}
