import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  getLinesOwnNumbersQueryKey,
  getLinesOwnNumbersQueryOptions,
  linesApproveOwnNumber,
  linesEndOwnNumber,
} from "@/shared/api/generated/lines";
import type { OwnNumberOut } from "@/shared/api/generated/model";
import { OwnNumberForm } from "@/shared/softphone/own-number-form";
import { phoneWords } from "@/shared/trade/phone";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { Ago } from "@/shared/ui/local-time";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** Telephones of the people who work here: for test calls, and for agents who speak over their own. */
export function OwnNumbers({ approves }: { approves: boolean }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const numbers = useQuery(getLinesOwnNumbersQueryOptions());
  const [adding, setAdding] = useState(false);
  const deed = useMutation({
    mutationFn: (ask: () => Promise<unknown>) => ask(),
    onSettled: () => void queries.invalidateQueries({ queryKey: getLinesOwnNumbersQueryKey() }),
  });
  const columns: Column<OwnNumberOut>[] = [
    { id: "name", header: t`Whose`, cell: (row) => row.name, sortBy: (row) => row.name },
    { id: "number", header: t`Number`, cell: (row) => <span className="tabular">{phoneWords(row.e164)}</span> },
    { id: "at", header: t`Entered`, cell: (row) => <Ago at={row.at} /> },
    {
      id: "state",
      header: t`State`,
      cell: (row) =>
        row.approved_at ? (
          <Badge color="leaf" variant="light">
            <Trans>approved</Trans>
          </Badge>
        ) : (
          <Badge color="amber" variant="light">
            <Trans>waits for a second person</Trans>
          </Badge>
        ),
    },
    {
      id: "deeds",
      header: <span className="visually-hidden">{t`Deeds`}</span>,
      align: "right",
      cell: (row) => (
        <Group gap={6} justify="flex-end">
          {approves && !row.approved_at && !row.mine ? (
            <Button
              aria-label={t`Approve: ${row.e164}`}
              onClick={() => deed.mutate(() => linesApproveOwnNumber(row.id))}
              size="compact-xs"
            >
              <Trans>Approve</Trans>
            </Button>
          ) : null}
          <Button
            aria-label={t`Take away: ${row.e164}`}
            onClick={() => deed.mutate(() => linesEndOwnNumber(row.id))}
            size="compact-xs"
            variant="default"
          >
            <Trans>Take away</Trans>
          </Button>
        </Group>
      ),
    },
  ];
  return (
    <Stack gap="xs" mt="lg">
      <Group justify="space-between">
        <div>
          <Text component="h2" fw={650} m={0}>
            <Trans>Telephones of our own people</Trans>
          </Text>
          <Text c="dimmed" size="sm">
            <Trans>
              Called for tests, and for agents who speak over their own telephone. A second person approves each.
            </Trans>
          </Text>
        </div>
        <Button onClick={() => setAdding(true)} variant="default">
          <Trans>Add my number</Trans>
        </Button>
      </Group>
      <ProblemAlert error={numbers.error ?? deed.error} />
      <DataTable
        columns={columns}
        empty={
          <Text c="dimmed" size="sm">
            <Trans>Nobody has entered a number of their own yet.</Trans>
          </Text>
        }
        label={t`Telephones of our own people`}
        rowKey={(row) => row.id}
        rows={numbers.data ?? []}
      />
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setAdding(false)}
        opened={adding}
        title={t`A telephone of my own`}
      >
        {adding ? <OwnNumberForm onClose={() => setAdding(false)} /> : null}
      </Modal>
    </Stack>
  );
}
