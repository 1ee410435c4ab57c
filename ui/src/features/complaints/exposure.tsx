import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Badge, Button, Group, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { complaintsReadExposure, getComplaintsExposureMeterQueryOptions } from "@/shared/api/generated/complaints";
import type { MeterOut, ViolationLine } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { serverNow } from "@/shared/time/clock";
import { dateTime, fullDate, isoDay, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { TextLink } from "@/shared/ui/link-button";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { MARKS, VIOLATIONS } from "./kinds";
import { renewComplaints } from "./renew";

const DAY_MS = 86_400_000;
const SHOWN = 20;

/** What wrong calls were found among those dialled, and what each authority may ask for them. Zero is normal. */
export function ExposurePanel() {
  const { t } = useLingui();
  const reads = useMay("handle_complaints");
  const queries = useQueryClient();
  const found = useQuery(getComplaintsExposureMeterQueryOptions());
  const [since, setSince] = useState(isoDay(serverNow() - 30 * DAY_MS));
  const [until, setUntil] = useState(isoDay(serverNow()));
  const read = useMutation({
    mutationFn: () =>
      complaintsReadExposure({
        since: new Date(`${since}T00:00`).toISOString(),
        until: new Date(new Date(`${until}T00:00`).getTime() + DAY_MS).toISOString(),
      }),
    onSuccess: () => renewComplaints(queries),
  });
  return (
    <Stack>
      {reads ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            read.mutate();
          }}
        >
          <Group align="flex-end">
            <TextInput
              label={t`From day`}
              onChange={(event) => setSince(event.currentTarget.value)}
              required
              type="date"
              value={since}
            />
            <TextInput
              label={t`To day`}
              onChange={(event) => setUntil(event.currentTarget.value)}
              required
              type="date"
              value={until}
            />
            <Button loading={read.isPending} type="submit">
              <Trans>Read the meter</Trans>
            </Button>
          </Group>
        </form>
      ) : null}
      <ProblemAlert error={read.error ?? found.error} retry={() => void found.refetch()} />
      {found.data?.running ? (
        <Text role="status" size="sm">
          <Trans>
            The meter is being read: {number(found.data.running.done)} of {number(found.data.running.total)} calls.
          </Trans>
        </Text>
      ) : null}
      {found.data ? (
        found.data.last ? (
          <Reading meter={found.data.last} />
        ) : (
          <EmptyState icon={IconShieldCheck}>
            <Trans>The meter was not read yet. It reads itself every night.</Trans>
          </EmptyState>
        )
      ) : found.error ? null : (
        <Skeleton height={240} />
      )}
    </Stack>
  );
}

const money = (value: number, currency: string) => `${number(value)} ${currency}`;

function Reading({ meter }: { meter: MeterOut }) {
  const { t } = useLingui();
  const columns: Column<ViolationLine>[] = [
    {
      id: "kind",
      header: t`What was found`,
      cell: (row) => (
        <Stack gap={2}>
          <span>{word(VIOLATIONS, row.kind)}</span>
          <Text c="dimmed" size="xs">
            {[row.country, row.rules.join(", "), row.what.slice(0, 3).join("; ")].filter(Boolean).join(" · ")}
          </Text>
        </Stack>
      ),
    },
    { id: "count", header: t`How many`, cell: (row) => number(row.count), sortBy: (row) => row.count, align: "right" },
    {
      id: "penalty",
      header: t`What it may cost`,
      cell: (row) =>
        row.penalties.length === 0 ? (
          <Text c="dimmed" size="sm">
            <Trans>no amount on record</Trans>
          </Text>
        ) : (
          <Stack gap={2}>
            {row.penalties.map((one) => (
              <Text key={one.id} size="sm" title={one.cites.join("; ")}>
                {one.title}: {money(one.least, one.currency)} – {money(one.most, one.currency)}
                {one.mark ? ` (${word(MARKS, one.mark)})` : ""}
              </Text>
            ))}
          </Stack>
        ),
    },
    {
      id: "calls",
      header: t`Calls`,
      cell: (row) => (
        <Group gap={6}>
          {row.attempts.slice(0, SHOWN).map((id, place) => (
            <TextLink
              aria-label={t`Call ${place + 1} of ${word(VIOLATIONS, row.kind)}`}
              key={id}
              params={{ id }}
              size="sm"
              to="/people/attempts/$id"
            >
              {place + 1}
            </TextLink>
          ))}
          {row.attempts.length > SHOWN ? <span>…</span> : null}
        </Group>
      ),
    },
    { id: "last", header: t`Last`, cell: (row) => <span className="tabular">{fullDate(row.last_at)}</span> },
  ];
  return (
    <Stack>
      <Group className="surface" justify="space-between" p="md">
        <div>
          <Title order={2}>
            {meter.violations === 0 ? (
              <Trans>Nothing was found: the exposure is zero.</Trans>
            ) : (
              <Trans>{number(meter.violations)} violations</Trans>
            )}
          </Title>
          <Text c="dimmed" size="sm">
            <Trans>
              {number(meter.total)} calls dialled from {dateTime(meter.since)} to {dateTime(meter.until)}; read{" "}
              {dateTime(meter.asked_at)}; amounts {meter.version}.
            </Trans>
          </Text>
        </div>
        <Group>
          {meter.totals.map((one) => (
            <Badge color={one.most > 0 ? "brick" : "leaf"} key={one.currency} maw="none" size="xl" variant="light">
              {money(one.least, one.currency)} – {money(one.most, one.currency)}
            </Badge>
          ))}
          {meter.totals.length === 0 ? (
            <Badge color="leaf" maw="none" size="xl" variant="light">
              0
            </Badge>
          ) : null}
          <Anchor download="exposure.csv" href={`/api/complaints/exposure/${meter.id}/csv`} size="sm">
            <Trans>As a table (CSV)</Trans>
          </Anchor>
        </Group>
      </Group>
      {meter.lines.length > 0 ? (
        <DataTable
          columns={columns}
          label={t`Violations found`}
          rowKey={(row) => `${row.kind} ${row.country} ${row.rules.join()}`}
          rows={meter.lines}
        />
      ) : null}
      <Text c="dimmed" size="sm">
        <Trans>
          Looked for: calls that a law bars when they are decided again, calls without a ruling or a permit, after a
          stop, stops written down too late, what had to be said and was not, and more abandoned than a law allows. An
          authority need not ask for the most, and what is found is no judgement.
        </Trans>
      </Text>
    </Stack>
  );
}
