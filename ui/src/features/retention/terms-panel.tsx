import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, Skeleton, Stack, Text, Title } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { TermChangeOut, TermOut } from "@/shared/api/generated/model";
import {
  getRetentionRetentionTermsQueryOptions,
  getRetentionTermChangesQueryOptions,
  retentionConfirmTerm,
  retentionRefuseTerm,
} from "@/shared/api/generated/retention";
import { useMay, useMe } from "@/shared/session/session";
import { dateTime } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { CLASSES, DEEDS, WHY } from "./kinds";
import { spanWords, useDeed } from "./parts";
import { SetTerm } from "./set-term";

/** How long each class is kept: the house's own choice, and the least the law asks. */
export function TermsPanel() {
  const { t } = useLingui();
  const keeps = useMay("keep_records");
  const terms = useQuery(getRetentionRetentionTermsQueryOptions());
  const changes = useQuery(getRetentionTermChangesQueryOptions());
  const [chosen, setChosen] = useState<TermOut | null>(null);
  const waiting = (changes.data ?? []).filter((one) => !one.in_force_at && !one.refused_at);
  const decided = (changes.data ?? []).filter((one) => one.in_force_at || one.refused_at);
  const columns: Column<TermOut>[] = [
    {
      id: "class",
      header: t`Records`,
      cell: (row) => (
        <>
          {word(CLASSES, row.code)}
          <Text c="dimmed" size="xs">
            {word(WHY, row.code)}
          </Text>
        </>
      ),
    },
    { id: "kept", header: t`Kept for`, cell: (row) => <Kept term={row} /> },
    { id: "law", header: t`The law asks at least`, cell: (row) => <Floor term={row} /> },
    { id: "most", header: t`At most`, cell: (row) => <span className="nowrap">{spanWords(row.most) || "–"}</span> },
    { id: "deed", header: t`How it goes`, cell: (row) => word(DEEDS, row.deed) },
    {
      id: "change",
      header: <span className="visually-hidden">{t`Change`}</span>,
      cell: (row) =>
        keeps && row.chosen ? (
          <Button onClick={() => setChosen(row)} size="compact-sm" variant="default">
            <Trans>Change</Trans> <span className="visually-hidden">{word(CLASSES, row.code)}</span>
          </Button>
        ) : null,
      align: "right",
    },
  ];
  const log: Column<TermChangeOut>[] = [
    { id: "at", header: t`When`, cell: (row) => <span className="tabular nowrap">{dateTime(row.asked_at)}</span> },
    { id: "what", header: t`Records`, cell: (row) => word(CLASSES, row.code) },
    {
      id: "from",
      header: t({ message: "Change", context: "term" }),
      cell: (row) => `${spanWords(row.before)} → ${spanWords(row.after)}`,
    },
    {
      id: "who",
      header: t`Who`,
      cell: (row) => [row.asked_by_name, row.decided_by_name].filter(Boolean).join(", "),
    },
    { id: "why", header: t`Reason`, cell: (row) => row.reason },
    {
      id: "came",
      header: t`State`,
      cell: (row) => (
        <Badge color={row.in_force_at ? "leaf" : "gray"} maw="none" variant="light">
          {row.in_force_at ? t`in force` : t`refused`}
        </Badge>
      ),
    },
  ];
  return (
    <Stack>
      <ProblemAlert error={terms.error ?? changes.error} retry={() => void terms.refetch()} />
      {waiting.map((one) => (
        <Waiting change={one} key={one.id} />
      ))}
      {terms.data ? (
        <DataTable columns={columns} label={t`Terms`} rowKey={(row) => row.code} rows={terms.data} />
      ) : terms.error ? null : (
        <Skeleton height={400} />
      )}
      {decided.length > 0 ? (
        <>
          <Title order={2}>
            <Trans>Changes so far</Trans>
          </Title>
          <DataTable columns={log} label={t`Changes so far`} rowKey={(row) => row.id} rows={decided} />
        </>
      ) : null}
      <SetTerm onClose={() => setChosen(null)} term={chosen} />
    </Stack>
  );
}

function Kept({ term }: { term: TermOut }) {
  const { t } = useLingui();
  if (term.deed === "chained" || term.deed === "never") return <span className="nowrap">{t`without end`}</span>;
  const own = term.chosen && (term.months !== term.default.months || term.days !== term.default.days);
  return (
    <Group gap={6} wrap="nowrap">
      <span className="nowrap">{spanWords(term)}</span>
      {own ? (
        <Badge color="lake" maw="none" miw="max-content" variant="light">
          <Trans>otherwise than usual</Trans>
        </Badge>
      ) : null}
    </Group>
  );
}

function Floor({ term }: { term: TermOut }) {
  if (!term.floor) return "–";
  return (
    <>
      <span className="nowrap">
        {spanWords(term.floor)} ({term.floor.country})
      </span>
      <Text c="dimmed" size="xs">
        {term.floor.citation} · {term.floor.rule}
      </Text>
    </>
  );
}

/** A shorter term waits for a second person. */
function Waiting({ change }: { change: TermChangeOut }) {
  const { t } = useLingui();
  const me = useMe();
  const keeps = useMay("keep_records");
  const confirms = useMay("confirm_retention");
  const confirm = useDeed(() => retentionConfirmTerm(change.id));
  const refuse = useDeed(() => retentionRefuseTerm(change.id));
  const mine = change.asked_by === me.id;
  const subject = word(CLASSES, change.code);
  return (
    <Alert color="amber" title={t`A shorter term waits for a second person: ${subject}`} variant="light">
      <Stack gap="xs">
        <Text size="sm">
          {spanWords(change.before)} → {spanWords(change.after)} · {change.asked_by_name}, {dateTime(change.asked_at)} ·{" "}
          {change.reason}
        </Text>
        {mine ? (
          <Text size="sm">
            <Trans>You asked for this yourself: a colleague confirms it.</Trans>
          </Text>
        ) : null}
        <ProblemAlert error={confirm.error ?? refuse.error} />
        <Group justify="flex-end">
          {keeps || confirms ? (
            <Button
              aria-label={t`Leave it as it is: ${subject}`}
              loading={refuse.isPending}
              onClick={() => refuse.mutate()}
              variant="default"
            >
              <Trans>Leave it as it is</Trans>
            </Button>
          ) : null}
          {confirms && !mine ? (
            <Button
              aria-label={t`Confirm: ${subject}`}
              color="brick"
              loading={confirm.isPending}
              onClick={() => confirm.mutate()}
            >
              <Trans>Confirm</Trans>
            </Button>
          ) : null}
        </Group>
      </Stack>
    </Alert>
  );
}
