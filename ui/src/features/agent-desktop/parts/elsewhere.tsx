import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Stack, Text } from "@mantine/core";
import { IconDevices } from "@tabler/icons-react";
import { Problem } from "@/shared/api/problem";
import { SEAT_STATES, word } from "@/shared/trade/words";
import { Since } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import type { Seat } from "../seat";
import { SitDown, useOpenSeat } from "./sit-down";

interface ElsewhereProps {
  seat: Extract<Seat, { kind: "elsewhere" }>;
  campaign: string | null;
}

/**
 * Another tab holds the seat: this one only looks, until it is told to take over. Where its campaign lets nobody in any
 * more, another is chosen.
 */
export function Elsewhere({ seat, campaign }: ElsewhereProps) {
  const { t } = useLingui();
  const { open, ask } = useOpenSeat();
  const state = word(SEAT_STATES, seat.state);
  if (open.error instanceof Problem) {
    return (
      <Stack>
        <ProblemAlert error={open.error} />
        <SitDown />
      </Stack>
    );
  }
  return (
    <Stack>
      <PageHeader title={t`Agent desktop`} />
      <Alert
        color="amber"
        icon={<IconDevices aria-hidden />}
        role="status"
        title={t`You sit at another desk`}
        variant="light"
      >
        <Stack align="flex-start" gap="sm">
          <Text size="sm">
            <Trans>This tab only shows: the seat is held in another tab or on another computer.</Trans>
          </Text>
          <Text size="sm">
            {state} · <Since at={seat.since} />
          </Text>
          {campaign ? (
            <Button loading={open.isPending} onClick={() => ask({ campaign, takeOver: true })}>
              <Trans>Take over here</Trans>
            </Button>
          ) : null}
        </Stack>
      </Alert>
      <ProblemAlert error={open.error} />
    </Stack>
  );
}
