import { Trans, useLingui } from "@lingui/react/macro";
import {
  Anchor,
  Button,
  Group,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Tabs,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { IconChartBar, IconDownload } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { CampaignReport, FigureOut } from "@/shared/api/generated/model";
import { getReportsCampaignReportQueryOptions, getReportsReportCsvUrl } from "@/shared/api/generated/reports";
import { useMe } from "@/shared/session/session";
import { dateTime, number, share, span } from "@/shared/time/format";
import { EmptyState } from "@/shared/ui/empty-state";
import { Figure } from "@/shared/ui/figure";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Bars } from "./bars";
import { CallsBehind } from "./calls-behind";

export interface ReportSearch {
  campaign?: string;
  since?: string;
  until?: string;
}

/** What came of a campaign: the funnel, outcomes, dispositions, talk time and hours. Every figure opens its calls. */
export function ReportPage() {
  const { t } = useLingui();
  const me = useMe();
  const search = useSearch({ strict: false }) as ReportSearch;
  const navigate = useNavigate();
  const [cell, setCell] = useState<FigureOut | null>(null);
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const chosen = search.campaign ?? campaigns.data?.[0]?.id;
  const asked = { zone: me.world.zone, ...days(search) };
  const report = useQuery({
    ...getReportsCampaignReportQueryOptions(chosen ?? "", asked),
    enabled: Boolean(chosen),
    placeholderData: keepPreviousData,
  });

  const look = (next: ReportSearch) => void navigate({ to: "/reports", search: { ...search, ...next }, replace: true });

  if (campaigns.data?.length === 0) {
    return (
      <>
        <PageHeader title={t`Reports`} />
        <EmptyState icon={IconChartBar}>
          <Trans>What came of your campaigns will stand here, once there is one.</Trans>
        </EmptyState>
      </>
    );
  }
  return (
    <>
      <PageHeader
        actions={
          chosen ? (
            <Button
              component="a"
              href={getReportsReportCsvUrl(chosen, asked)}
              leftSection={<IconDownload aria-hidden size={16} />}
              variant="default"
            >
              <Trans>Table as CSV</Trans>
            </Button>
          ) : null
        }
        note={
          report.data ? (
            <Trans>
              As of {dateTime(report.data.as_of, report.data.zone)}, days and hours of {report.data.zone}. Every figure
              opens its calls.
            </Trans>
          ) : null
        }
        title={t`Reports`}
      />
      <Group align="flex-end" mb="md">
        <Select
          allowDeselect={false}
          data={(campaigns.data ?? []).map((row) => ({ value: row.id, label: row.name }))}
          label={t`Campaign`}
          miw={280}
          onChange={(value) => value && look({ campaign: value })}
          searchable
          value={chosen ?? null}
        />
        <TextInput
          label={t`From day`}
          onChange={(event) => look({ since: event.currentTarget.value })}
          type="date"
          value={search.since ?? ""}
        />
        <TextInput
          label={t`Before day (not included)`}
          onChange={(event) => look({ until: event.currentTarget.value })}
          type="date"
          value={search.until ?? ""}
        />
      </Group>
      <ProblemAlert error={campaigns.error ?? report.error} retry={() => void report.refetch()} />
      {report.data ? <Sheet onOpen={setCell} report={report.data} /> : <Skeleton height={420} />}
      {chosen ? <CallsBehind asked={asked} campaign={chosen} figure={cell} onClose={() => setCell(null)} /> : null}
    </>
  );
}

function days(search: ReportSearch): { since?: string; until?: string } {
  return { ...(search.since ? { since: search.since } : {}), ...(search.until ? { until: search.until } : {}) };
}

type Open = (figure: FigureOut) => void;

