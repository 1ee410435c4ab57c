import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Group, SegmentedControl, SimpleGrid, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCloudUpload } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getConsentsLedgerRegistryReportsQueryOptions } from "@/shared/api/generated/consents";
import { getContactsAnswersIysStandingQueryOptions } from "@/shared/api/generated/lists";
import type { IysStandingOut, ReportOut } from "@/shared/api/generated/model";
import { useNow } from "@/shared/time/clock";
import { dateTime, number, relative } from "@/shared/time/format";
import { phoneWords } from "@/shared/trade/phone";
import { CHANNELS, word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { Figure } from "@/shared/ui/figure";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const HOUR_MS = 3_600_000;
/** From here on the screen says that a deadline is near: ours, not the law's. */
const SOON_MS = 24 * HOUR_MS;

/** Turkey's consent registry: what must go up by when, what it would not take, and how fresh its answers are. */
export function Iys() {
  const standings = useQuery(getContactsAnswersIysStandingQueryOptions());
  if (!standings.data) {
    return standings.error ? (
      <ProblemAlert error={standings.error} retry={() => void standings.refetch()} />
    ) : (
      <Skeleton height={240} />
    );
  }
  if (standings.data.length === 0) {
    return (
      <EmptyState icon={IconCloudUpload}>
        <Trans>No seller has Turkish numbers or a brand at İYS, so nothing goes up and nothing is asked.</Trans>
      </EmptyState>
    );
  }
  return (
    <Stack>
      {standings.data.map((one) => (
        <Standing key={one.seller} standing={one} />
      ))}
      <Queue sellers={standings.data} />
    </Stack>
  );
}

function Standing({ standing }: { standing: IysStandingOut }) {
  const { t } = useLingui();
  const now = useNow();
  const answers = standing.granted + standing.refusals + standing.none;
  return (
    <Stack className="surface" gap="sm" p="md">
      <Group justify="space-between">
        <Title order={2}>{standing.seller_name}</Title>
        <Text c="dimmed" size="sm">
          {standing.brand ? t`brand ${standing.brand}` : t`not registered at İYS`}
        </Text>
      </Group>
      <Missing standing={standing} />
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure
          label={t`Waiting to go up`}
          note={standing.next_due_at ? t`the first is due ${relative(standing.next_due_at, now)}` : undefined}
          value={number(standing.waiting)}
        />
        <Figure
          definition={t`Waiting past the end of the third business day: İYS no longer counts such a consent.`}
          label={t`Overdue`}
          tone={standing.overdue > 0 ? "bad" : "plain"}
          value={number(standing.overdue)}
        />
        <Figure
          label={t`Refused by İYS`}
          tone={standing.refused > 0 ? "warn" : "plain"}
          value={number(standing.refused)}
        />
        <Figure label={t`Recorded by İYS`} value={number(standing.accepted)} />
        <Figure
          definition={t`Of numbers that may be called by voice, what İYS said last.`}
          label={t`Answers held`}
          note={
            <Trans>
              {number(standing.granted)} consents, {number(standing.refusals)} refusals, {number(standing.none)} without
              a record
            </Trans>
          }
          value={number(answers)}
        />
        <Figure
          definition={t`Turkish numbers on published lists without an answer that is fresh; they are asked about every five minutes.`}
          label={t`To be asked about`}
          note={standing.void > 0 ? t`${number(standing.void)} answers count no more` : undefined}
          tone={standing.to_ask > 0 ? "warn" : "plain"}
          value={number(standing.to_ask)}
        />
        <Figure
          label={t`Last answer`}
          note={standing.asked_at ? dateTime(standing.asked_at) : undefined}
          value={standing.asked_at ? relative(standing.asked_at, now) : t`never`}
        />
        <Figure
          definition={t`İYS's own changes, followed by cursor; after seven days without, every answer counts as not given.`}
          label={t`Changes followed`}
          note={standing.pulled_at ? dateTime(standing.pulled_at) : undefined}
          value={standing.pulled_at ? relative(standing.pulled_at, now) : t`never`}
        />
      </SimpleGrid>
    </Stack>
  );
}

/** What keeps anything from going up, with what to do. */
function Missing({ standing }: { standing: IysStandingOut }) {
  const { t } = useLingui();
  if (!standing.brand) {
    return (
      <Alert color="amber" role="note" title={t`This seller has no brand at İYS`} variant="light">
        <Trans>
          Nothing goes up and nobody is asked about, so Turkish numbers are not called. Add the evidence “Brand at İYS”
          to the seller.
        </Trans>
      </Alert>
    );
  }
  if (!standing.has_account) {
    return (
      <Alert color="amber" role="note" title={t`This house has no account at İYS`} variant="light">
        <Trans>
          The queue keeps its lines and their deadlines, but nothing goes up and nothing is asked. Your administrator
          writes the account into secrets/iys.json.
        </Trans>
      </Alert>
    );
  }
  return null;
}

function Queue({ sellers }: { sellers: readonly IysStandingOut[] }) {
  const { t } = useLingui();
  const now = useNow();
  const [state, setState] = useState<"waiting" | "refused">("waiting");
  const lines = useQuery(getConsentsLedgerRegistryReportsQueryOptions({ state }));
  const names = new Map(sellers.map((one) => [one.seller, one.seller_name]));
  const columns: Column<ReportOut>[] = [
    {
      id: "number",
      header: t`Number`,
      cell: (row) => <span className="tabular nowrap">{phoneWords(row.e164)}</span>,
    },
    { id: "seller", header: t`Seller`, cell: (row) => names.get(row.seller) ?? "–" },
    { id: "channel", header: t`Channel`, cell: (row) => word(CHANNELS, row.channel) },
    {
      id: "what",
      header: t`What goes up`,
      cell: (row) => (
        <Badge color={row.granted ? "leaf" : "brick"} variant="light">
          {row.granted ? t`consent` : t`refusal`}
        </Badge>
      ),
    },
    {
      id: "at",
      header: t`Given or taken back`,
      cell: (row) => <span className="tabular nowrap">{dateTime(row.happened_at)}</span>,
      sortBy: (row) => row.happened_at,
    },
    {
      id: "due",
      header: t`Due`,
      cell: (row) => <Due now={now} row={row} />,
      sortBy: (row) => row.due_at,
    },
    state === "waiting"
      ? { id: "tries", header: t`Tries`, cell: (row) => number(row.tries), align: "right" }
      : {
          id: "why",
          header: t`Why`,
          cell: (row) => (
            <Stack gap={0}>
              <span>{row.problem}</span>
              {row.answered_at ? (
                <Text c="dimmed" size="xs">
                  {dateTime(row.answered_at)}
                </Text>
              ) : null}
            </Stack>
          ),
        },
  ];
  return (
    <section aria-labelledby="iys-queue">
      <Group justify="space-between" mb="xs">
        <Title id="iys-queue" order={2}>
          <Trans>The queue</Trans>
        </Title>
        <SegmentedControl
          aria-label={t`Which lines`}
          data={[
            { value: "waiting", label: t`Waiting` },
            { value: "refused", label: t`Refused` },
          ]}
          onChange={(value) => setState(value as typeof state)}
          value={state}
        />
      </Group>
      <Text c="dimmed" mb="xs" size="sm">
        {state === "waiting" ? (
          <Trans>
            What must reach İYS by the end of the third business day (Ticari İletişim Yönetmeliği m.5, m.10); half
            holidays count as business days.
          </Trans>
        ) : (
          <Trans>
            A refused line does not go up again by itself. Correct what it names: take the consent back as entered in
            error on the person's page, and write it down anew.
          </Trans>
        )}
      </Text>
      <ProblemAlert error={lines.error} retry={() => void lines.refetch()} />
      {lines.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState icon={IconCloudUpload}>
              {state === "waiting" ? (
                <Trans>Nothing waits: İYS has heard of every consent and every refusal.</Trans>
              ) : (
                <Trans>İYS has refused nothing.</Trans>
              )}
            </EmptyState>
          }
          label={t`The queue for İYS`}
          rowKey={(row) => row.id}
          rows={lines.data}
        />
      ) : lines.error ? null : (
        <Skeleton height={160} />
      )}
    </section>
  );
}

function Due({ row, now }: { row: ReportOut; now: number }) {
  const { t } = useLingui();
  const left = new Date(row.due_at).getTime() - now;
  const isOpen = row.state === "waiting";
  return (
    <Stack align="flex-start" gap={2}>
      <span className="tabular nowrap">{dateTime(row.due_at)}</span>
      {isOpen ? (
        <Badge color={left <= 0 ? "brick" : left <= SOON_MS ? "amber" : "leaf"} maw="none" variant="light">
          {left <= 0 ? t`overdue: ${relative(row.due_at, now)}` : relative(row.due_at, now)}
        </Badge>
      ) : null}
    </Stack>
  );
}
