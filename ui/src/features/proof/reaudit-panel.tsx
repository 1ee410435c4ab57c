import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, Progress, Select, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ReauditIn, ReauditOut } from "@/shared/api/generated/model";
import {
  getProofAllReauditsQueryKey,
  getProofAllReauditsQueryOptions,
  getProofRulebooksQueryOptions,
  proofAskReaudit,
  proofStopReaudit,
} from "@/shared/api/generated/proof";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { dayBegins } from "@/shared/time/days";
import { fullDate, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReauditFound } from "./reaudit-found";
import { isUnderWay, pastQuarters, useStates } from "./spans";

const AGAIN_MS = 1_000;
const QUARTERS = 4;

/** A past quarter, or any days, decided again by another rulebook: what would have differed? */
export function ReauditPanel({ chosen, choose }: { chosen: string | undefined; choose: (id: string) => void }) {
  const { t } = useLingui();
  const mayAsk = useMay("export_proof");
  const queries = useQueryClient();
  const states = useStates();
  const quarters = pastQuarters(new Date(), QUARTERS);
  const [span, setSpan] = useState({ first: quarters[0]?.first ?? "", last: quarters[0]?.last ?? "" });
  const [rulebook, setRulebook] = useState("");
  const [house, setHouse] = useState(false);
  const books = useQuery(getProofRulebooksQueryOptions());
  const all = useQuery({
    ...getProofAllReauditsQueryOptions(),
    refetchInterval: (query) => (query.state.data?.some((one) => isUnderWay(one.state)) ? AGAIN_MS : false),
  });
  const again = () => queries.invalidateQueries({ queryKey: getProofAllReauditsQueryKey() });
  const ask = useMutation({
    mutationFn: (wanted: ReauditIn) => proofAskReaudit(wanted),
    onSuccess: async (made) => {
      await again();
      choose(made.id);
    },
  });
  const stop = useMutation({ mutationFn: (id: string) => proofStopReaudit(id), onSuccess: again });
  const fields = ask.error instanceof Problem ? ask.error.fields : {};
  const since = dayBegins(span.first);
  const until = dayBegins(span.last, 1);
  const one = all.data?.find((found) => found.id === chosen) ?? all.data?.[0];
  const columns: Column<ReauditOut>[] = [
    { id: "span", header: t`Days`, cell: (row) => days(row) },
    { id: "book", header: t`Rulebook`, cell: (row) => row.rulebook },
    { id: "by", header: t`Who`, cell: (row) => row.by || t`the system` },
    { id: "state", header: t`State`, cell: (row) => row.error || states[row.state] },
    { id: "done", header: t`Rulings`, cell: (row) => number(row.done), align: "right" },
    { id: "differ", header: t`Would differ`, cell: (row) => number(row.differing), align: "right" },
  ];
  return (
    <Stack>
      {mayAsk ? (
        <Stack aria-label={t`Decide the past again`} className="surface" component="section" gap="sm" p="md">
          <Title order={2}>
            <Trans>Decide the past again</Trans>
          </Title>
          <Text size="sm">
            <Trans>The facts are those that were kept then. No ruling is changed.</Trans>
          </Text>
          <Group aria-label={t`Past quarters`} gap="xs" role="group">
            {quarters.map((past) => (
              <Button
                aria-pressed={span.first === past.first && span.last === past.last}
                key={past.first}
                onClick={() => setSpan({ first: past.first, last: past.last })}
                size="compact-sm"
                variant={span.first === past.first && span.last === past.last ? "filled" : "default"}
              >
                <Trans>
                  Quarter {past.quarter} of {String(past.year)}
                </Trans>
              </Button>
            ))}
          </Group>
          <Group align="flex-end">
            <TextInput
              error={fields.since}
              label={t`From`}
              onChange={(event) => setSpan({ ...span, first: event.currentTarget.value })}
              type="date"
              value={span.first}
            />
            <TextInput
              error={fields.until}
              label={t`Up to and including`}
              onChange={(event) => setSpan({ ...span, last: event.currentTarget.value })}
              type="date"
              value={span.last}
            />
            <Select
              allowDeselect={false}
              data={(books.data ?? []).map((book) => ({
                value: book.today ? "" : book.sha256,
                label: book.today ? t`${book.version} (today's)` : `${book.version} (${book.sha256.slice(0, 8)})`,
              }))}
              label={t`Under which rulebook`}
              onChange={(value) => setRulebook(value ?? "")}
              value={rulebook}
              w={260}
            />
          </Group>
          <Checkbox
            checked={house}
            label={t`With the house's policy of today, not that of each ruling's time`}
            onChange={(event) => setHouse(event.currentTarget.checked)}
          />
          <ProblemAlert error={books.error ?? ask.error} />
          <Group>
            <Button
              disabled={since === null || until === null}
              loading={ask.isPending}
              onClick={() => since && until && ask.mutate({ since, until, rulebook, house })}
            >
              <Trans>Decide again</Trans>
            </Button>
          </Group>
        </Stack>
      ) : null}
      <ProblemAlert error={all.error ?? stop.error} />
      {all.data ? (
        <DataTable
          columns={columns}
          empty={t`Nothing was decided again yet.`}
          label={t`Re-audits`}
          onOpen={(row) => choose(row.id)}
          rowKey={(row) => row.id}
          rows={all.data}
        />
      ) : (
        <Skeleton height={160} />
      )}
      {one ? (
        <Stack aria-label={t`What would differ`} className="surface" component="section" gap="sm" p="md">
          <Title order={2}>
            <Trans>
              {days(one)} under rulebook {one.rulebook}
            </Trans>
          </Title>
          {isUnderWay(one.state) ? (
            <Group>
              <Progress
                aria-label={t`How far it has come`}
                flex={1}
                value={one.total ? (100 * one.done) / one.total : 0}
              />
              <Text className="tabular" role="status" size="sm">
                <Trans>
                  {number(one.done)} of {number(one.total)}
                </Trans>
              </Text>
              {mayAsk ? (
                <Button onClick={() => stop.mutate(one.id)} size="compact-sm" variant="default">
                  <Trans>Stop</Trans>
                </Button>
              ) : null}
            </Group>
          ) : null}
          <ReauditFound found={one} />
        </Stack>
      ) : null}
    </Stack>
  );
}

function days(row: ReauditOut): string {
  return `${fullDate(row.since)} – ${fullDate(new Date(Date.parse(row.until) - 1))}`;
}
