import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, SimpleGrid, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconChartLine, IconPlayerPause, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getDialingWallboardQueryKey } from "@/shared/api/generated/calls";
import { campaignsPauseCampaign, campaignsStartCampaign } from "@/shared/api/generated/campaigns";
import type { FloorCampaign, ForecastOut } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { number, share } from "@/shared/time/format";
import { CAMPAIGN_STATES, MODES, word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { sentence } from "@/shared/ui/sentence";
import { BudgetGauge } from "./budget-gauge";
import { OutlookPanel } from "./outlook-panel";

const TONES: Record<string, string> = { running: "leaf", paused: "amber", draft: "gray", ended: "gray" };

/** One card a campaign: how it goes, what is left to dial, how near the limit it is. */
export function CampaignCards({ campaigns, now }: { campaigns: readonly FloorCampaign[]; now: string }) {
  if (campaigns.length === 0) {
    return (
      <EmptyState icon={IconChartLine}>
        <Trans>Running and paused campaigns stand here with their figures. None is set up to dial yet.</Trans>
      </EmptyState>
    );
  }
  return (
    <SimpleGrid cols={{ base: 1, lg: Math.min(campaigns.length, 2), xl: Math.min(campaigns.length, 3) }}>
      {campaigns.map((campaign) => (
        <CampaignCard campaign={campaign} key={campaign.id} now={now} />
      ))}
    </SimpleGrid>
  );
}

function CampaignCard({ campaign, now }: { campaign: FloorCampaign; now: string }) {
  const { t } = useLingui();
  const mayRun = useMay("run_campaigns");
  const queries = useQueryClient();
  const turn = useMutation({
    mutationFn: (deed: "pause" | "start") =>
      deed === "pause" ? campaignsPauseCampaign(campaign.id, {}) : campaignsStartCampaign(campaign.id),
    onSettled: () => void queries.invalidateQueries({ queryKey: getDialingWallboardQueryKey() }),
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  return (
    <section aria-label={campaign.name} className="surface" style={{ padding: "12px 16px" }}>
      <Group justify="space-between" wrap="nowrap">
        <Group gap="xs" style={{ minWidth: 0 }} wrap="nowrap">
          <Text component="h2" fw={650} size="lg" truncate>
            {campaign.name}
          </Text>
          <Badge color={TONES[campaign.state] ?? "gray"} style={{ flexShrink: 0 }} tt="none" variant="light">
            {word(CAMPAIGN_STATES, campaign.state)}
          </Badge>
          <Text c="dimmed" size="sm" style={{ flexShrink: 0 }}>
            {word(MODES, campaign.mode)}
          </Text>
        </Group>
        {mayRun && campaign.state === "running" ? (
          <Button
            leftSection={<IconPlayerPause aria-hidden size={16} />}
            loading={turn.isPending}
            onClick={() => turn.mutate("pause")}
            size="xs"
            style={{ flexShrink: 0 }}
            variant="default"
          >
            <Trans context="campaign">Pause</Trans>
          </Button>
        ) : null}
        {mayRun && campaign.state === "paused" ? (
          <Button
            leftSection={<IconPlayerPlay aria-hidden size={16} />}
            loading={turn.isPending}
            onClick={() => turn.mutate("start")}
            size="xs"
            style={{ flexShrink: 0 }}
          >
            <Trans context="campaign">Start</Trans>
          </Button>
        ) : null}
      </Group>
      <Group mt="xs" style={{ columnGap: 22, rowGap: 6 }}>
        <Small
          definition={t`Seats in this campaign: talking, waiting, all`}
          label={t`Talking · waiting · seats`}
          value={`${campaign.talking} · ${campaign.ready} · ${campaign.seats}`}
        />
        <Small
          definition={t`Dialled, ringing, or answered and not yet with an agent`}
          label={t`In flight`}
          value={number(campaign.in_flight)}
        />
        <Small
          definition={t`Contacts that are due now, before clearance`}
          label={t`Hopper`}
          value={number(campaign.hopper)}
        />
        <Small
          definition={t`Answered by anything or anybody, of all dialled`}
          label={t`Answer rate`}
          value={campaign.answer_rate === null ? "–" : share(campaign.answer_rate, 0)}
        />
        <Small
          definition={t`People spoken to per hour`}
          label={t`Contacts per hour`}
          value={number(campaign.contacts_per_hour)}
        />
      </Group>
      <BudgetGauge campaign={campaign} />
      {campaign.mode === "predictive" ? <Kept confidence={campaign.confidence} /> : null}
      {campaign.forecast ? <Why forecast={campaign.forecast} /> : null}
      {campaign.mode === "predictive" ? <OutlookPanel campaign={campaign} now={now} /> : null}
    </section>
  );
}

/** How the limit is kept: whoever watches must not take a chance for a promise. */
function Kept({ confidence }: { confidence: number | null }) {
  return (
    <Text mt={6} size="sm">
      {confidence === null ? (
        <Trans>Strict: the limit holds even if everybody answers at once.</Trans>
      ) : (
        <Trans>
          Statistical, {share(confidence, confidence > 0.99 ? 1 : 0)}: so surely the period ends within the limit.
        </Trans>
      )}
    </Text>
  );
}

/** What the pacer does now and why, in two sentences: figures without a deed would leave one guessing. */
function Why({ forecast }: { forecast: ForecastOut }) {
  const { dials, free, in_air, allowance } = forecast;
  const seconds = number(forecast.within_s, 0);
  const freeing = number(forecast.freeing, 1);
  const worth = number(forecast.worth, 1);
  return (
    <Text c="dimmed" className="tabular" mt={6} size="sm">
      {dials > 0 ? (
        <Plural one="Dialling # more number." other="Dialling # more numbers." value={dials} />
      ) : (
        <Trans>Enough numbers are ringing.</Trans>
      )}{" "}
      <Trans>
        Seats free: {free}, soon free: {freeing} within {seconds} s. In the air: {in_air}, worth {worth} answers.
      </Trans>{" "}
      <Plural one="Budget: # call." other="Budget: # calls." value={allowance} /> <Decides name={forecast.decides} />
    </Text>
  );
}

/** Whose definition of an abandoned call leaves the least. */
function Decides({ name }: { name: string }) {
  if (name === "") return <Trans>The campaign's own limit decides.</Trans>;
  if (name === "day:house") return <Trans>The house's limit for the day decides, over all campaigns.</Trans>;
  if (name.startsWith("day:seller"))
    return <Trans>The house's limit for the day decides, over all campaigns of this seller.</Trans>;
  return <Trans>The law of {name} decides, with the house's limit for it.</Trans>;
}

function Small({ label, value, definition }: { label: string; value: string; definition: string }) {
  return (
    <Stack gap={0} title={definition}>
      <Text c="dimmed" size="xs">
        {label}
      </Text>
      <Text className="tabular" fw={650} size="lg">
        {value}
      </Text>
    </Stack>
  );
}
