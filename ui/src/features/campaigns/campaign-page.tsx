import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, List, Skeleton, Stack, Table, Tabs, Text } from "@mantine/core";
import { IconAlertTriangle, IconCopy, IconPlayerPause, IconPlayerPlay, IconPlayerStop } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import {
  campaignsCopyCampaign,
  campaignsEndCampaign,
  campaignsPauseCampaign,
  campaignsStartCampaign,
  getCampaignsCampaignQueryKey,
  getCampaignsCampaignQueryOptions,
  getCampaignsCampaignVersionsQueryOptions,
} from "@/shared/api/generated/campaigns";
import type { CampaignOut } from "@/shared/api/generated/model";
import { useMe } from "@/shared/session/session";
import { dateTime } from "@/shared/time/format";
import { CAMPAIGN_STATES, MODES, PURPOSES, word } from "@/shared/trade/words";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { BroadcastReport } from "./broadcast-report";
import { Detection } from "./detection";
import { STATE_COLOURS } from "./list-page";
import { Numbers } from "./numbers";
import { Settings, settingName } from "./settings";
import { WhyNot } from "./why-not";

/** One campaign: what keeps it from starting, start and pause, why-not, settings, versions. */
export function CampaignPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const campaign = useQuery(getCampaignsCampaignQueryOptions(id));
  if (campaign.data) return <Page campaign={campaign.data} />;
  if (campaign.error) return <ProblemAlert error={campaign.error} retry={() => void campaign.refetch()} />;
  return <Skeleton height={420} />;
}

function Page({ campaign }: { campaign: CampaignOut }) {
  const { t } = useLingui();
  const me = useMe();
  const asks = me.verbs.includes("ask_why_not");
  return (
    <>
      <PageHeader
        actions={<Controls campaign={campaign} />}
        note={
          <Group gap="xs">
            <Badge color={STATE_COLOURS[campaign.state] ?? "gray"} variant="light">
              {word(CAMPAIGN_STATES, campaign.state)}
            </Badge>
            <span>
              {word(MODES, campaign.mode)} · {campaign.seller_name} · {word(PURPOSES, campaign.purpose)} ·{" "}
              {campaign.caller_id_e164 || t`no caller ID`}
            </span>
            <span>
              <Trans>Version {campaign.version}</Trans>
            </span>
          </Group>
        }
        title={campaign.name}
      />
      <Stack>
        <Obstacles campaign={campaign} />
        <Tabs defaultValue={campaign.state === "draft" ? "settings" : "now"} keepMounted={false}>
          <Tabs.List mb="md">
            <Tabs.Tab disabled={!asks} value="now">
              <Trans>Now</Trans>
            </Tabs.Tab>
            {campaign.mode === "broadcast" ? (
              <Tabs.Tab value="broadcast">
                <Trans>What became of it</Trans>
              </Tabs.Tab>
            ) : null}
            <Tabs.Tab value="detection">
              <Trans>Machine or person</Trans>
            </Tabs.Tab>
            <Tabs.Tab value="numbers">
              <Trans>Numbers shown</Trans>
            </Tabs.Tab>
            <Tabs.Tab value="settings">
              <Trans>Settings</Trans>
            </Tabs.Tab>
            <Tabs.Tab value="versions">
              <Trans>Versions</Trans>
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel value="now">
            <WhyNot campaign={campaign.id} />
          </Tabs.Panel>
          <Tabs.Panel value="broadcast">
            <BroadcastReport campaign={campaign.id} />
          </Tabs.Panel>
          <Tabs.Panel value="detection">
            <Detection campaign={campaign.id} />
          </Tabs.Panel>
          <Tabs.Panel value="numbers">
            <Numbers campaign={campaign.id} />
          </Tabs.Panel>
          <Tabs.Panel value="settings">
            <Settings campaign={campaign} key={campaign.version} />
          </Tabs.Panel>
          <Tabs.Panel value="versions">
            <Versions campaign={campaign} />
          </Tabs.Panel>
        </Tabs>
      </Stack>
    </>
  );
}

