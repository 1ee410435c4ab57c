import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { getDialingInboundInboundCallsQueryOptions } from "@/shared/api/generated/calls";
import type { InboundCallOut } from "@/shared/api/generated/model";
import { phoneWords } from "@/shared/trade/phone";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { Ago } from "@/shared/ui/local-time";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** Who called a number of ours; whoever pressed the key is called no more. A caller's name is a stranger's word. */
export function Callers() {
  const { t } = useLingui();
  const calls = useQuery(getDialingInboundInboundCallsQueryOptions());
  const columns: Column<InboundCallOut>[] = [
    { id: "at", header: t`When`, cell: (row) => <Ago at={row.at} />, sortBy: (row) => row.at },
    {
      id: "caller",
      header: t`Caller`,
      cell: (row) => (
        <>
          <span className="tabular">{row.caller ? phoneWords(row.caller) : t`number withheld`}</span>
          {row.name ? (
            <Text c="dimmed" size="xs">
              <Trans>says: {row.name}</Trans>
            </Text>
          ) : null}
        </>
      ),
    },
    {
      id: "called",
      header: t`Called`,
      cell: (row) => (
        <>
          <span className="tabular">{phoneWords(row.called)}</span>
          <Text c="dimmed" size="xs">
            {row.seller_name}
          </Text>
        </>
      ),
    },
    { id: "outcome", header: t`What came of it`, cell: (row) => <Outcome of={row} /> },
  ];
  return (
    <Stack gap="xs" mt="lg">
      <div>
        <Text component="h2" fw={650} m={0}>
          <Trans>Who called us back</Trans>
        </Text>
        <Text c="dimmed" size="sm">
          <Trans>
            Whoever calls one of our numbers hears who we are. Key 9 ends our calls to theirs at once, with a receipt.
          </Trans>
        </Text>
      </div>
      <ProblemAlert error={calls.error} retry={() => void calls.refetch()} />
      <DataTable
        columns={columns}
        empty={
          <Text c="dimmed" size="sm">
            <Trans>Nobody has called yet.</Trans>
          </Text>
        }
        label={t`Who called us back`}
        rowKey={(row) => row.id}
        rows={calls.data ?? []}
      />
    </Stack>
  );
}

function Outcome({ of }: { of: InboundCallOut }) {
  if (of.receipt) {
    return (
      <Badge color="brick" variant="light">
        <Trans>calls to them ended, receipt {of.receipt}</Trans>
      </Badge>
    );
  }
  if (!of.ended_at) return <Trans>on the line</Trans>;
  switch (of.outcome) {
    case "withheld":
      return <Trans>heard how else to opt out</Trans>;
    case "cannot_play":
      return <Trans>nothing could be said: there is no voice</Trans>;
    case "informed":
      return <Trans>heard who we are</Trans>;
    default:
      return <Trans>hung up</Trans>;
  }
}
