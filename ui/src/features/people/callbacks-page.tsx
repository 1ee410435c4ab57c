import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCalendarTime, IconChecklist } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import {
  dialingCancelCallback,
  getDialingAllCallbacksQueryKey,
  getDialingAllCallbacksQueryOptions,
  getDialingToFixQueryOptions,
} from "@/shared/api/generated/calls";
import type { CallbackOut, ToFixOut } from "@/shared/api/generated/model";
import { useMe } from "@/shared/session/session";
import { dateTime, span } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { TextLink } from "@/shared/ui/link-button";
import { LocalMoment } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** What was promised and by whom; and the talks whose wrap-up ran out without a result. */
export function CallbacksPage() {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const callbacks = useQuery(getDialingAllCallbacksQueryOptions());
  const cancel = useMutation({
    mutationFn: (id: string) => dialingCancelCallback(id),
    onSettled: () => void queries.invalidateQueries({ queryKey: getDialingAllCallbacksQueryKey() }),
  });
  const columns: Column<CallbackOut>[] = [
    {
      id: "at",
      header: t`Promised for`,
      cell: (row) => (
        <Stack align="flex-start" gap={2}>
          <LocalMoment at={row.at} zone={row.zone || undefined} />
          {row.due ? (
            <Badge color="amber" variant="light">
              <Trans>due</Trans>
            </Badge>
          ) : null}
        </Stack>
      ),
      sortBy: (row) => row.at,
      width: 210,
    },
    {
      id: "name",
      header: t`Person`,
      cell: (row) =>
        me.verbs.includes("see_contacts") ? (
          <TextLink params={{ id: row.contact }} to="/people/$id">
            {row.name || row.number}
          </TextLink>
        ) : (
          row.name
        ),
      sortBy: (row) => row.name,
    },
    { id: "number", header: t`Number`, cell: (row) => <span className="tabular">{row.number}</span> },
    { id: "campaign", header: t`Campaign`, cell: (row) => row.campaign.name, sortBy: (row) => row.campaign.name },
    {
      id: "owner",
      header: t`Kept by`,
      cell: (row) =>
        row.anyone ? (
          <Stack gap={0}>
            <span>{t`anyone`}</span>
            {row.owner ? (
              <Text c="dimmed" size="xs">
                <Trans>promised by {row.owner}</Trans>
              </Text>
            ) : null}
          </Stack>
        ) : (
          row.owner || t`anyone`
        ),
      sortBy: (row) => row.owner,
    },
    { id: "notes", header: t`Notes`, cell: (row) => row.notes || "–" },
  ];
  // Cancelling belongs to whoever may also sit at a desk: the server asks for it.
  if (me.verbs.includes("take_seat")) {
    columns.push({
      id: "cancel",
      header: <span className="visually-hidden">{t`Deeds`}</span>,
      cell: (row) => (
        <Button
          title={t`Take the callback of ${row.name} off the list`}
          onClick={() => cancel.mutate(row.id)}
          size="compact-xs"
          variant="default"
        >
          <Trans>Take off</Trans>
        </Button>
      ),
      align: "right",
    });
  }
  return (
    <>
      <PageHeader
        note={t`Each in the person's own time. What an absent agent promised goes to anyone after a while.`}
        title={t`Callbacks`}
      />
      <Stack>
        <ProblemAlert error={callbacks.error ?? cancel.error} />
        {callbacks.data ? (
          <DataTable
            columns={columns}
            empty={
              <EmptyState icon={IconCalendarTime}>
                <Trans>Nothing is promised. Callbacks that agents book stand here.</Trans>
              </EmptyState>
            }
            initialSort={{ id: "at", down: false }}
            label={t`Callbacks`}
            rowKey={(row) => row.id}
            rows={callbacks.data}
          />
        ) : callbacks.error ? null : (
          <Skeleton height={200} />
        )}
        {me.verbs.includes("correct_dispositions") && me.verbs.includes("take_seat") ? <ToFix /> : null}
      </Stack>
    </>
  );
}

/** Talks without a disposition, everybody's. */
function ToFix() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const open = useQuery(getDialingToFixQueryOptions());
  const columns: Column<ToFixOut>[] = [
    {
      id: "at",
      header: t`Talked at`,
      cell: (row) => <span className="tabular">{dateTime(row.at)}</span>,
      sortBy: (row) => row.at,
    },
    { id: "name", header: t`Person`, cell: (row) => row.name || "–", sortBy: (row) => row.name },
    { id: "agent", header: t`Agent`, cell: (row) => row.agent, sortBy: (row) => row.agent },
    { id: "campaign", header: t`Campaign`, cell: (row) => row.campaign.name },
    {
      id: "talk",
      header: t`Talk`,
      cell: (row) => (row.talk_s === null ? "–" : span(row.talk_s * 1000)),
      align: "right",
    },
  ];
  return (
    <>
      <Title order={2}>
        <Trans>Talks without a result</Trans>
      </Title>
      <ProblemAlert error={open.error} />
      {open.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState icon={IconChecklist}>
              <Trans>Every talk has its result.</Trans>
            </EmptyState>
          }
          label={t`Talks without a result`}
          onOpen={(row) => void navigate({ to: "/people/attempts/$id", params: { id: row.attempt } })}
          rowKey={(row) => row.attempt}
          rows={open.data}
        />
      ) : null}
    </>
  );
}