function Sheet({ report, onOpen }: { report: CampaignReport; onOpen: Open }) {
  const { t } = useLingui();
  const step = (key: string) => report.funnel.find((figure) => figure.key === key)?.n ?? 0;
  const rate = (part: string, whole: string) => (step(whole) ? share(step(part) / step(whole)) : "–");
  return (
    <Stack gap="lg">
      <SimpleGrid cols={{ base: 2, md: 5 }}>
        <Figure
          definition={t`Contacts in the lists of this campaign`}
          label={t`Contacts`}
          value={number(report.contacts_in_lists)}
        />
        <Figure
          definition={t`Answered calls divided by dialled calls`}
          label={t`Answer rate`}
          value={rate("answered", "dialled")}
        />
        <Figure
          definition={t`Abandoned calls divided by answered calls; the law counts persons only, over its own period`}
          label={t`Abandoned`}
          tone={step("abandoned") > 0 ? "warn" : "plain"}
          value={rate("abandoned", "answered")}
        />
        <Figure label={t`Talk time`} note={meanTalk(report)} value={span(report.talk_s * 1000)} />
        <Figure
          definition={t`Successful talks divided by talks`}
          label={t`Successes per talk`}
          tone="good"
          value={rate("successes", "talks")}
        />
      </SimpleGrid>
      <Tabs defaultValue="table">
        <Tabs.List mb="sm">
          <Tabs.Tab value="table">
            <Trans>Tables</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="chart">
            <Trans>Charts</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="table">
          <SimpleGrid cols={{ base: 1, md: 2, xl: 4 }}>
            <Figures figures={report.funnel} onOpen={onOpen} title={t`Funnel`} />
            <Figures figures={report.outcomes} onOpen={onOpen} title={t`Outcomes`} />
            <Figures figures={report.dispositions} onOpen={onOpen} title={t`Dispositions`} />
            <Hours onOpen={onOpen} report={report} />
          </SimpleGrid>
        </Tabs.Panel>
        <Tabs.Panel value="chart">
          <SimpleGrid cols={{ base: 1, lg: 2 }}>
            <Chart figures={report.funnel} title={t`Funnel`} />
            <Chart figures={report.outcomes} title={t`Outcomes`} />
            <Chart figures={report.dispositions} title={t`Dispositions`} />
            <Bars
              label={t`Attempts by hour`}
              rows={report.hours.map((hour) => ({
                key: String(hour.hour),
                label: `${hour.hour}:00`,
                value: hour.attempts,
              }))}
            />
          </SimpleGrid>
        </Tabs.Panel>
      </Tabs>
    </Stack>
  );
}

function meanTalk(report: CampaignReport) {
  return report.talk_s_mean === null ? null : <Trans>{span(report.talk_s_mean * 1000)} on average</Trans>;
}

function Chart({ title, figures }: { title: string; figures: readonly FigureOut[] }) {
  const say = useLabel();
  return (
    <Bars label={title} rows={figures.map((figure) => ({ key: figure.cell, label: say(figure), value: figure.n }))} />
  );
}

/** The figure's name in the reader's language. */
export function useLabel(): (figure: FigureOut) => string {
  const { i18n } = useLingui();
  return (figure) => (i18n.locale === "tr" ? figure.label_tr : figure.label_en);
}

function Figures({ title, figures, onOpen }: { title: string; figures: readonly FigureOut[]; onOpen: Open }) {
  const say = useLabel();
  return (
    <Stack className="surface" gap={4} p="sm">
      <Title order={2}>{title}</Title>
      {figures.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Nothing yet.</Trans>
        </Text>
      ) : (
        <Table aria-label={title} verticalSpacing={4}>
          <Table.Tbody>
            {figures.map((figure) => (
              <Table.Tr key={figure.cell}>
                <Table.Th fw={400} scope="row">
                  {say(figure)}
                </Table.Th>
                <Table.Td className="tabular" ta="right">
                  <FigureLink figure={figure} onOpen={onOpen}>
                    {number(figure.n)}
                  </FigureLink>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      )}
    </Stack>
  );
}

function FigureLink({ figure, onOpen, children }: { figure: FigureOut; onOpen: Open; children: string }) {
  const { t } = useLingui();
  const say = useLabel();
  if (figure.n === 0) return <>{children}</>;
  return (
    <Anchor
      aria-label={t`${say(figure)}: ${children}, show the calls`}
      component="button"
      onClick={() => onOpen(figure)}
      type="button"
    >
      {children}
    </Anchor>
  );
}

function Hours({ report, onOpen }: { report: CampaignReport; onOpen: Open }) {
  const { t } = useLingui();
  const figure = (section: string, hour: number, n: number): FigureOut => ({
    cell: `${section}.${hour}`,
    key: String(hour),
    label_en: `${hour}:00`,
    label_tr: `${hour}:00`,
    n,
  });
  return (
    <Stack className="surface" gap={4} p="sm">
      <Title order={2}>
        <Trans>Attempts by hour</Trans>
      </Title>
      {report.hours.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Nothing yet.</Trans>
        </Text>
      ) : null}
      <Table aria-label={t`Attempts by hour`} hidden={report.hours.length === 0} verticalSpacing={4}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>Hour</Trans>
            </Table.Th>
            <Table.Th ta="right">
              <Trans>Attempts</Trans>
            </Table.Th>
            <Table.Th ta="right">
              <Trans>Answered</Trans>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {report.hours.map((hour) => (
            <Table.Tr key={hour.hour}>
              <Table.Td className="tabular">{hour.hour}:00</Table.Td>
              <Table.Td className="tabular" ta="right">
                <FigureLink figure={figure("hour", hour.hour, hour.attempts)} onOpen={onOpen}>
                  {number(hour.attempts)}
                </FigureLink>
              </Table.Td>
              <Table.Td className="tabular" ta="right">
                <FigureLink figure={figure("answered_hour", hour.hour, hour.answered)} onOpen={onOpen}>
                  {number(hour.answered)}
                </FigureLink>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}
