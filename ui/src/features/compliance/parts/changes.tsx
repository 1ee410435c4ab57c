import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconHistory } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getAccountsUsersQueryOptions } from "@/shared/api/generated/accounts";
import type { PolicyChangeOut } from "@/shared/api/generated/model";
import { getPoliciesChangesQueryOptions, policiesConfirm, policiesRefuse } from "@/shared/api/generated/policies";
import { useMe } from "@/shared/session/session";
import { dateTime } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { MEASURES, told } from "./measures";
import { countryName } from "./packs";
import { renewPolicies } from "./renew";

/** What waits for a second person, and every change there was. */
export function Changes() {
  const { t, i18n } = useLingui();
  const me = useMe();
  const changes = useQuery(getPoliciesChangesQueryOptions());
  const users = useQuery({ ...getAccountsUsersQueryOptions(), enabled: me.verbs.includes("see_users") });
  const names = new Map((users.data ?? []).map((one) => [one.id, one.name]));
  const who = (id: string | null) => (id ? (names.get(id) ?? t`somebody`) : "");
  const subject = (row: PolicyChangeOut) => {
    if (row.subject === "pack") return countryName(row.name, i18n.locale);
    const shape = MEASURES[row.name];
    return shape ? i18n._(shape.label) : row.name;
  };
  const value = (row: PolicyChangeOut, one: unknown) =>
    row.subject === "pack" ? (one ? t`on` : t`off`) : told(row.name, one);
  const columns: Column<PolicyChangeOut>[] = [
    { id: "subject", header: t`What`, cell: (row) => subject(row), sortBy: subject },
    {
      id: "change",
      header: t`From and to`,
      cell: (row) => (
        <Text size="sm">
          {value(row, row.before)} → <strong>{value(row, row.after)}</strong>
        </Text>
      ),
    },
    {
      id: "asked",
      header: t`Asked`,
      cell: (row) => (
        <Stack gap={0}>
          <span className="tabular nowrap">{dateTime(row.asked_at)}</span>
          <Text c="dimmed" size="xs">
            {[who(row.asked_by), row.reason ? `“${row.reason}”` : ""].filter(Boolean).join(": ")}
          </Text>
        </Stack>
      ),
      sortBy: (row) => row.asked_at,
    },
    {
      id: "state",
      header: t`State`,
      cell: (row) => (
        <Stack gap={0}>
          <Badge color={row.state === "waiting" ? "amber" : row.state === "refused" ? "gray" : "leaf"} variant="light">
            {row.state === "waiting" ? t`waiting` : row.state === "refused" ? t`refused` : t`in force`}
          </Badge>
          <Text c="dimmed" size="xs">
            {[
              row.in_force_at ? dateTime(row.in_force_at) : row.refused_at ? dateTime(row.refused_at) : "",
              who(row.decided_by),
            ]
              .filter(Boolean)
              .join(" · ")}
          </Text>
        </Stack>
      ),
    },
  ];
  const waiting = (changes.data ?? []).filter((row) => row.state === "waiting");
  return (
    <Stack>
      <ProblemAlert error={changes.error} retry={() => void changes.refetch()} />
      {waiting.length > 0 ? (
        <section aria-labelledby="waiting-changes">
          <Title id="waiting-changes" mb="xs" order={2}>
            <Trans>Waiting for a second person</Trans>
          </Title>
          <DataTable
            columns={[
              ...columns.slice(0, 3),
              {
                id: "deeds",
                header: <span className="visually-hidden">{t`Deeds`}</span>,
                cell: (row) => <Decide change={row} subject={subject(row)} />,
                align: "right",
              },
            ]}
            label={t`Waiting for a second person`}
            rowKey={(row) => row.id}
            rows={waiting}
          />
        </section>
      ) : null}
      <section aria-labelledby="log-of-changes">
        <Title id="log-of-changes" mb="xs" order={2}>
          <Trans>Log of changes</Trans>
        </Title>
        {changes.data ? (
          <DataTable
            columns={columns}
            empty={
              <EmptyState icon={IconHistory}>
                <Trans>Nobody has changed the policy of this house yet.</Trans>
              </EmptyState>
            }
            label={t`Log of changes`}
            rowKey={(row) => row.id}
            rows={changes.data}
          />
        ) : changes.error ? null : (
          <Skeleton height={200} />
        )}
      </section>
    </Stack>
  );
}

function Decide({ change, subject }: { change: PolicyChangeOut; subject: string }) {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const done = () => renewPolicies(queries);
  const confirm = useMutation({ mutationFn: () => policiesConfirm(change.id), onSettled: done });
  const refuse = useMutation({ mutationFn: () => policiesRefuse(change.id), onSettled: done });
  const mine = change.asked_by === me.id;
  return (
    <Stack align="flex-end" gap={4}>
      <Group gap={6} wrap="nowrap">
        {!mine && me.verbs.includes("confirm_policy") ? (
          <Button
            aria-label={t`Confirm: ${subject}`}
            loading={confirm.isPending}
            onClick={() => confirm.mutate()}
            size="compact-sm"
          >
            <Trans>Confirm</Trans>
          </Button>
        ) : null}
        {me.verbs.includes("change_policy") || me.verbs.includes("confirm_policy") ? (
          <Button
            aria-label={mine ? t`Take back: ${subject}` : t`Refuse: ${subject}`}
            loading={refuse.isPending}
            onClick={() => refuse.mutate()}
            size="compact-sm"
            variant="default"
          >
            {mine ? t`Take back` : t`Refuse`}
          </Button>
        ) : null}
      </Group>
      <ProblemAlert error={confirm.error ?? refuse.error} />
    </Stack>
  );
}
