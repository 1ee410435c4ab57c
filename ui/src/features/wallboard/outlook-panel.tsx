import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Group, SegmentedControl, Table, Text } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconDownload } from "@tabler/icons-react";
import { useEffect, useState } from "react";
import type { FloorCampaign } from "@/shared/api/generated/model";
import { useMe } from "@/shared/session/session";
import { save } from "@/shared/sheet/csv";
import { clockTime, number } from "@/shared/time/format";
import { KEPT_MS, remember, spread, ticks, type Word, wordOf } from "./outlook";
import classes from "./pacing.module.css";

const ROWS = 8;
const ROW_MS = 10_000;

/** The next seconds as the pacer sees them, behind them its words of the last ten minutes; as a chart or a table. */
export function OutlookPanel({ campaign, now }: { campaign: FloorCampaign; now: string }) {
  const { t } = useLingui();
  const [view, setView] = useState("chart");
  const words = useWords(campaign, now);
  const last = words.at(-1);
  if (!last) return null;
  const file = () =>
    save("pacing.csv", [
      [
        ...[t`Time`, t`Seats free`, t`Free or soon free`, t`Within, s`],
        ...[t`Answers expected`, t`In the air`, t`Dialled then`],
      ],
      ...words.map((word) => [
        ...[new Date(word.at).toISOString(), word.free, word.freeBy, word.within_s, word.answers],
        ...[word.in_air, word.dials],
      ]),
    ]);
  const seconds = number(last.within_s, 0);
  return (
    <div className={classes.root}>
      <Group gap="xs" justify="space-between" mt={8}>
        <Text fw={600} size="sm">
          <Trans>The next {seconds} seconds</Trans>
        </Text>
        <Group gap={6}>
          <SegmentedControl
            aria-label={t`How it is shown`}
            data={[
              { value: "chart", label: t`Chart` },
              { value: "table", label: t`Table` },
            ]}
            onChange={setView}
            size="xs"
            value={view}
          />
          <ActionIcon aria-label={t`Table as CSV`} onClick={file} title={t`Table as CSV`} variant="default">
            <IconDownload aria-hidden size={16} />
          </ActionIcon>
        </Group>
      </Group>
      {view === "chart" ? <Outlook last={last} words={words} /> : <Words words={words} />}
    </div>
  );
}

/** What was said since the page was opened; a campaign that says nothing keeps what it said. */
function useWords(campaign: FloorCampaign, now: string): readonly Word[] {
  const [words, setWords] = useState<readonly Word[]>([]);
  const { forecast } = campaign;
  useEffect(() => {
    if (forecast) setWords((before) => remember(before, wordOf(forecast, Date.parse(now))));
  }, [forecast, now]);
  return words;
}

const HEIGHT = 132;
const LEFT = 30;
const TOP = 6;
const BOTTOM = 18;
/** The share of the chart's width that the next seconds take. */
const AHEAD = 0.4;

