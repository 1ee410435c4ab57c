import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Code, Group, Skeleton, Stack, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconShieldCheck } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getAccountsUsersQueryOptions } from "@/shared/api/generated/accounts";
import { auditVerification, getAuditEntriesQueryOptions } from "@/shared/api/generated/audit";
import type { EntryOut } from "@/shared/api/generated/model";
import { useMe } from "@/shared/session/session";
import { dateTime, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import classes from "./audit.module.css";

/** Who changed what, when and why; append-only, each entry chained to the one before. */
export function AuditPage() {
  const { t } = useLingui();
  const me = useMe();
  const [action, setAction] = useState("");
  const [wanted] = useDebouncedValue(action.trim(), 300);
  const [cursors, setCursors] = useState<(number | null)[]>([null]);
  const cursor = cursors.at(-1) ?? null;
  const page = useQuery({
    ...getAuditEntriesQueryOptions({ ...(cursor === null ? {} : { cursor }), ...(wanted ? { action: wanted } : {}) }),
    placeholderData: keepPreviousData,
  });
  const users = useQuery({ ...getAccountsUsersQueryOptions(), enabled: me.verbs.includes("see_users") });
  const names = new Map((users.data ?? []).map((user) => [user.id, user.name]));
  const check = useMutation({ mutationFn: () => auditVerification() });
  const columns: Column<EntryOut>[] = [
    { id: "number", header: t`No.`, cell: (row) => row.number ?? "…", align: "right", width: 70 },
    { id: "at", header: t`When`, cell: (row) => <span className="tabular nowrap">{dateTime(row.at)}</span> },
    { id: "by", header: t`Who`, cell: (row) => (row.by ? (names.get(row.by) ?? row.by.slice(0, 8)) : t`the system`) },
    { id: "action", header: t`Deed`, cell: (row) => row.action.replaceAll("_", " ") },
    { id: "subject", header: t`On what`, cell: (row) => `${row.subject_kind} ${row.subject_id.slice(0, 8)}` },
    { id: "reason", header: t`Reason`, cell: (row) => row.reason || "–" },
    {
      id: "change",
      header: t`Before → after`,
      cell: (row) =>
        row.before || row.after ? (
          <Code className={classes.change}>{`${short(row.before)} → ${short(row.after)}`}</Code>
        ) : (
          "–"
        ),
    },
  ];
  return (
    <>
      <PageHeader
        actions={
          <Button
            leftSection={<IconShieldCheck aria-hidden size={16} />}
            loading={check.isPending}
            onClick={() => check.mutate()}
            variant="default"
          >
            <Trans>Check the chain</Trans>
          </Button>
        }
        note={t`Nothing here can be changed or deleted without the chain showing it.`}
        title={t`Audit log`}
      />
      <Stack>
        {check.data ? (
          <Alert
            color={check.data.whole ? "leaf" : "brick"}
            role="status"
            title={check.data.whole ? t`The chain is whole` : t`The chain is broken`}
            variant="light"
          >
            {check.data.whole ? (
              <Trans>{number(check.data.entries)} entries were checked.</Trans>
            ) : (
              `${check.data.number ?? ""} ${check.data.why}`
            )}
          </Alert>
        ) : null}
        <TextInput
          label={t`Deed`}
          maw={320}
          onChange={(event) => {
            setAction(event.currentTarget.value);
            setCursors([null]);
          }}
          placeholder="start_campaign"
          value={action}
        />
        <ProblemAlert error={page.error ?? check.error} />
        {page.data ? (
          <>
            <DataTable
              columns={columns}
              label={t`Audit log`}
              rowKey={(row) => String(row.id)}
              rows={page.data.entries}
            />
            <Group>
              <Button
                disabled={cursors.length === 1}
                onClick={() => setCursors(cursors.slice(0, -1))}
                variant="default"
              >
                <Trans>Newer</Trans>
              </Button>
              <Button
                disabled={page.data.next === null}
                onClick={() => setCursors([...cursors, page.data.next])}
                variant="default"
              >
                <Trans>Older</Trans>
              </Button>
            </Group>
          </>
        ) : (
          <Skeleton height={300} />
        )}
      </Stack>
    </>
  );
}

function short(value: unknown): string {
  if (value === null || value === undefined) return "–";
  const text = JSON.stringify(value);
  return text.length > 120 ? `${text.slice(0, 117)}…` : text;
}
