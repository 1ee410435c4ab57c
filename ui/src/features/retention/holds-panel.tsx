import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconLock, IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { HoldOut } from "@/shared/api/generated/model";
import { getRetentionHoldsInForceQueryOptions } from "@/shared/api/generated/retention";
import { useMay } from "@/shared/session/session";
import { fullDate } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { HoldModal } from "./hold-modal";
import { PlaceHold } from "./place-hold";
import { ScopeLines } from "./scope-lines";

/** The holds: who placed which over what, and how each stands. */
export function HoldsPanel({ show, onShow }: { show: "open" | "all"; onShow: (show: string) => void }) {
  const { t } = useLingui();
  const keeps = useMay("keep_records");
  const [placing, setPlacing] = useState(false);
  const [chosen, setChosen] = useState<string | null>(null);
  const found = useQuery({
    ...getRetentionHoldsInForceQueryOptions({ lifted: show === "all" }),
    placeholderData: keepPreviousData,
  });
  const place = keeps ? (
    <Button leftSection={<IconPlus aria-hidden size={16} />} onClick={() => setPlacing(true)}>
      <Trans>Place a hold</Trans>
    </Button>
  ) : null;
  const columns: Column<HoldOut>[] = [
    {
      id: "name",
      header: t`Matter`,
      cell: (row) => (
        <>
          {row.name}
          <Text c="dimmed" size="xs">
            {row.reference}
          </Text>
        </>
      ),
      sortBy: (row) => row.name,
    },
    { id: "scope", header: t`What is held`, cell: (row) => <ScopeLines most={2} scope={row.scope} /> },
    { id: "ordered", header: t`Ordered by`, cell: (row) => row.ordered_by, sortBy: (row) => row.ordered_by },
    {
      id: "placed",
      header: t`Placed`,
      cell: (row) => (
        <>
          <span className="tabular">{fullDate(row.placed_at)}</span>
          <Text c="dimmed" size="xs">
            {row.placed_by_name}
          </Text>
        </>
      ),
      sortBy: (row) => row.placed_at,
    },
    { id: "state", header: t`State`, cell: (row) => <HoldState hold={row} /> },
    {
      id: "open",
      header: <span className="visually-hidden">{t`Open`}</span>,
      cell: (row) => (
        <Button onClick={() => setChosen(row.id)} size="compact-sm" variant="default">
          <Trans>Open</Trans> <span className="visually-hidden">{row.name}</span>
        </Button>
      ),
      align: "right",
    },
  ];
  return (
    <Stack>
      <Group justify="space-between">
        <SegmentedControl
          aria-label={t`Which holds`}
          data={[
            { value: "open", label: t`In force` },
            { value: "all", label: t`All` },
          ]}
          onChange={onShow}
          size="xs"
          value={show}
        />
        {found.data?.length === 0 ? null : place}
      </Group>
      <ProblemAlert error={found.error} retry={() => void found.refetch()} />
      {found.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState action={place} icon={IconLock}>
              <Trans>
                No hold is in force. When a claim or an inquiry is announced, a hold keeps its records, whatever their
                terms say.
              </Trans>
            </EmptyState>
          }
          label={t`Holds`}
          rowKey={(row) => row.id}
          rows={found.data}
        />
      ) : found.error ? null : (
        <Skeleton height={200} />
      )}
      <PlaceHold onClose={() => setPlacing(false)} opened={placing} />
      <HoldModal hold={found.data?.find((one) => one.id === chosen) ?? null} onClose={() => setChosen(null)} />
    </Stack>
  );
}

/** In force, about to end, or over. */
export function HoldState({ hold }: { hold: HoldOut }) {
  const [color, said] = hold.lifted_at
    ? ["gray", <Trans key="over">lifted {fullDate(hold.lifted_at)}</Trans>]
    : hold.lift_asked_at
      ? ["amber", <Trans key="asked">waits for a second person</Trans>]
      : ["leaf", <Trans key="force">in force</Trans>];
  return (
    <Badge color={color as string} maw="none" miw="max-content" variant="light">
      {said}
    </Badge>
  );
}
