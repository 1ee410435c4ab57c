import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Tabs, Text } from "@mantine/core";
import { IconMessageReport, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { getComplaintsComplaintsQueryOptions } from "@/shared/api/generated/complaints";
import type { ComplaintLine } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { fullDate } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ExposurePanel } from "./exposure";
import { NumberPanel } from "./number-panel";
import { OpenComplaint } from "./open-form";
import { Due, StateBadge } from "./parts";

export interface ComplaintsSearch {
  view?: string;
  show?: string;
  number?: string;
}

/** Cases with their clocks, everything about a number, and what wrong calls may cost. */
export function ComplaintsPage() {
  const { t } = useLingui();
  const handles = useMay("handle_complaints");
  const search = useSearch({ strict: false }) as ComplaintsSearch;
  const navigate = useNavigate();
  const [opening, setOpening] = useState(false);
  const look = (next: ComplaintsSearch) => void navigate({ to: "/complaints", search: next, replace: true });
  const view = ["number", "exposure"].includes(search.view ?? "") ? (search.view as string) : "cases";
  return (
    <>
      <PageHeader
        actions={
          handles ? (
            <Button leftSection={<IconPlus aria-hidden size={16} />} onClick={() => setOpening(true)}>
              <Trans>New complaint</Trans>
            </Button>
          ) : null
        }
        note={t`Whoever complains is not called again from that moment on; what is due first stands at the top.`}
        title={t`Complaints`}
      />
      <Tabs keepMounted={false} onChange={(next) => look({ view: next ?? "cases" })} value={view}>
        <Tabs.List mb="md">
          <Tabs.Tab value="cases">
            <Trans>Cases</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="number">
            <Trans>Everything about a number</Trans>
          </Tabs.Tab>
          <Tabs.Tab value="exposure">
            <Trans>Penalty exposure</Trans>
          </Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="cases">
          <Cases show={search.show ?? "open"} onShow={(show) => look({ view: "cases", show })} />
        </Tabs.Panel>
        <Tabs.Panel value="number">
          <NumberPanel number={search.number ?? ""} onNumber={(number) => look({ view: "number", number })} />
        </Tabs.Panel>
        <Tabs.Panel value="exposure">
          <ExposurePanel />
        </Tabs.Panel>
      </Tabs>
      <OpenComplaint onClose={() => setOpening(false)} opened={opening} />
    </>
  );
}

const FILTERS: Record<string, { open?: boolean; overdue?: boolean; mine?: boolean }> = {
  open: { open: true },
  overdue: { overdue: true },
  mine: { mine: true },
  all: {},
};

function Cases({ show, onShow }: { show: string; onShow: (show: string) => void }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  const found = useQuery(getComplaintsComplaintsQueryOptions(FILTERS[show] ?? {}));
  const columns: Column<ComplaintLine>[] = [
    { id: "number", header: t`No.`, cell: (row) => row.number, sortBy: (row) => row.number, align: "right" },
    {
      id: "due",
      header: t`Due`,
      cell: (row) => <Due at={row.due_at} overdue={row.overdue} />,
      sortBy: (row) => row.due_at ?? "9",
    },
    { id: "state", header: t`State`, cell: (row) => <StateBadge state={row.state} />, sortBy: (row) => row.state },
    {
      id: "from",
      header: t({ message: "From", context: "complaint" }),
      cell: (row) => [row.authority_name, row.authority_reference, row.who].filter(Boolean).join(" · ") || "–",
    },
    {
      id: "numbers",
      header: t`Numbers`,
      cell: (row) => (
        <Group gap={6}>
          <span className="tabular">{row.numbers.slice(0, 3).join(", ")}</span>
          {row.numbers.length > 3 ? <span>+{row.numbers.length - 3}</span> : null}
          {row.to_confirm > 0 ? (
            <Badge color="amber" maw="none" variant="light">
              <Trans>{row.to_confirm} to confirm</Trans>
            </Badge>
          ) : null}
        </Group>
      ),
    },
    {
      id: "received",
      header: t({ message: "Received", context: "when" }),
      cell: (row) => <span className="tabular">{fullDate(row.received_at)}</span>,
      sortBy: (row) => row.received_at,
    },
    { id: "assigned", header: t`With`, cell: (row) => row.assigned_name || "–", sortBy: (row) => row.assigned_name },
  ];
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t`Which complaints`}
          data={[
            { value: "open", label: t({ message: "Open", context: "complaints" }) },
            { value: "overdue", label: t`Overdue` },
            { value: "mine", label: t`Mine` },
            { value: "all", label: t`All` },
          ]}
          onChange={onShow}
          size="xs"
          value={show in FILTERS ? show : "open"}
        />
        {found.data ? (
          <Text c={found.data.overdue > 0 ? "brick" : "dimmed"} role="status" size="sm">
            <Trans>
              {found.data.open} open, {found.data.overdue} overdue
            </Trans>
          </Text>
        ) : null}
      </Group>
      <ProblemAlert error={found.error} retry={() => void found.refetch()} />
      {found.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState icon={IconMessageReport}>
              <Trans>No complaint stands here.</Trans>
            </EmptyState>
          }
          label={t`Complaints`}
          onOpen={(row) => void navigate({ to: "/complaints/$id", params: { id: row.id } })}
          rowKey={(row) => row.id}
          rows={found.data.complaints}
        />
      ) : found.error ? null : (
        <Skeleton height={240} />
      )}
    </Stack>
  );
}
