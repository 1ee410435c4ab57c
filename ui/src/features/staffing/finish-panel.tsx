import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useElementSize } from "@mantine/hooks";
import { IconCalendarCheck, IconDownload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { FinishOut, FinishSaid } from "@/shared/api/generated/model";
import { getStaffingFinishForecastsQueryOptions } from "@/shared/api/generated/staffing";
import { save } from "@/shared/sheet/csv";
import { fullDate, number } from "@/shared/time/format";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import classes from "./staffing.module.css";

const DAY_MS = 86_400_000;

/** When each list will be finished, what was said of it day by day, and how wrong that was. */
export function FinishPanel() {
  const { t } = useLingui();
  const finish = useQuery(getStaffingFinishForecastsQueryOptions());
  if (finish.error) return <ProblemAlert error={finish.error} retry={() => void finish.refetch()} />;
  if (!finish.data) return <Skeleton height={320} />;
  if (finish.data.length === 0) {
    return (
      <EmptyState icon={IconCalendarCheck}>
        <Trans>
          Once a campaign has dialled, the day on which its list will be finished is said here every day, and later held
          against what happened.
        </Trans>
      </EmptyState>
    );
  }
  const file = () =>
    save("finish-forecasts.csv", [
      [
        ...[t`Campaign`, t`Said on`, t`Contacts left`, t`Finished a day`, t`Said: finished on`],
        ...[t`earliest`, t`latest`, t`Was finished on`, t`Now said`, t`Days too late`],
      ],
      ...finish.data.flatMap((one) =>
        one.said.map((word) => [
          ...[one.name, word.on, word.remaining, word.pace, word.finish ?? ""],
          ...[word.earliest ?? "", word.latest ?? "", one.finished ?? "", one.now?.finish ?? ""],
          word.error_days ?? "",
        ]),
      ),
    ]);
  return (
    <Stack>
      <Group justify="space-between">
        <Text c="dimmed" size="sm">
          <Trans>The pace is what was finished for good in the last seven days, days without dialling included.</Trans>
        </Text>
        <Button leftSection={<IconDownload aria-hidden size={16} />} onClick={file} size="xs" variant="default">
          <Trans>Table as CSV</Trans>
        </Button>
      </Group>
      {finish.data.map((one) => (
        <Campaign key={one.campaign} one={one} />
      ))}
    </Stack>
  );
}

/** A day of the calendar, whatever the reader's zone. */
const dayOf = (day: string) => fullDate(`${day}T12:00:00Z`, "UTC");

function Campaign({ one }: { one: FinishOut }) {
  const { t } = useLingui();
  return (
    <Stack className="surface" component="section" gap="xs" p="sm">
      <Title order={2}>{one.name}</Title>
      <Text>
        <Verdict one={one} />
      </Text>
      {one.said.length > 1 ? <SaidChart one={one} /> : null}
      {one.said.length > 0 ? (
        <Table.ScrollContainer minWidth={640}>
          <Table aria-label={t`What was said of ${one.name}`} verticalSpacing={4}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th scope="col">
                  <Trans>Said on</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>Contacts left</Trans>
                </Table.Th>
                <Table.Th scope="col" ta="right">
                  <Trans>Finished a day</Trans>
                </Table.Th>
                <Table.Th scope="col">
                  <Trans>Said: finished on</Trans>
                </Table.Th>
                <Table.Th scope="col">
                  <Trans>Between</Trans>
                </Table.Th>
                <Table.Th scope="col">
                  {one.finished ? <Trans>Was finished on</Trans> : <Trans>Now said</Trans>}
                </Table.Th>
                <Table.Th scope="col">
                  <Trans>Error</Trans>
                </Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {one.said.map((word) => (
                <Table.Tr key={word.on}>
                  <Table.Th className="tabular" fw={400} scope="row">
                    {dayOf(word.on)}
                  </Table.Th>
                  <Table.Td className="tabular" ta="right">
                    {number(word.remaining)}
                  </Table.Td>
                  <Table.Td className="tabular" ta="right">
                    {number(word.pace, 1)}
                  </Table.Td>
                  <Table.Td className="tabular">{word.finish ? dayOf(word.finish) : <NoEnd />}</Table.Td>
                  <Table.Td className="tabular">
                    <Between word={word} />
                  </Table.Td>
                  <Table.Td className="tabular">{against(one)}</Table.Td>
                  <Table.Td className="tabular">
                    <Wrong days={word.error_days} />
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
    </Stack>
  );
}

function against(one: FinishOut): string {
  const day = one.finished ?? one.now?.finish;
  return day ? dayOf(day) : "–";
}

function NoEnd() {
  return <Trans>no end in sight</Trans>;
}

function Between({ word }: { word: Pick<FinishSaid, "earliest" | "latest"> }) {
  const earliest = word.earliest ? dayOf(word.earliest) : null;
  if (earliest === null) return <>–</>;
  if (word.latest === null) return <Trans>{earliest} or later</Trans>;
  const latest = dayOf(word.latest);
  return (
    <Trans>
      {earliest} and {latest}
    </Trans>
  );
}

function Wrong({ days }: { days: number | null }) {
  if (days === null) return <>–</>;
  if (days === 0) return <Trans>none</Trans>;
  return days > 0 ? (
    <Plural one="# day too late" other="# days too late" value={days} />
  ) : (
    <Plural one="# day too early" other="# days too early" value={-days} />
  );
}

function Verdict({ one }: { one: FinishOut }) {
  if (one.finished) {
    const day = dayOf(one.finished);
    const error = one.mean_error_days === null ? null : number(one.mean_error_days, 1);
    return (
      <>
        <Trans>Finished on {day}.</Trans>{" "}
        {error === null ? null : <Trans>What was said before was wrong by {error} days in the mean.</Trans>}
      </>
    );
  }
  if (!one.now) return <Trans>Nobody was dialled yet: nothing can be said.</Trans>;
  const remaining = number(one.now.remaining);
  const pace = number(one.now.pace, 1);
  return (
    <>
      {one.now.finish ? (
        <Finishes day={dayOf(one.now.finish)} firstDay={one.now.first_day} />
      ) : (
        <Trans>At this pace there is no end in sight.</Trans>
      )}{" "}
      <Trans>
        {remaining} contacts are left, and {pace} are finished a day.
      </Trans>
    </>
  );
}

function Finishes({ day, firstDay }: { day: string; firstDay: boolean }) {
  if (firstDay) return <Trans>Finished on {day}, if every day goes like today so far.</Trans>;
  return <Trans>Finished on {day}, if days go on like the last seven.</Trans>;
}

const HEIGHT = 150;
const LEFT = 92;
const PAD = 14;

/** The day that was said, by the day on which it was said, with its band; what happened as dashes. */
function SaidChart({ one }: { one: FinishOut }) {
  const { t } = useLingui();
  const { ref, width } = useElementSize();
  const words = [...one.said].reverse().filter(({ finish }) => finish !== null);
  if (words.length < 2) return null;
  const at = (day: string | null | undefined) => Date.parse(`${day}T12:00:00Z`) / DAY_MS;
  const happened = one.finished ?? one.now?.finish ?? null;
  const days = [
    ...words.flatMap(({ finish, earliest, latest }) => [at(finish), at(earliest ?? finish), at(latest ?? finish)]),
    ...(happened ? [at(happened)] : []),
  ];
  const [low, high] = [Math.min(...days), Math.max(...days, Math.min(...days) + 1)];
  const [first, last] = [at(words[0]?.on), at(words.at(-1)?.on)];
  const wide = Math.max(width, 320);
  const x = (day: string) => LEFT + PAD + ((wide - LEFT - 2 * PAD) * (at(day) - first)) / Math.max(1, last - first);
  const y = (day: string) => PAD + (HEIGHT - 2 * PAD - 16) * (1 - (at(day) - low) / (high - low));
  const said = words.map((word) => ({ ...word, finish: word.finish ?? "" }));
  const iso = (days: number) => new Date(days * DAY_MS).toISOString().slice(0, 10);
  const band = [
    ...said.map((word) => `${x(word.on)},${y(word.latest ?? word.finish)}`),
    ...[...said].reverse().map((word) => `${x(word.on)},${y(word.earliest ?? word.finish)}`),
  ].join(" ");
  return (
    <div className={classes.root} ref={ref}>
      <Group gap="lg" mb={4}>
        <span className={classes.key}>
          <svg aria-hidden height="12" width="30">
            <path className={classes.erlang} d="M0,6H30" />
            <circle className={classes.said} cx="15" cy="6" r="4" />
          </svg>
          <Trans>Said: finished on</Trans>
        </span>
        {happened ? (
          <span className={classes.key}>
            <svg aria-hidden height="12" width="30">
              <path className={classes.happened} d="M0,6H30" />
            </svg>
            {one.finished ? <Trans>Was finished on</Trans> : <Trans>Now said</Trans>}
          </span>
        ) : null}
      </Group>
      <svg
        aria-label={t`The finish that was said on each day; the table below has the figures`}
        className={classes.chart}
        height={HEIGHT}
        role="img"
      >
        {[low, high].map((day) => (
          <g key={day}>
            <line className={classes.grid} x1={LEFT} x2={wide} y1={y(iso(day))} y2={y(iso(day))} />
            <text textAnchor="end" x={LEFT - 8} y={y(iso(day)) + 4}>
              {dayOf(iso(day))}
            </text>
          </g>
        ))}
        <polygon className={classes.band} points={band} />
        {happened ? <line className={classes.happened} x1={LEFT} x2={wide} y1={y(happened)} y2={y(happened)} /> : null}
        <polyline className={classes.erlang} points={said.map((word) => `${x(word.on)},${y(word.finish)}`).join(" ")} />
        {said.map((word) => (
          <circle className={classes.said} cx={x(word.on)} cy={y(word.finish)} key={word.on} r={4} />
        ))}
        <text x={x(said[0]?.on ?? "")} y={HEIGHT - 4}>
          {dayOf(said[0]?.on ?? "")}
        </text>
        <text textAnchor="end" x={x(said.at(-1)?.on ?? "")} y={HEIGHT - 4}>
          {dayOf(said.at(-1)?.on ?? "")}
        </text>
      </svg>
    </div>
  );
}