function Obstacles({ campaign }: { campaign: CampaignOut }) {
  const { t } = useLingui();
  if (campaign.obstacles.length === 0 || campaign.state === "ended") return null;
  const blocking = campaign.obstacles.some((one) => one.blocks);
  return (
    <Alert
      color={blocking ? "amber" : "lake"}
      icon={<IconAlertTriangle aria-hidden />}
      title={blocking ? t`It cannot start yet` : t`Good to know`}
      variant="light"
    >
      <List size="sm" spacing={4}>
        {campaign.obstacles.map((one) => (
          <List.Item key={one.code}>
            <b>{one.message}</b> {one.next_step}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}

function Controls({ campaign }: { campaign: CampaignOut }) {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const navigate = useNavigate();
  const put = (now: CampaignOut) => queries.setQueryData(getCampaignsCampaignQueryKey(campaign.id), now);
  const start = useMutation({ mutationFn: () => campaignsStartCampaign(campaign.id), onSuccess: put });
  const pause = useMutation({ mutationFn: () => campaignsPauseCampaign(campaign.id, { reason: "" }), onSuccess: put });
  const [ending, setEnding] = useState(false);
  const copy = useMutation({
    mutationFn: () => campaignsCopyCampaign(campaign.id, { name: t`Copy of ${campaign.name}` }),
    onSuccess: (made) => navigate({ to: "/campaigns/$id", params: { id: made.id } }),
  });
  const runs = me.verbs.includes("run_campaigns");
  const error = start.error ?? pause.error ?? copy.error;
  return (
    <Stack align="flex-end" gap="xs">
      <Group gap="xs">
        {me.verbs.includes("see_reports") ? (
          <Button
            renderRoot={(props) => <Link search={{ campaign: campaign.id }} to="/reports" {...props} />}
            variant="default"
          >
            <Trans>Report</Trans>
          </Button>
        ) : null}
        {me.verbs.includes("edit_campaigns") ? (
          <Button
            leftSection={<IconCopy aria-hidden size={16} />}
            loading={copy.isPending}
            onClick={() => copy.mutate()}
            variant="default"
          >
            <Trans>Copy</Trans>
          </Button>
        ) : null}
        {runs && (campaign.state === "running" || campaign.state === "paused") ? (
          <Button
            leftSection={<IconPlayerStop aria-hidden size={16} />}
            onClick={() => setEnding(true)}
            variant="default"
          >
            <Trans context="campaign">End</Trans>
          </Button>
        ) : null}
        {runs && campaign.state === "running" ? (
          <Button
            color="amber"
            leftSection={<IconPlayerPause aria-hidden size={16} />}
            loading={pause.isPending}
            onClick={() => pause.mutate()}
          >
            <Trans context="campaign">Pause</Trans>
          </Button>
        ) : null}
        {runs && (campaign.state === "draft" || campaign.state === "paused") ? (
          <Button
            leftSection={<IconPlayerPlay aria-hidden size={16} />}
            loading={start.isPending}
            onClick={() => start.mutate()}
          >
            {campaign.state === "draft" ? t`Start` : t`Go on`}
          </Button>
        ) : null}
      </Group>
      <ProblemAlert error={error} />
      <ReasonModal
        color="brick"
        deed={t`End for good`}
        note={t`Nobody is called any more, and it cannot be started again; a copy can. Its report stays.`}
        onClose={() => setEnding(false)}
        onDeed={async (reason) => put(await campaignsEndCampaign(campaign.id, { reason }))}
        opened={ending}
        title={t`End this campaign?`}
      />
    </Stack>
  );
}

function Versions({ campaign }: { campaign: CampaignOut }) {
  const { t } = useLingui();
  const versions = useQuery(getCampaignsCampaignVersionsQueryOptions(campaign.id));
  if (versions.error) return <ProblemAlert error={versions.error} />;
  if (!versions.data) return <Skeleton height={160} />;
  return (
    <Table aria-label={t`Versions`} className="surface">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans>Version</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>In force since</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>What changed</Trans>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {versions.data.map((version) => (
          <Table.Tr key={version.version}>
            <Table.Td className="tabular">{version.version}</Table.Td>
            <Table.Td>{dateTime(version.at)}</Table.Td>
            <Table.Td>
              {version.changed.length > 0 ? (
                version.changed.map(settingName).join(", ")
              ) : (
                <Text c="dimmed" size="sm">
                  <Trans>The beginning</Trans>
                </Text>
              )}
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
