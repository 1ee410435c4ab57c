import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, SegmentedControl, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ExportIn, ExportOut } from "@/shared/api/generated/model";
import {
  getProofExportFileUrl,
  getProofExportsQueryKey,
  getProofExportsQueryOptions,
  proofAskExport,
} from "@/shared/api/generated/proof";
import { Problem } from "@/shared/api/problem";
import { dayBegins } from "@/shared/time/days";
import { dateTime, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Sha256 } from "@/shared/ui/sha256";
import { isUnderWay, useStates } from "./spans";

const AGAIN_MS = 2_000;

/** Rulings to take away: of a span of days, of one called number, or of one attempt. */
export function BundlesPanel() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const states = useStates();
  const [way, setWay] = useState("span");
  const [asked, setAsked] = useState({ since: "", until: "", number: "", attempt: "" });
  const made = useQuery({
    ...getProofExportsQueryOptions(),
    refetchInterval: (query) => (query.state.data?.some((one) => isUnderWay(one.state)) ? AGAIN_MS : false),
  });
  const ask = useMutation({
    mutationFn: (wanted: ExportIn) => proofAskExport(wanted),
    onSuccess: () => queries.invalidateQueries({ queryKey: getProofExportsQueryKey() }),
  });
  const fields = ask.error instanceof Problem ? ask.error.fields : {};
  const put = (name: keyof typeof asked) => (event: React.ChangeEvent<HTMLInputElement>) => {
    const { value } = event.currentTarget;
    setAsked((before) => ({ ...before, [name]: value }));
  };
  const send = (event: React.FormEvent) => {
    event.preventDefault();
    if (way === "number") ask.mutate({ number: asked.number });
    else if (way === "attempt") ask.mutate({ attempts: [asked.attempt.trim()] });
    else ask.mutate({ since: dayBegins(asked.since), until: dayBegins(asked.until, 1) });
  };
  const of = (row: ExportOut) => {
    if (row.kind === "number") return row.number;
    if (row.kind === "attempts") return t`${number(row.attempts)} attempts`;
    return `${row.since ? dateTime(row.since) : ""} – ${row.until ? dateTime(row.until) : ""}`;
  };
  const columns: Column<ExportOut>[] = [
    { id: "at", header: t`Asked`, cell: (row) => <span className="tabular nowrap">{dateTime(row.asked_at)}</span> },
    { id: "by", header: t`Who`, cell: (row) => row.by || t`the system` },
    { id: "of", header: t`Of what`, cell: of },
    { id: "rulings", header: t`Rulings`, cell: (row) => number(row.rulings), align: "right" },
    { id: "state", header: t`State`, cell: (row) => row.error || states[row.state] },
    { id: "sha", header: t`Hash`, cell: (row) => (row.sha256 ? <Sha256 of={row.sha256} /> : "–") },
    {
      id: "file",
      header: t`File`,
      cell: (row) =>
        row.state === "done" ? (
          <Button component="a" download href={getProofExportFileUrl(row.id)} size="compact-sm" variant="default">
            <Trans>Download</Trans>
          </Button>
        ) : (
          "–"
        ),
    },
  ];
  return (
    <Stack>
      <Stack aria-label={t`Take rulings away`} className="surface" component="section" gap="xs" p="md">
        <Title order={2}>
          <Trans>Take rulings away</Trans>
        </Title>
        <Text size="sm">
          <Trans>
            A bundle holds the rulings, every law they were made by, and the signed heads over them. A bundle of one
            number holds nobody else's rulings.
          </Trans>
        </Text>
        <form noValidate onSubmit={send}>
          <Stack gap="sm" maw={520}>
            <SegmentedControl
              aria-label={t`Of what`}
              data={[
                { value: "span", label: t`Days` },
                { value: "number", label: t`A number` },
                { value: "attempt", label: t`An attempt` },
              ]}
              onChange={setWay}
              value={way}
            />
            {way === "span" ? (
              <Group grow>
                <TextInput
                  error={fields.since}
                  label={t`From`}
                  onChange={put("since")}
                  type="date"
                  value={asked.since}
                />
                <TextInput
                  error={fields.until}
                  label={t`Up to and including`}
                  onChange={put("until")}
                  type="date"
                  value={asked.until}
                />
              </Group>
            ) : null}
            {way === "number" ? (
              <TextInput
                error={fields.number}
                label={t`The called person's number`}
                onChange={put("number")}
                placeholder="+12025550123"
                value={asked.number}
              />
            ) : null}
            {way === "attempt" ? (
              <TextInput
                error={fields.attempts}
                label={t`The attempt's id`}
                onChange={put("attempt")}
                value={asked.attempt}
              />
            ) : null}
            <ProblemAlert error={ask.error} />
            <Group>
              <Button loading={ask.isPending} type="submit">
                <Trans>Make the bundle</Trans>
              </Button>
            </Group>
          </Stack>
        </form>
      </Stack>
      <ProblemAlert error={made.error} />
      {made.data ? (
        <DataTable
          columns={columns}
          empty={t`No bundle was made yet.`}
          label={t`Bundles`}
          rowKey={(row) => row.id}
          rows={made.data}
        />
      ) : (
        <Skeleton height={160} />
      )}
    </Stack>
  );
}
