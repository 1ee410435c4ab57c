import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconUserQuestion } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { RightsRequestOut } from "@/shared/api/generated/model";
import { getRightsRightsRequestsQueryOptions } from "@/shared/api/generated/rights";
import { useMe } from "@/shared/session/session";
import { dateTime, fullDate } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Decide } from "./decide";
import { KINDS, STATES } from "./kinds";
import { TakeDown } from "./take-down";

/** What people asked about their data, by when each must be answered and by whose rule; the most overdue on top. */
export function RightsPage() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const { show = "waiting" } = useSearch({ strict: false }) as { show?: string };
  const [taking, setTaking] = useState(false);
  const [chosen, setChosen] = useState<RightsRequestOut | null>(null);
  const mayAnswer = me.verbs.includes("answer_rights");
  const shown = useQuery({
    ...getRightsRightsRequestsQueryOptions(show === "all" ? {} : { state: show }),
    placeholderData: keepPreviousData,
  });
  const columns: Column<RightsRequestOut>[] = [
    {
      id: "due",
      header: t`Answer by`,
      cell: (row) => <Due row={row} />,
      sortBy: (row) => row.due_at,
      width: 190,
    },
    { id: "kind", header: t`Asked for`, cell: (row) => word(KINDS, row.kind), sortBy: (row) => row.kind },
    {
      id: "number",
      header: t`Number`,
      cell: (row) => (
        <Stack gap={0}>
          <span className="tabular">{row.number || t`erased`}</span>
          <Text c="dimmed" size="xs">
            {row.proven ? t`proven to be theirs` : t`not proven yet`}
          </Text>
        </Stack>
      ),
    },
    {
      id: "said",
      header: t`Their words`,
      cell: (row) => <Text size="sm">{row.said || "–"}</Text>,
    },
    { id: "at", header: t`Came`, cell: (row) => dateTime(row.at), sortBy: (row) => row.at, width: 150 },
    { id: "state", header: t`State`, cell: (row) => <Standing row={row} /> },
    {
      id: "deeds",
      header: <span className="visually-hidden">{t`Deeds`}</span>,
      cell: (row) =>
        mayAnswer && row.state === "open" ? (
          <Button onClick={() => setChosen(row)} size="xs" variant="default">
            <Trans>Answer</Trans>
          </Button>
        ) : null,
      align: "right",
    },
  ];
  return (
    <>
      <PageHeader
        actions={
          mayAnswer ? (
            <Button onClick={() => setTaking(true)}>
              <Trans>Take a request down</Trans>
            </Button>
          ) : null
        }
        note={t`Each request runs under the clock of the law where the person is. What is late stands on top.`}
        title={t`Data requests`}
      />
      <Stack>
        <Group>
          <SegmentedControl
            aria-label={t`Which ones`}
            data={[
              { value: "waiting", label: t`Waiting` },
              { value: "done", label: t`Done` },
              { value: "refused", label: t`Refused` },
              { value: "all", label: t`All` },
            ]}
            onChange={(view) =>
              void navigate({ to: "/law/rights", search: view === "waiting" ? {} : { show: view }, replace: true })
            }
            value={show}
          />
        </Group>
        <ProblemAlert error={shown.error} />
        {shown.data ? (
          <DataTable
            columns={columns}
            empty={
              <EmptyState icon={IconUserQuestion}>
                <Trans>Nobody waits for an answer.</Trans>
              </EmptyState>
            }
            label={t`Data requests`}
            rowKey={(row) => row.id}
            rows={shown.data}
          />
        ) : shown.error ? null : (
          <Skeleton height={300} />
        )}
      </Stack>
      <TakeDown onClose={() => setTaking(false)} opened={taking} />
      <Decide onClose={() => setChosen(null)} request={chosen} />
    </>
  );
}

function Due({ row }: { row: RightsRequestOut }) {
  return (
    <Stack gap={2}>
      <Group gap={6} wrap="nowrap">
        <span className="tabular">{fullDate(row.due_at)}</span>
        {row.overdue ? (
          <Badge color="brick" maw="none" miw="max-content">
            <Trans>overdue</Trans>
          </Badge>
        ) : null}
        {row.extended_at ? (
          <Badge maw="none" miw="max-content" variant="default">
            <Trans>extended</Trans>
          </Badge>
        ) : null}
      </Group>
      <Text c="dimmed" size="xs" title={row.citation}>
        {row.clock}
      </Text>
    </Stack>
  );
}

function Standing({ row }: { row: RightsRequestOut }) {
  const { erasure } = row;
  return (
    <Stack gap={0}>
      <span>{word(STATES, row.state)}</span>
      {erasure && !erasure.done_at ? (
        <Text c="dimmed" size="xs">
          <Trans>
            step {erasure.step} of {erasure.steps}
          </Trans>
        </Text>
      ) : null}
      {row.reason ? (
        <Text c="dimmed" size="xs">
          “{row.reason}”
        </Text>
      ) : null}
    </Stack>
  );
}
