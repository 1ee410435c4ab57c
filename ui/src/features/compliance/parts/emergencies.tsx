import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconAlertTriangle } from "@tabler/icons-react";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { EmergencyOut } from "@/shared/api/generated/model";
import { getPoliciesEmergenciesLookedUpQueryOptions, policiesSayEmergency } from "@/shared/api/generated/policies";
import { useMe } from "@/shared/session/session";
import { dateTime } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { renewPolicies } from "./renew";

/** Where a law asks whether an emergency is declared: what somebody of the house looked up, and until when it holds. */
export function Emergencies() {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const found = useQuery(getPoliciesEmergenciesLookedUpQueryOptions());
  const [asked, setAsked] = useState<{ region: string; declared: boolean } | null>(null);
  const may = me.verbs.includes("change_policy");
  const columns: Column<EmergencyOut>[] = [
    { id: "region", header: t`Region`, cell: (row) => <strong className="nowrap">{row.region}</strong> },
    {
      id: "declared",
      header: t`State of emergency`,
      cell: (row) => (
        <Badge color={row.declared === null ? "amber" : row.declared ? "brick" : "leaf"} maw="none" variant="light">
          {row.declared === null ? t`nobody looked lately` : row.declared ? t`declared` : t`none declared`}
        </Badge>
      ),
    },
    {
      id: "source",
      header: t`Looked up`,
      cell: (row) =>
        row.said_at ? (
          <Stack gap={0}>
            <span className="tabular nowrap">{dateTime(row.said_at)}</span>
            <Text c="dimmed" size="xs">
              {row.source}
            </Text>
          </Stack>
        ) : (
          "–"
        ),
    },
    {
      id: "until",
      header: t`Believed until`,
      cell: (row) => (
        <span className="tabular">
          {row.holds_until ? dateTime(row.holds_until) : row.declared ? t`somebody says it is over` : "–"}
        </span>
      ),
    },
    {
      id: "say",
      header: "",
      cell: (row) =>
        may ? (
          <Group gap="xs" justify="flex-end" wrap="nowrap">
            <Button
              onClick={() => setAsked({ region: row.region, declared: false })}
              size="compact-sm"
              variant="default"
            >
              <Trans>None is declared</Trans>
            </Button>
            <Button
              color="brick"
              onClick={() => setAsked({ region: row.region, declared: true })}
              size="compact-sm"
              variant="light"
            >
              <Trans>One is declared</Trans>
            </Button>
          </Group>
        ) : null,
    },
  ];
  return (
    <section aria-labelledby="emergencies">
      <Title id="emergencies" mb="xs" order={2}>
        <Trans>States of emergency</Trans>
      </Title>
      <Text c="dimmed" mb="xs" size="sm">
        <Trans>
          The laws of these regions bar sales where an emergency is declared. Until somebody looks, nobody there is
          called.
        </Trans>
      </Text>
      <ProblemAlert error={found.error} retry={() => void found.refetch()} />
      {found.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState icon={IconAlertTriangle}>
              <Trans>No law here asks.</Trans>
            </EmptyState>
          }
          label={t`States of emergency`}
          rowKey={(row) => row.region}
          rows={found.data}
        />
      ) : found.error ? null : (
        <Skeleton height={120} />
      )}
      <ReasonModal
        deed={asked?.declared ? t`One is declared` : t`None is declared`}
        label={t`Where did you look it up?`}
        note={t`It stands in the audit log, and the next call knows it.`}
        onClose={() => setAsked(null)}
        onDeed={async (source) => {
          if (asked) await policiesSayEmergency({ ...asked, source });
          await renewPolicies(queries);
        }}
        opened={asked !== null}
        required
        title={t`State of emergency in ${asked?.region ?? ""}`}
      />
    </section>
  );
}
