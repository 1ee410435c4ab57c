import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconReceipt } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { PlannedOut, PurgePlanOut } from "@/shared/api/generated/model";
import {
  getRetentionPurgePlanQueryOptions,
  getRetentionPurgeReceiptsQueryOptions,
  retentionPurgeNow,
} from "@/shared/api/generated/retention";
import { useMay } from "@/shared/session/session";
import { dateTime, fullDate, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { CLASSES } from "./kinds";
import { useDeed } from "./parts";
import { Receipts } from "./receipts";

const AGAIN_MS = 2_000;

/** What a purge would let go and what holds keep of it; a purge now; and the receipts of those that were. */
export function PurgePanel() {
  // The newest receipt when a purge was asked for: the next one is its.
  const [askedAfter, setAskedAfter] = useState<number | null>(null);
  const receipts = useQuery({
    ...getRetentionPurgeReceiptsQueryOptions(),
    refetchInterval: (query) => (isAwaited(askedAfter, query.state.data) ? AGAIN_MS : false),
  });
  const awaited = isAwaited(askedAfter, receipts.data);
  const plan = useQuery({
    ...getRetentionPurgePlanQueryOptions(),
    refetchInterval: (query) => (awaited || query.state.data?.under_way_since ? AGAIN_MS : false),
  });
  const newest = receipts.data?.[0];
  return (
    <Stack>
      <ProblemAlert error={plan.error} retry={() => void plan.refetch()} />
      {plan.data ? (
        <Plan awaited={awaited} onAsked={() => setAskedAfter(newest?.number ?? 0)} plan={plan.data} />
      ) : plan.error ? null : (
        <Skeleton height={260} />
      )}
      {askedAfter !== null && !awaited && newest ? (
        <Alert color="leaf" role="status" variant="light">
          <Trans>
            The purge has ended: {number(newest.gone)} gone, {number(newest.held)} held. Receipt {newest.number} stands
            below.
          </Trans>
        </Alert>
      ) : null}
      <Title order={2}>
        <Trans>Receipts</Trans>
      </Title>
      <ProblemAlert error={receipts.error} retry={() => void receipts.refetch()} />
      {receipts.data?.length === 0 ? (
        <EmptyState icon={IconReceipt}>
          <Trans>No purge has ended yet. Each one leaves a signed receipt here.</Trans>
        </EmptyState>
      ) : receipts.data ? (
        <Receipts receipts={receipts.data} />
      ) : receipts.error ? null : (
        <Skeleton height={120} />
      )}
    </Stack>
  );
}

function isAwaited(askedAfter: number | null, receipts: readonly { number: number }[] | undefined): boolean {
  return askedAfter !== null && (receipts?.[0]?.number ?? 0) <= askedAfter;
}

function Plan({ plan, awaited, onAsked }: { plan: PurgePlanOut; awaited: boolean; onAsked: () => void }) {
  const { t } = useLingui();
  const keeps = useMay("keep_records");
  const [asking, setAsking] = useState(false);
  const ask = useDeed(() => retentionPurgeNow());
  const going = plan.classes.filter((one) => one.deed === "purge" || one.code === "recordings");
  const due = going.reduce((sum, one) => sum + one.due, 0);
  const held = going.reduce((sum, one) => sum + one.held, 0);
  const columns: Column<PlannedOut>[] = [
    { id: "class", header: t`Records`, cell: (row) => word(CLASSES, row.code) },
    {
      id: "before",
      header: t`Goes if older than`,
      cell: (row) => (row.before_on ? <span className="tabular">{fullDate(row.before_on)}</span> : t`by its own day`),
    },
    { id: "due", header: t`Would go`, cell: (row) => number(row.due), align: "right", sortBy: (row) => row.due },
    {
      id: "held",
      header: t`Kept by holds`,
      cell: (row) => number(row.held),
      align: "right",
      sortBy: (row) => row.held,
    },
    {
      id: "oldest",
      header: t`The oldest of`,
      cell: (row) => <span className="tabular">{row.oldest ? fullDate(row.oldest) : "–"}</span>,
      align: "right",
    },
  ];
  const working = awaited || plan.under_way_since !== null;
  return (
    <Stack gap="sm">
      <Group justify="space-between">
        <Text role="status" size="sm">
          {plan.under_way_since ? (
            <Trans>A purge is under way since {dateTime(plan.under_way_since)}.</Trans>
          ) : awaited ? (
            <Trans>The worker was asked. If nothing comes within a minute, see whether it runs.</Trans>
          ) : (
            <Trans>
              {number(due)} records are beyond their term; holds keep {number(held)} more. The next purge begins{" "}
              {dateTime(plan.next_at)}.
            </Trans>
          )}
        </Text>
        {keeps ? (
          <Button loading={ask.isPending || working} onClick={() => setAsking(true)} variant="default">
            <Trans>Purge now</Trans>
          </Button>
        ) : null}
      </Group>
      <DataTable columns={columns} label={t`What a purge would let go`} rowKey={(row) => row.code} rows={going} />
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setAsking(false)}
        opened={asking}
        title={t`Purge now`}
      >
        <Stack>
          <Text>
            {due === 0 ? (
              <Trans>Nothing is beyond its term that may go. The purge writes a receipt that says so.</Trans>
            ) : (
              <Trans>
                {number(due)} records go for good; nobody can bring them back. What holds keep stays: {number(held)}. A
                signed receipt says what went.
              </Trans>
            )}
          </Text>
          <ProblemAlert error={ask.error} />
          <Group justify="flex-end">
            <Button data-autofocus onClick={() => setAsking(false)} variant="default">
              <Trans>Cancel</Trans>
            </Button>
            <Button
              color="brick"
              loading={ask.isPending}
              onClick={() => {
                onAsked();
                ask.mutate(undefined, { onSuccess: () => setAsking(false) });
              }}
            >
              <Trans>Let them go</Trans>
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Stack>
  );
}
