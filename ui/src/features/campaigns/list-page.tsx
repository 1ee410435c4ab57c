import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Skeleton } from "@mantine/core";
import { IconPlus, IconSpeakerphone } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link, useNavigate } from "@tanstack/react-router";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { CampaignRow } from "@/shared/api/generated/model";
import { useMe } from "@/shared/session/session";
import { CAMPAIGN_STATES, MODES, PURPOSES, word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { Ago } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

export const STATE_COLOURS: Record<string, string> = { draft: "gray", running: "leaf", paused: "amber", ended: "gray" };

/** All campaigns, the newest first. */
export function CampaignsPage() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const create = me.verbs.includes("edit_campaigns") ? (
    <Button component={Link} leftSection={<IconPlus aria-hidden size={16} />} to="/campaigns/new">
      <Trans>New campaign</Trans>
    </Button>
  ) : null;
  const columns: Column<CampaignRow>[] = [
    { id: "name", header: t`Name`, cell: (row) => row.name, sortBy: (row) => row.name },
    {
      id: "state",
      header: t`State`,
      cell: (row) => (
        <Badge color={STATE_COLOURS[row.state] ?? "gray"} variant="light">
          {word(CAMPAIGN_STATES, row.state)}
        </Badge>
      ),
      sortBy: (row) => row.state,
    },
    { id: "mode", header: t`Dial mode`, cell: (row) => word(MODES, row.mode), sortBy: (row) => row.mode },
    { id: "purpose", header: t`Purpose`, cell: (row) => (row.purpose ? word(PURPOSES, row.purpose) : "–") },
    { id: "seller", header: t`Seller`, cell: (row) => row.seller_name, sortBy: (row) => row.seller_name },
    { id: "created", header: t`Created`, cell: (row) => <Ago at={row.created_at} />, sortBy: (row) => row.created_at },
  ];
  return (
    <>
      <PageHeader actions={create} title={t`Campaigns`} />
      <ProblemAlert error={campaigns.error} retry={() => void campaigns.refetch()} />
      {campaigns.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState action={create} icon={IconSpeakerphone}>
              <Trans>A campaign joins a list, a script and a caller ID. There is none yet.</Trans>
            </EmptyState>
          }
          label={t`Campaigns`}
          onOpen={(row) => void navigate({ to: "/campaigns/$id", params: { id: row.id } })}
          rowKey={(row) => row.id}
          rows={campaigns.data}
        />
      ) : (
        <Skeleton height={240} />
      )}
    </>
  );
}
