import { Trans, useLingui } from "@lingui/react/macro";
import { Group } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import type { SeatsOut, StaffingOut } from "@/shared/api/generated/model";
import { number } from "@/shared/time/format";
import { steps, timeOf } from "./halves";
import classes from "./staffing.module.css";

const HEIGHT = 220;
const LEFT = 40;
const BOTTOM = 24;
const TOP = 8;

/**
 * Seats by half hour: dialling out as blocks, callers on top by formula (whole line) and played through (dashes); one
 * group for both as dots.
 */
export function SeatsChart({ answer }: { answer: StaffingOut }) {
  const { t } = useLingui();
  const { ref, width } = useElementSize();
  const rows = answer.halves;
  if (rows.length === 0) return null;
  const wide = Math.max(width, 320);
  const axis = steps(Math.max(...rows.map(({ erlang, played, outbound }) => Math.max(erlang, played) + outbound)));
  const top = axis.at(-1) ?? 1;
  const each = (wide - LEFT) / rows.length;
  const x = (n: number) => LEFT + n * each;
  const y = (seats: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - seats / top);
  const line = (of: (row: SeatsOut) => number) =>
    rows.map((row, n) => `${n ? "L" : "M"}${x(n)},${y(of(row))}H${x(n + 1)}`).join("");
  const every = Math.ceil(52 / each);
  const hasCalls = rows.some(({ erlang }) => erlang > 0);
  const hasTalks = rows.some(({ outbound }) => outbound > 0);
  const hasBlend = rows.some(({ blend }) => blend !== null);
  return (
    <div className={classes.root} ref={ref}>
      <Group gap="lg" mb={4}>
        {hasCalls ? (
          <>
            <span className={classes.key}>
              <Stroke className={classes.erlang} /> <Trans>Seats by Erlang-A</Trans>
            </span>
            <span className={classes.key}>
              <Stroke className={classes.played} /> <Trans>Seats played through</Trans>
            </span>
          </>
        ) : null}
        {hasTalks ? (
          <span className={classes.key}>
            <svg aria-hidden height="12" width="16">
              <rect className={classes.outbound} height="11" width="15" x="0.5" y="0.5" />
            </svg>
            <Trans>Seats for dialling out, below those for callers</Trans>
          </span>
        ) : null}
        {hasBlend ? (
          <span className={classes.key}>
            <Stroke className={classes.blend} /> <Trans>One group for both</Trans>
          </span>
        ) : null}
      </Group>
      <svg
        aria-label={t`Seats by half hour; the table below has the figures`}
        className={classes.chart}
        height={HEIGHT}
        role="img"
      >
        {axis.map((seats) => (
          <g key={seats}>
            <line className={classes.grid} x1={LEFT} x2={wide} y1={y(seats)} y2={y(seats)} />
            <text textAnchor="end" x={LEFT - 6} y={y(seats) + 4}>
              {number(seats)}
            </text>
          </g>
        ))}
        {rows.map((row, n) =>
          row.outbound ? (
            <rect
              className={classes.outbound}
              height={y(0) - y(row.outbound)}
              key={row.half}
              width={Math.max(1, each - 1)}
              x={x(n) + 0.5}
              y={y(row.outbound)}
            />
          ) : null,
        )}
        {hasCalls ? (
          <>
            <path className={classes.erlang} d={line(({ erlang, outbound }) => erlang + outbound)} />
            <path className={classes.played} d={line(({ played, outbound }) => played + outbound)} />
          </>
        ) : null}
        {hasBlend ? <path className={classes.blend} d={line(({ seats }) => seats)} /> : null}
        {rows.map((row, n) =>
          n % every === 0 ? (
            <text key={row.half} x={x(n)} y={HEIGHT - 6}>
              {timeOf(row.half)}
            </text>
          ) : null,
        )}
      </svg>
    </div>
  );
}

function Stroke({ className }: { className: string | undefined }) {
  return (
    <svg aria-hidden height="12" width="30">
      <path className={className} d="M0,6H30" />
    </svg>
  );
}
