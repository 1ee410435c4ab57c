import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { IconArmchair } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  dialingOpenSeat,
  getDialingMyCampaignsQueryOptions,
  getDialingSeatQueryKey,
} from "@/shared/api/generated/calls";
import { Problem } from "@/shared/api/problem";
import { tabSession } from "@/shared/live/tab";
import { useNow } from "@/shared/time/clock";
import { clockTime } from "@/shared/time/format";
import { shiftEndOf } from "@/shared/trade/shift-end";
import { CAMPAIGN_STATES, MODES, word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** Nobody sits here yet: choose a campaign and sit down, paused. */
export function SitDown() {
  const { t } = useLingui();
  const campaigns = useQuery(getDialingMyCampaignsQueryOptions());
  const { open, ask, takeOver, dismiss } = useOpenSeat();
  const now = useNow();
  const [shift, setShift] = useState("");
  const shiftEndsAt = shiftEndOf(shift, now);

  return (
    <Stack>
      <PageHeader
        note={t`Choose a campaign. You begin paused; nothing rings before you say so.`}
        title={t`Agent desktop`}
      />
      {takeOver ? (
        <TakeOver onCancel={dismiss} onTakeOver={() => ask({ ...takeOver, takeOver: true })} />
      ) : (
        <ProblemAlert error={open.error} />
      )}
      <ProblemAlert error={campaigns.error} retry={() => void campaigns.refetch()} />
      {campaigns.isPending ? <Skeleton height={90} /> : null}
      {campaigns.data?.length === 0 ? (
        <EmptyState icon={IconArmchair}>
          <Trans>The campaigns you may work in stand here. A campaign manager adds you to one on its page.</Trans>
        </EmptyState>
      ) : null}
      {campaigns.data?.length ? (
        <TextInput
          description={t`If you know it, like 18:00. Nobody is dialled for you whose answer you might miss.`}
          error={
            shift !== "" && !shiftEndsAt
              ? t`Write a time within the next 16 hours; it is ${clockTime(now)} on this screen.`
              : null
          }
          label={t`Until when are you here?`}
          maw={420}
          onChange={(event) => setShift(event.currentTarget.value)}
          value={shift}
        />
      ) : null}
      {campaigns.data?.map((campaign, index) => (
        <Group className="surface" justify="space-between" key={campaign.id} p="md">
          <div>
            <Text fw={600}>{campaign.name}</Text>
            <Text c="dimmed" size="sm">
              {word(MODES, campaign.mode)} · {word(CAMPAIGN_STATES, campaign.state)}
            </Text>
          </div>
          <Button
            data-autofocus={index === 0 || undefined}
            disabled={campaign.state === "ended" || (shift !== "" && !shiftEndsAt)}
            loading={open.isPending && open.variables?.campaign === campaign.id}
            onClick={() => ask({ campaign: campaign.id, takeOver: false, shiftEndsAt })}
          >
            <Trans>Sit down</Trans>
          </Button>
        </Group>
      ))}
    </Stack>
  );
}

interface Opening {
  campaign: string;
  takeOver: boolean;
  /** Until when the agent is there, where they said. */
  shiftEndsAt?: string | null;
}

/** Opening a seat, with the question that a second desk asks. */
export function useOpenSeat() {
  const queries = useQueryClient();
  const open = useMutation({
    mutationFn: ({ campaign, takeOver, shiftEndsAt = null }: Opening) =>
      dialingOpenSeat({ campaign, session: tabSession(), take_over: takeOver, shift_ends_at: shiftEndsAt }),
    onSuccess: (seat) => {
      queries.setQueryData(getDialingSeatQueryKey(), seat);
      void queries.invalidateQueries({ queryKey: getDialingSeatQueryKey() });
    },
  });
  const taken = open.error instanceof Problem && open.error.code === "seat_taken";
  return { open, ask: open.mutate, takeOver: taken ? open.variables : null, dismiss: open.reset };
}

function TakeOver({ onTakeOver, onCancel }: { onTakeOver: () => void; onCancel: () => void }) {
  const { t } = useLingui();
  return (
    <Modal onClose={onCancel} opened title={t`You already sit at a desk`}>
      <Stack>
        <Text size="sm">
          <Trans>
            You are signed in at a desk in another tab or on another computer. Take it over? The other one then only
            shows what happens; a running call goes on here.
          </Trans>
        </Text>
        <Group justify="flex-end">
          <Button onClick={onCancel} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button data-autofocus onClick={onTakeOver}>
            <Trans>Take over</Trans>
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
