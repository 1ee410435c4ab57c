import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Group, Skeleton, Switch } from "@mantine/core";
import { IconGitBranch, IconPlus } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import { getCampaignsFlowsAllFlowsQueryOptions } from "@/shared/api/generated/campaigns";
import type { FlowOut } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { languageName } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { LinkButton } from "@/shared/ui/link-button";
import { Ago } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** What is said, asked and played without an agent: every version of every flow. */
export function FlowsPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const brings = useMay("edit_sounds");
  const [archived, setArchived] = useState(false);
  const flows = useQuery(getCampaignsFlowsAllFlowsQueryOptions(archived ? { archived } : {}));
  const add = brings ? (
    <LinkButton leftSection={<IconPlus aria-hidden size={16} />} params={{ id: "new" }} to="/flows/$id">
      <Trans>New flow</Trans>
    </LinkButton>
  ) : null;
  const columns: Column<FlowOut>[] = [
    { id: "name", header: t`Name`, cell: (row) => row.name, sortBy: (row) => row.name },
    { id: "version", header: t`Version`, cell: (row) => row.version, align: "right", width: 90 },
    { id: "languages", header: t`Languages`, cell: (row) => row.languages.map(languageName).join(", ") },
    { id: "agents", header: t`Leads to agents`, cell: (row) => (row.leads_to_agents ? t`Yes` : t`No`) },
    { id: "machines", header: t`Speaks to machines`, cell: (row) => (row.for_machines ? t`Yes` : t`No`) },
    { id: "state", header: t`State`, cell: (row) => <FlowState flow={row} /> },
    { id: "at", header: t`Brought in`, cell: (row) => <Ago at={row.created_at} />, sortBy: (row) => row.created_at },
  ];
  return (
    <>
      <PageHeader
        actions={
          <>
            <Switch
              checked={archived}
              label={t`Archived, too`}
              onChange={(event) => setArchived(event.currentTarget.checked)}
            />
            {add}
          </>
        }
        note={t`What people hear and press where no agent speaks. A second person approves each version.`}
        title={t`Flows`}
      />
      <ProblemAlert error={flows.error} retry={() => void flows.refetch()} />
      {flows.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState action={add} icon={IconGitBranch}>
              <Trans>A flow says, asks and plays by itself: broadcasts and menus use it. There is none yet.</Trans>
            </EmptyState>
          }
          label={t`Flows`}
          onOpen={(row) => void navigate({ to: "/flows/$id", params: { id: row.id } })}
          rowKey={(row) => row.id}
          rows={flows.data}
        />
      ) : (
        <Skeleton height={240} />
      )}
    </>
  );
}

export function FlowState({ flow }: { flow: FlowOut }) {
  const waits = !flow.approved_at && !flow.archived_at;
  return (
    <Group gap={6}>
      <Badge color={flow.archived_at ? "gray" : waits ? "amber" : "leaf"} variant="light">
        {flow.archived_at ? (
          <Trans>archived</Trans>
        ) : waits ? (
          <Trans>waits for a second person</Trans>
        ) : (
          <Trans>approved</Trans>
        )}
      </Badge>
    </Group>
  );
}
