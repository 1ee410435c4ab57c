import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Skeleton, Stack, Tabs, Text, Tooltip } from "@mantine/core";
import { IconDatabaseImport, IconHistory, IconListCheck } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import { getAccountsUsersQueryOptions } from "@/shared/api/generated/accounts";
import { getConsentsLoadedRegistriesQueryOptions } from "@/shared/api/generated/consents";
import type { RegistryOut } from "@/shared/api/generated/model";
import { getPoliciesRegistersQueryOptions } from "@/shared/api/generated/policies";
import { getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { useMe } from "@/shared/session/session";
import { dateTime, fullDate, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Sha256 } from "@/shared/ui/sha256";
import { Iys } from "./iys";
import { LoadRegistry } from "./load-registry";
import { attributesInWords } from "./parts/attributes";
import { Reassigned } from "./reassigned";
import { WasListed } from "./was-listed";

/** From here on the screen says that a fresh copy is due. */
const WARN_DAYS_BEFORE = 7;

const VIEWS = ["copies", "reassigned", "iys"] as const;

/** What registers know of our numbers: copies that are held, and registers that answer number by number. */
export function RegistriesPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const { show } = useSearch({ strict: false }) as { show?: string };
  const view = VIEWS.find((one) => one === show) ?? "copies";
  const choose = (next: string | null) =>
    void navigate({ to: "/law/registries", search: next && next !== "copies" ? { show: next } : {}, replace: true });
  return (
    <>
      <PageHeader
        note={t`Where the law asks for a registry, a number that no copy covers, or whose copy is too old, is not called.`}
        title={t`Registries`}
      />
      <Tabs keepMounted={false} onChange={choose} value={view}>
        <Tabs.List mb="md">
          <Tabs.Tab value="copies">{t`Copies of registries`}</Tabs.Tab>
          <Tabs.Tab value="reassigned">{t`Reassigned numbers`}</Tabs.Tab>
          <Tabs.Tab value="iys">{t`İYS`}</Tabs.Tab>
        </Tabs.List>
        <Tabs.Panel value="copies">
          <Copies />
        </Tabs.Panel>
        <Tabs.Panel value="reassigned">
          <Reassigned />
        </Tabs.Panel>
        <Tabs.Panel value="iys">
          <Iys />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** The copies of registries that are held: of which day, how old, who loaded them. */
function Copies() {
  const { t } = useLingui();
  const me = useMe();
  const [loading, setLoading] = useState(false);
  const [asking, setAsking] = useState(false);
  const registries = useQuery(getConsentsLoadedRegistriesQueryOptions());
  const registers = useQuery(getPoliciesRegistersQueryOptions());
  const most = new Map((registers.data ?? []).map(({ code, law_days }) => [code, law_days]));
  const sellers = useQuery({ ...getTenantsSellersQueryOptions(), enabled: me.verbs.includes("see_sellers") });
  const users = useQuery({ ...getAccountsUsersQueryOptions(), enabled: me.verbs.includes("see_users") });
  const sellerNames = new Map((sellers.data ?? []).map((one) => [one.id, one.name]));
  const names = new Map((users.data ?? []).map((one) => [one.id, one.name]));
  const newest = newestOf(registries.data ?? []);
  const loads = me.verbs.includes("load_registries");
  const load = loads ? (
    <Button
      disabled={!sellers.data}
      leftSection={<IconDatabaseImport aria-hidden size={16} />}
      onClick={() => setLoading(true)}
    >
      <Trans>Load a copy</Trans>
    </Button>
  ) : null;
  const columns: Column<RegistryOut>[] = [
    {
      id: "code",
      header: t`Registry`,
      cell: (row) => (
        <Stack align="flex-start" gap={2}>
          <Text className="nowrap" fw={600} size="sm">
            {row.code}
          </Text>
          {row.inferred ? <Inferred attributes={row.attributes} columns={row.read_from} /> : null}
        </Stack>
      ),
      sortBy: (row) => row.code,
    },
    { id: "seller", header: t`Seller`, cell: (row) => sellerNames.get(row.seller) ?? "–" },
    {
      id: "as_of",
      header: t`State of`,
      cell: (row) => <span className="tabular nowrap">{fullDate(row.as_of)}</span>,
      sortBy: (row) => row.as_of,
    },
    {
      id: "age",
      header: t`Age`,
      cell: (row) => <Age days={row.age_days} most={most.get(row.code) ?? undefined} used={newest.has(row.id)} />,
      sortBy: (row) => row.age_days,
      width: 190,
    },
    {
      id: "areas",
      header: t`Area codes`,
      cell: (row) => <Areas areas={row.areas} />,
    },
    { id: "rows", header: t`Numbers`, cell: (row) => number(row.rows), sortBy: (row) => row.rows, align: "right" },
    {
      id: "loaded",
      header: t`Loaded`,
      cell: (row) => (
        <Stack gap={0}>
          <span className="tabular nowrap">{dateTime(row.loaded_at)}</span>
          <Text c="dimmed" size="xs">
            {row.by ? (names.get(row.by) ?? "") : t`the system`}
          </Text>
        </Stack>
      ),
      sortBy: (row) => row.loaded_at,
    },
    {
      id: "hash",
      header: "SHA-256",
      cell: (row) => <Sha256 of={row.sha256} />,
    },
  ];
  return (
    <>
      <Group gap="xs" justify="flex-end" mb="sm">
        <Button
          disabled={!sellers.data}
          leftSection={<IconHistory aria-hidden size={16} />}
          onClick={() => setAsking(true)}
          variant="default"
        >
          <Trans>Was a number listed?</Trans>
        </Button>
        {load}
      </Group>
      <Stack>
        <ProblemAlert error={registries.error ?? registers.error} retry={() => void registries.refetch()} />
        {registries.data ? (
          <DataTable
            columns={columns}
            empty={
              <EmptyState action={load} icon={IconListCheck}>
                <Trans>
                  No copy is held yet. Fetch the file from the registry with the seller's own subscription, and load it
                  here.
                </Trans>
              </EmptyState>
            }
            label={t`Registries`}
            rowKey={(row) => row.id}
            rows={registries.data}
          />
        ) : registries.error ? null : (
          <Skeleton height={240} />
        )}
      </Stack>
      <LoadRegistry onClose={() => setLoading(false)} opened={loading} sellers={sellers.data ?? []} />
      <WasListed onClose={() => setAsking(false)} opened={asking} sellers={sellers.data ?? []} />
    </>
  );
}

interface InferredProps {
  columns: readonly string[];
  attributes: Readonly<Record<string, readonly string[]>>;
}

/** That nobody publishes the layout: which columns were taken for it, and what its loader said that it bars. */
function Inferred({ columns, attributes }: InferredProps) {
  const { t } = useLingui();
  const read = t`Nobody publishes this register's layout. The numbers were taken from: ${columns.join(", ")}.`;
  return (
    <>
      <Tooltip label={read} maw={420} multiline>
        <Badge color="amber" maw="none" tabIndex={0} variant="light">{t`inferred`}</Badge>
      </Tooltip>
      {attributesInWords(attributes).map((line) => (
        <Text c="dimmed" key={line} size="xs">
          {line}
        </Text>
      ))}
    </>
  );
}

/** The ids of the copies in use: the newest of each registry and seller. */
function newestOf(rows: readonly RegistryOut[]): Set<string> {
  const best = new Map<string, RegistryOut>();
  for (const row of rows) {
    const key = `${row.code} ${row.seller}`;
    const known = best.get(key);
    if (!known || row.as_of > known.as_of || (row.as_of === known.as_of && row.loaded_at > known.loaded_at)) {
      best.set(key, row);
    }
  }
  return new Set([...best.values()].map((row) => row.id));
}

interface AgeProps {
  days: number;
  /** Days the law allows; undefined where we know no limit. */
  most: number | undefined;
  used: boolean;
}

function Age({ days, most, used }: AgeProps) {
  const { t } = useLingui();
  if (!used) {
    return (
      <Text c="dimmed" size="sm">
        <Trans>{number(days)} days · replaced</Trans>
      </Text>
    );
  }
  if (most === undefined) return t`${number(days)} days`;
  const left = most - days;
  const tone = left < 0 ? "brick" : left <= WARN_DAYS_BEFORE ? "amber" : "leaf";
  return (
    <Stack gap={2}>
      <span>{t`${number(days)} days`}</span>
      <Badge color={tone} maw="none" style={{ flexShrink: 0 }} variant="light">
        {left < 0 ? t`too old: bars every call` : t`good for ${number(left)} more days`}
      </Badge>
    </Stack>
  );
}

function Areas({ areas }: { areas: readonly string[] }) {
  const { t } = useLingui();
  if (areas.length === 0) return t`all`;
  if (areas.length <= 6) return areas.join(", ");
  return (
    <Tooltip label={areas.join(", ")} maw={420} multiline>
      <span>
        {areas.slice(0, 4).join(", ")} <Trans>and {number(areas.length - 4)} more</Trans>
      </span>
    </Tooltip>
  );
}
