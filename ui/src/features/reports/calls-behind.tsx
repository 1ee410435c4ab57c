import { Trans, useLingui } from "@lingui/react/macro";
import { Drawer, Group, Pagination, Skeleton, Stack, Text } from "@mantine/core";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { BehindOut, FigureOut } from "@/shared/api/generated/model";
import { getReportsBehindFigureQueryOptions } from "@/shared/api/generated/reports";
import { dateTime, number, span } from "@/shared/time/format";
import { DISPOSITIONS, OUTCOMES, word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { useLabel } from "./report-page";

interface CallsBehindProps {
  campaign: string;
  figure: FigureOut | null;
  asked: { zone: string; since?: string; until?: string };
  onClose: () => void;
}

const PAGE = 100;

/** The attempts that a figure counts: as many as it says. */
export function CallsBehind({ campaign, figure, asked, onClose }: CallsBehindProps) {
  const { t } = useLingui();
  const say = useLabel();
  const navigate = useNavigate();
  const [page, setPage] = useState(1);
  const cell = figure?.cell ?? "";
  // biome-ignore lint/correctness/useExhaustiveDependencies: another figure begins on its first page
  useEffect(() => setPage(1), [cell]);
  const behind = useQuery({
    ...getReportsBehindFigureQueryOptions(campaign, { ...asked, cell, page }),
    enabled: figure !== null,
    placeholderData: keepPreviousData,
  });
  const columns: Column<BehindOut>[] = [
    { id: "at", header: t`When`, cell: (row) => dateTime(row.at, asked.zone), width: 150 },
    { id: "name", header: t`Person`, cell: (row) => row.name || "–" },
    { id: "number", header: t`Number`, cell: (row) => <span className="tabular">{row.number}</span> },
    { id: "outcome", header: t`Outcome`, cell: (row) => (row.outcome ? word(OUTCOMES, row.outcome) : "–") },
    {
      id: "disposition",
      header: t`Disposition`,
      cell: (row) => (row.disposition ? word(DISPOSITIONS, row.disposition) : "–"),
    },
    { id: "agent", header: t`Agent`, cell: (row) => row.agent || "–" },
    {
      id: "talk",
      header: t`Talk`,
      cell: (row) => (row.talk_s === null ? "–" : span(row.talk_s * 1000)),
      align: "right",
    },
  ];
  return (
    <Drawer
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={figure !== null}
      position="right"
      size="xl"
      title={figure ? `${say(figure)}: ${number(figure.n)}` : ""}
    >
      <Stack>
        <ProblemAlert error={behind.error} retry={() => void behind.refetch()} />
        {behind.data ? (
          <>
            <DataTable
              columns={columns}
              label={t`Calls behind the figure`}
              onOpen={(row) => void navigate({ to: "/people/$id", params: { id: row.contact } })}
              rowKey={(row) => row.id}
              rows={behind.data.items}
            />
            <Group justify="space-between">
              <Text c="dimmed" size="sm">
                <Trans>{number(behind.data.total)} in all</Trans>
              </Text>
              {behind.data.total > PAGE ? (
                <Pagination
                  getControlProps={(control) => ({
                    "aria-label": control === "next" ? t`Next page` : t`Previous page`,
                  })}
                  onChange={setPage}
                  total={Math.ceil(behind.data.total / PAGE)}
                  value={page}
                />
              ) : null}
            </Group>
          </>
        ) : (
          <Skeleton height={300} />
        )}
      </Stack>
    </Drawer>
  );
}
