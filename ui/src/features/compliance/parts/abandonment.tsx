import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Skeleton, Stack, Text } from "@mantine/core";
import { IconPhoneOff } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { AbandonmentCampaign, AbandonmentDefinition } from "@/shared/api/generated/model";
import { getReportsAbandonmentReportQueryOptions } from "@/shared/api/generated/reports";
import { dateTime, number, share } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { countryName } from "./packs";

/** Every campaign's abandoned calls by each law's definition and by the day: the same events, counted differently. */
export function Abandonment() {
  const { t, i18n } = useLingui();
  const found = useQuery(getReportsAbandonmentReportQueryOptions());
  const way = (one: AbandonmentDefinition) =>
    ({
      rolling: t`the last 24 hours`,
      month: t`the calendar month`,
      successive: t`each ${number(one.period_days)} days from the campaign's start`,
      day: t`today`,
    })[one.counted];
  const columns: Column<AbandonmentCampaign>[] = [
    {
      id: "name",
      header: t`Campaign`,
      cell: (row) => (
        <Text fw={600} size="sm">
          {row.name}
        </Text>
      ),
      sortBy: (row) => row.name,
    },
    ...(found.data?.definitions ?? []).map(
      (one, place): Column<AbandonmentCampaign> => ({
        id: one.key,
        header: (
          <Stack gap={0}>
            <span>{one.key === "day" ? t`Today` : countryName(one.key, i18n.locale)}</span>
            <Text c="dimmed" size="xs">
              {way(one)}
              {one.share_max === null ? "" : ` · ${t`${share(one.share_max)} at most`} (${one.rule})`}
              {one.house_share === null ? "" : ` · ${t`your house: ${share(one.house_share)}`}`}
            </Text>
          </Stack>
        ),
        cell: (row) => {
          const count = row.counts[place];
          if (!count) return "–";
          const cap = Math.min(one.share_max ?? 1, one.house_share ?? 1);
          const over = one.share_max !== null && count.share > cap;
          return (
            <Stack gap={0}>
              <span className="tabular">
                {share(count.share)}{" "}
                {over ? (
                  <Badge color="brick" size="xs" variant="light">
                    <Trans>over the cap</Trans>
                  </Badge>
                ) : null}
              </span>
              <Text c="dimmed" className="tabular" size="xs">
                <Trans>
                  {number(count.abandoned)} of {number(count.live)} since {dateTime(count.since)}
                </Trans>
              </Text>
            </Stack>
          );
        },
      }),
    ),
  ];
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        <Trans>
          Of the calls that a person answered, the share that no agent took. The events are the same in every column;
          periods and caps are those of the laws.
        </Trans>
      </Text>
      <ProblemAlert error={found.error} retry={() => void found.refetch()} />
      {found.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState icon={IconPhoneOff}>
              <Trans>No campaign was started yet.</Trans>
            </EmptyState>
          }
          label={t`Abandoned calls`}
          rowKey={(row) => row.id}
          rows={found.data.campaigns}
        />
      ) : found.error ? null : (
        <Skeleton height={240} />
      )}
    </Stack>
  );
}
