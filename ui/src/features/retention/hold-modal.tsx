import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Skeleton, Stack, Text, Textarea, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { HoldOut } from "@/shared/api/generated/model";
import {
  getRetentionCoveredQueryOptions,
  retentionAskLift,
  retentionConfirmLift,
  retentionRefuseLift,
} from "@/shared/api/generated/retention";
import { Problem } from "@/shared/api/problem";
import { useMay, useMe } from "@/shared/session/session";
import { dateTime, fullDate } from "@/shared/time/format";
import { NamedValues } from "@/shared/ui/named-values";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { HoldState } from "./holds-panel";
import { Counts, useDeed } from "./parts";
import { ScopeLines } from "./scope-lines";

/** One hold with what it keeps; its end is asked for by one person and confirmed by another. */
export function HoldModal({ hold, onClose }: { hold: HoldOut | null; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={hold !== null}
      size="lg"
      title={hold?.name}
    >
      {hold ? <Body hold={hold} /> : null}
    </Modal>
  );
}

function Body({ hold }: { hold: HoldOut }) {
  const { t } = useLingui();
  const covered = useQuery({ ...getRetentionCoveredQueryOptions(hold.id), enabled: hold.lifted_at === null });
  const lines: [string, React.ReactNode][] = [
    [t`State`, <HoldState hold={hold} key="state" />],
    [t`Reference`, hold.reference || "–"],
    [t`Ordered by`, t`${hold.ordered_by}, on ${fullDate(hold.from_on)}`],
    [t`Placed by`, t`${hold.placed_by_name}, on ${dateTime(hold.placed_at)}`],
    [t`Reason`, hold.reason],
    [t`What is held`, <ScopeLines key="scope" scope={hold.scope} />],
  ];
  if (hold.lifted_at) {
    lines.push([t`Lifted`, t`${hold.lift_asked_by_name} and ${hold.lifted_by_name}, on ${dateTime(hold.lifted_at)}`]);
    lines.push([t`Why it ended`, hold.lift_reason]);
  }
  return (
    <Stack>
      <NamedValues label={hold.name} lines={lines} />
      {hold.lifted_at ? null : (
        <>
          <Stack gap="xs">
            <Title order={3} size="h4">
              <Trans>What it keeps</Trans>
            </Title>
            <ProblemAlert error={covered.error} retry={() => void covered.refetch()} />
            {covered.data ? <Counts counts={covered.data} /> : covered.error ? null : <Skeleton height={80} />}
          </Stack>
          {hold.lift_asked_at ? <Asked hold={hold} /> : <AskLift hold={hold} />}
        </>
      )}
    </Stack>
  );
}

function AskLift({ hold }: { hold: HoldOut }) {
  const { t } = useLingui();
  const keeps = useMay("keep_records");
  const [reason, setReason] = useState("");
  const ask = useDeed(() => retentionAskLift(hold.id, { reason }));
  if (!keeps) return null;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Stack gap="xs">
        <Textarea
          autosize
          description={t`A second person confirms it. Until then everything stays.`}
          error={ask.error instanceof Problem ? ask.error.fields.reason : undefined}
          label={t`Why it may end`}
          minRows={2}
          onChange={(event) => setReason(event.currentTarget.value)}
          value={reason}
        />
        <ProblemAlert error={ask.error} />
        <Group justify="flex-end">
          <Button loading={ask.isPending} type="submit" variant="default">
            <Trans>Ask that it ends</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

/** Somebody asked: another person lifts it, or it stays. */
function Asked({ hold }: { hold: HoldOut }) {
  const { t } = useLingui();
  const me = useMe();
  const keeps = useMay("keep_records");
  const confirms = useMay("confirm_retention");
  const confirm = useDeed(() => retentionConfirmLift(hold.id));
  const refuse = useDeed(() => retentionRefuseLift(hold.id));
  const mine = hold.lift_asked_by === me.id;
  return (
    <Alert color="amber" title={t`${hold.lift_asked_by_name} asks that it ends`} variant="light">
      <Stack gap="xs">
        <Text size="sm">{hold.lift_reason}</Text>
        {mine ? (
          <Text size="sm">
            <Trans>You asked for this yourself: a colleague who may confirm it lifts the hold.</Trans>
          </Text>
        ) : confirms ? (
          <Text size="sm">
            <Trans>Once it is lifted, records beyond their term go with the next purge.</Trans>
          </Text>
        ) : null}
        <ProblemAlert error={confirm.error ?? refuse.error} />
        <Group justify="flex-end">
          {keeps || confirms ? (
            <Button loading={refuse.isPending} onClick={() => refuse.mutate()} variant="default">
              <Trans>Leave it in force</Trans>
            </Button>
          ) : null}
          {confirms && !mine ? (
            <Button color="brick" loading={confirm.isPending} onClick={() => confirm.mutate()}>
              <Trans>Lift the hold</Trans>
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Alert>
  );
}
