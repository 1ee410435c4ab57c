import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getDialingNumbersQueryOptions } from "@/shared/api/generated/calls";
import type { NumberOut } from "@/shared/api/generated/model";
import { useNow } from "@/shared/time/clock";
import { number, relative, share } from "@/shared/time/format";
import { phoneWords } from "@/shared/trade/phone";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { REST_REASONS } from "./kinds";

const ASK_EVERY_MS = 15_000;

/** The numbers this campaign shows: who still answers them, what is complained about, and which rest. */
export function Numbers({ campaign }: { campaign: string }) {
  const { t } = useLingui();
  const now = useNow();
  const numbers = useQuery(getDialingNumbersQueryOptions(campaign, { query: { refetchInterval: ASK_EVERY_MS } }));
  if (numbers.error) return <ProblemAlert error={numbers.error} retry={() => void numbers.refetch()} />;
  if (!numbers.data) return <Skeleton height={220} />;
  const columns: Column<NumberOut>[] = [
    {
      id: "number",
      header: t`Number`,
      cell: (row) => <span className="tabular nowrap">{phoneWords(row.e164)}</span>,
      sortBy: (row) => row.e164,
    },
    { id: "label", header: t`Label`, cell: (row) => row.label || "–" },
    { id: "pool", header: t`Shown`, cell: (row) => (row.in_pool ? t`to people of its area` : t`to everybody else`) },
    {
      id: "dialled",
      header: t`Dialled`,
      align: "right",
      cell: (row) => number(row.dialled),
      sortBy: (row) => row.dialled,
    },
    {
      id: "rate",
      header: t`Answer rate`,
      align: "right",
      cell: (row) => (row.answer_rate === null ? "–" : share(row.answer_rate)),
      sortBy: (row) => row.answer_rate ?? -1,
    },
    {
      id: "complaints",
      header: t`Complaints`,
      align: "right",
      cell: (row) => number(row.complaints),
      sortBy: (row) => row.complaints,
    },
    {
      id: "state",
      header: t`State`,
      cell: (row) =>
        row.rests_until ? (
          <Badge color="amber" variant="light">
            <Trans>
              rests, {word(REST_REASONS, row.rests_why)}; again {relative(row.rests_until, now)}
            </Trans>
          </Badge>
        ) : row.in_pool && !row.proven ? (
          <Badge color="gray" variant="light">
            <Trans>its proof waits for a second person</Trans>
          </Badge>
        ) : (
          <Badge color="leaf" variant="light">
            <Trans>in use</Trans>
          </Badge>
        ),
    },
  ];
  return (
    <Stack>
      <DataTable
        columns={columns}
        empty={
          <Text c="dimmed" size="sm">
            <Trans>This campaign has no caller ID yet.</Trans>
          </Text>
        }
        label={t`Numbers shown`}
        rowKey={(row) => row.caller_id}
        rows={numbers.data}
      />
      <Text c="dimmed" size="sm">
        <Trans>
          Only numbers that the seller owns and answers are shown. None is made to look like a neighbour's unless a
          second person has looked at its proof.
        </Trans>
      </Text>
    </Stack>
  );
}