function Outlook({ words, last }: { words: readonly Word[]; last: Word }) {
  const { t } = useLingui();
  const { ref, width } = useElementSize();
  const wide = Math.max(width, 240);
  const here = LEFT + (wide - LEFT) * (1 - AHEAD);
  const seats = spread(last.freeBy - last.free).map((n) => n + last.free) as [number, number];
  const answers = spread(last.answers);
  const axis = ticks(Math.max(seats[1], answers[1], ...words.map(({ free }) => free)));
  const top = axis.at(-1) ?? 1;
  const y = (n: number) => TOP + (HEIGHT - TOP - BOTTOM) * (1 - n / top);
  const x = (at: number) => here - ((last.at - at) / KEPT_MS) * (here - LEFT);
  const line = (of: (word: Word) => number) => words.map((word) => `${x(word.at)},${y(of(word))}`).join(" ");
  const cone = (from: number, [low, high]: [number, number]) =>
    `${here},${y(from)} ${wide},${y(high)} ${wide},${y(low)}`;
  const seconds = number(last.within_s, 0);
  return (
    <>
      <Group className={classes.keys} gap="md">
        <span>
          <svg aria-hidden height="10" width="26">
            <path className={classes.seats} d="M0,5H26" />
          </svg>
          <Trans>
            seats free: {number(last.free)}, then {number(last.freeBy, 1)}
          </Trans>
        </span>
        <span>
          <svg aria-hidden height="10" width="26">
            <path className={classes.answers} d="M0,5H26" />
          </svg>
          <Trans>answers expected: {number(last.answers, 1)}</Trans>
        </span>
      </Group>
      <div ref={ref}>
        <svg
          aria-label={t`In ${seconds} seconds ${number(last.freeBy, 1)} seats are free and ${number(last.answers, 1)} answers expected`}
          className={classes.chart}
          height={HEIGHT}
          role="img"
          width={wide}
        >
          {axis.map((n) => (
            <g key={n}>
              <line className={classes.grid} x1={LEFT} x2={wide} y1={y(n)} y2={y(n)} />
              <text textAnchor="end" x={LEFT - 5} y={y(n) + 4}>
                {number(n)}
              </text>
            </g>
          ))}
          <polygon className={classes.seatsBand} points={cone(last.free, seats)} />
          <polygon className={classes.answersBand} points={cone(0, answers)} />
          <polyline className={classes.seats} points={line(({ free }) => free)} />
          <path className={classes.seats} d={`M${here},${y(last.free)}L${wide},${y(last.freeBy)}`} />
          <path className={classes.answers} d={`M${here},${y(0)}L${wide},${y(last.answers)}`} />
          <line className={classes.now} x1={here} x2={here} y1={TOP} y2={HEIGHT - BOTTOM} />
          <text x={LEFT} y={HEIGHT - 4}>
            <Trans>10 min ago</Trans>
          </text>
          <text textAnchor="middle" x={here} y={HEIGHT - 4}>
            <Trans>now</Trans>
          </text>
          <text textAnchor="end" x={wide} y={HEIGHT - 4}>
            <Trans>in {seconds} s</Trans>
          </text>
        </svg>
      </div>
      <Text c="dimmed" size="xs">
        <Trans>
          Right of “now” is what is expected, about two times in three within the band; left of it the seats that were
          free.
        </Trans>
      </Text>
    </>
  );
}

function Words({ words }: { words: readonly Word[] }) {
  const { t } = useLingui();
  const me = useMe();
  const shown: Word[] = [];
  for (const word of [...words].reverse()) {
    const before = shown.at(-1);
    if (shown.length < ROWS && (!before || before.at - word.at >= ROW_MS)) shown.push(word);
  }
  return (
    <Table aria-label={t`What the pacer said of late`} className="tabular" fz="xs" verticalSpacing={2}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th scope="col">
            <Trans>Time</Trans>
          </Table.Th>
          <Table.Th scope="col" ta="right">
            <Trans>Seats free</Trans>
          </Table.Th>
          <Table.Th scope="col" ta="right">
            <Trans>Free or soon free</Trans>
          </Table.Th>
          <Table.Th scope="col" ta="right">
            <Trans>Answers expected</Trans>
          </Table.Th>
          <Table.Th scope="col" ta="right">
            <Trans>In the air</Trans>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {shown.map((word) => (
          <Table.Tr key={word.at}>
            <Table.Th fw={400} scope="row">
              {clockTime(word.at, me.world.zone)}:{String(new Date(word.at).getSeconds()).padStart(2, "0")}
            </Table.Th>
            <Table.Td ta="right">{number(word.free)}</Table.Td>
            <Table.Td ta="right">{number(word.freeBy, 1)}</Table.Td>
            <Table.Td ta="right">{number(word.answers, 1)}</Table.Td>
            <Table.Td ta="right">{number(word.in_air)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
