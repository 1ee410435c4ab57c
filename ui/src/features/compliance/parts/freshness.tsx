import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Skeleton, Stack, Text, Title } from "@mantine/core";
import { IconCertificate, IconListCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import type { EvidenceOut, FreshnessOut } from "@/shared/api/generated/model";
import { getPoliciesRegistriesQueryOptions } from "@/shared/api/generated/policies";
import {
  getTenantsAgenciesQueryOptions,
  getTenantsAllEvidenceQueryOptions,
  getTenantsSellersQueryOptions,
} from "@/shared/api/generated/tenants";
import { useMe } from "@/shared/session/session";
import { useNow } from "@/shared/time/clock";
import { fullDate, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Emergencies } from "./emergencies";

const DAY_MS = 86_400_000;
/** From here on the screen says that something is due: ours, not the law's. */
const SOON_DAYS = 7;
const NEAR_DAYS = 30;

function DaysLeft({ days }: { days: number }) {
  const { t } = useLingui();
  const tone = days < 0 ? "brick" : days <= SOON_DAYS ? "amber" : "leaf";
  return (
    <Badge color={tone} maw="none" variant="light">
      {days < 0 ? t`over since ${number(-days)} days` : t`${number(days)} days left`}
    </Badge>
  );
}

/** Registries counted down to the law's limit and the house's, and proofs that end soon. */
export function Freshness() {
  const { t } = useLingui();
  const registries = useQuery(getPoliciesRegistriesQueryOptions());
  const columns: Column<FreshnessOut>[] = [
    { id: "code", header: t`Registry`, cell: (row) => <strong className="nowrap">{row.code}</strong> },
    { id: "seller", header: t`Seller`, cell: (row) => row.seller_name, sortBy: (row) => row.seller_name },
    { id: "as_of", header: t`State of`, cell: (row) => <span className="tabular">{fullDate(row.as_of)}</span> },
    { id: "age", header: t`Age`, cell: (row) => t`${number(row.age_days)} days`, sortBy: (row) => row.age_days },
    {
      id: "law",
      header: t`The law`,
      cell: (row) => (row.law_days === null ? "–" : `${t`${number(row.law_days)} days at most`} (${row.rule})`),
    },
    {
      id: "house",
      header: t`Your house`,
      cell: (row) => (row.house_days === null ? "–" : t`${number(row.house_days)} days at most`),
    },
    {
      id: "left",
      header: t`Serves`,
      cell: (row) =>
        row.days_left === null || row.good_through === null ? (
          <Trans>no law here limits it</Trans>
        ) : (
          <Stack gap={2}>
            <DaysLeft days={row.days_left} />
            <Text c="dimmed" size="xs">
              <Trans>through {fullDate(row.good_through)}</Trans>
            </Text>
          </Stack>
        ),
      sortBy: (row) => row.days_left ?? Number.MAX_SAFE_INTEGER,
    },
  ];
  return (
    <Stack>
      <section aria-labelledby="registries-age">
        <Title id="registries-age" mb="xs" order={2}>
          <Trans>Copies of registries</Trans>
        </Title>
        <ProblemAlert error={registries.error} retry={() => void registries.refetch()} />
        {registries.data ? (
          <DataTable
            columns={columns}
            empty={
              <EmptyState icon={IconListCheck}>
                <Trans>No copy of a registry is held yet.</Trans>
              </EmptyState>
            }
            label={t`Copies of registries`}
            rowKey={(row) => `${row.code} ${row.seller}`}
            rows={registries.data}
          />
        ) : registries.error ? null : (
          <Skeleton height={160} />
        )}
      </section>
      <Proofs />
      <Emergencies />
    </Stack>
  );
}

function Proofs() {
  const { t } = useLingui();
  const me = useMe();
  const now = useNow();
  const sees = me.verbs.includes("see_sellers");
  const evidence = useQuery({ ...getTenantsAllEvidenceQueryOptions(), enabled: sees });
  const sellers = useQuery({ ...getTenantsSellersQueryOptions(), enabled: sees });
  const agencies = useQuery({ ...getTenantsAgenciesQueryOptions(), enabled: sees });
  const names = new Map([...(sellers.data ?? []), ...(agencies.data ?? [])].map((one) => [one.id, one.name]));
  const days = (row: EvidenceOut) => Math.floor((new Date(row.valid_until ?? 0).getTime() - now) / DAY_MS);
  const near = (evidence.data ?? []).filter(
    (row) => row.valid_until && !row.ended_at && days(row) <= NEAR_DAYS && days(row) >= -NEAR_DAYS,
  );
  const columns: Column<EvidenceOut>[] = [
    {
      id: "code",
      header: t`Proof`,
      cell: (row) => <strong>{[row.code, row.number].filter(Boolean).join(" ")}</strong>,
    },
    { id: "whose", header: t`Whose`, cell: (row) => names.get(row.seller ?? row.agency ?? "") ?? "–" },
    {
      id: "until",
      header: t`Until`,
      cell: (row) => <span className="tabular">{row.valid_until ? fullDate(row.valid_until) : "–"}</span>,
    },
    { id: "left", header: t`Serves`, cell: (row) => <DaysLeft days={days(row)} />, sortBy: days },
  ];
  return (
    <section aria-labelledby="proofs-near">
      <Title id="proofs-near" mb="xs" order={2}>
        <Trans>Proofs that end soon</Trans>
      </Title>
      <ProblemAlert error={evidence.error} retry={() => void evidence.refetch()} />
      {evidence.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState icon={IconCertificate}>
              <Trans>No licence, registration or subscription ends within {number(NEAR_DAYS)} days.</Trans>
            </EmptyState>
          }
          label={t`Proofs that end soon`}
          rowKey={(row) => row.id}
          rows={near}
        />
      ) : evidence.error || !sees ? null : (
        <Skeleton height={120} />
      )}
    </section>
  );
}
