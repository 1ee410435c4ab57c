import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Drawer, Group, List, Skeleton, Stack, Text } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PackOut } from "@/shared/api/generated/model";
import {
  getPoliciesAllPacksQueryOptions,
  getPoliciesChangesQueryOptions,
  getPoliciesPackRulesQueryOptions,
  policiesSwitchPack,
} from "@/shared/api/generated/policies";
import { useMe } from "@/shared/session/session";
import { number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { LawTitle, valueText } from "./law";
import { renewPolicies } from "./renew";

const sum = (pack: PackOut, key: "rules" | "examples" | "verified" | "secondary" | "memory") =>
  pack.authorities.reduce((total, one) => total + one[key], 0);

/** The country's name in the reader's language; a law's layer is the code of its country. */
export function countryName(layer: string, locale: string): string {
  return new Intl.DisplayNames(locale, { type: "region" }).of(layer.slice(0, 2)) ?? layer;
}

/** The laws by country: how sure, how many, on or off, and what each blocks. */
export function Packs() {
  const { t, i18n } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const packs = useQuery(getPoliciesAllPacksQueryOptions());
  const waiting = useQuery(getPoliciesChangesQueryOptions({ waiting: true }));
  const [read, setRead] = useState<string | null>(null);
  const [switched, setSwitched] = useState<PackOut | null>(null);
  const waits = new Set((waiting.data ?? []).filter((one) => one.subject === "pack").map((one) => one.name));
  const columns: Column<PackOut>[] = [
    {
      id: "country",
      header: t`Country`,
      cell: (row) => (
        <Stack gap={0}>
          <Text fw={600} size="sm">
            {countryName(row.layer, i18n.locale)}
          </Text>
          <Text c="dimmed" size="xs">
            {row.countries.join(", ")}
          </Text>
        </Stack>
      ),
      sortBy: (row) => countryName(row.layer, i18n.locale),
    },
    {
      id: "authorities",
      header: t`Authorities`,
      cell: (row) => (
        <Text lineClamp={2} size="sm" title={row.authorities.map((one) => one.name).join("; ")}>
          {row.authorities
            .slice(0, 4)
            .map((one) => one.name)
            .join("; ")}
          {row.authorities.length > 4 ? ` ${t`and ${number(row.authorities.length - 4)} more`}` : ""}
        </Text>
      ),
    },
    { id: "rules", header: t`Rules in force`, cell: (row) => number(sum(row, "rules")), align: "right" },
    { id: "examples", header: t`Examples`, cell: (row) => number(sum(row, "examples")), align: "right" },
    {
      id: "marks",
      header: t`How sure`,
      cell: (row) => (
        <Stack align="flex-start" gap={2}>
          {sum(row, "verified") ? (
            <Badge color="leaf" maw="none" variant="light">{t`${number(sum(row, "verified"))} verified`}</Badge>
          ) : null}
          {sum(row, "secondary") ? (
            <Badge color="gray" maw="none" variant="light">{t`${number(sum(row, "secondary"))} secondary`}</Badge>
          ) : null}
          {sum(row, "memory") ? (
            <Badge color="amber" maw="none" variant="light">{t`${number(sum(row, "memory"))} from memory`}</Badge>
          ) : null}
        </Stack>
      ),
      width: 190,
    },
    {
      id: "state",
      header: t`State`,
      cell: (row) => (
        <Stack align="flex-start" gap={2}>
          <Badge color={row.on ? "leaf" : "brick"} miw={56} variant="light">
            {row.on ? t`on` : t`off`}
          </Badge>
          {row.on ? null : (
            <Text size="xs">
              <Trans>Nobody is called there.</Trans>
            </Text>
          )}
          {waits.has(row.layer) ? (
            <Text c="dimmed" size="xs">
              <Trans>waits for a second person</Trans>
            </Text>
          ) : null}
        </Stack>
      ),
      width: 130,
    },
    {
      id: "deeds",
      header: <span className="visually-hidden">{t`Deeds`}</span>,
      cell: (row) => {
        const name = countryName(row.layer, i18n.locale);
        return (
          <Stack align="flex-end" gap={4}>
            <Button
              aria-label={t`What is blocked: ${name}`}
              onClick={() => setRead(row.layer)}
              size="compact-sm"
              variant="default"
            >
              <Trans>What is blocked</Trans>
            </Button>
            {me.verbs.includes("change_policy") && !waits.has(row.layer) ? (
              <Button
                aria-label={row.on ? t`Switch off: ${name}` : t`Ask to switch on: ${name}`}
                onClick={() => setSwitched(row)}
                size="compact-sm"
                variant="default"
              >
                {row.on ? t`Switch off` : t`Ask to switch on`}
              </Button>
            ) : null}
          </Stack>
        );
      },
      align: "right",
    },
  ];
  const name = switched ? countryName(switched.layer, i18n.locale) : "";
  return (
    <Stack>
      <ProblemAlert error={packs.error} retry={() => void packs.refetch()} />
      {packs.data ? (
        <>
          <DataTable
            initialSort={{ id: "country", down: false }}
            columns={columns}
            label={t`Laws by country`}
            rowKey={(row) => row.layer}
            rows={packs.data.packs}
          />
          <Text c="dimmed" size="xs">
            <Trans>
              Rulebook {packs.data.rulebook}. A country without a law here, or switched off, is not called: every call
              there waits in review.
            </Trans>
          </Text>
        </>
      ) : packs.error ? null : (
        <Skeleton height={240} />
      )}
      <Drawer
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setRead(null)}
        opened={read !== null}
        position="right"
        size="xl"
        title={read ? t`What is blocked: ${countryName(read, i18n.locale)}` : ""}
      >
        {read ? <Rules layer={read} /> : null}
      </Drawer>
      <ReasonModal
        deed={switched?.on ? t`Switch off` : t`Ask to switch on`}
        note={
          switched?.on ? (
            <Trans>It holds at once, for every campaign. To switch it on again takes two people.</Trans>
          ) : (
            <Trans>Nothing changes until a second person has agreed.</Trans>
          )
        }
        onClose={() => setSwitched(null)}
        onDeed={(reason) =>
          switched
            ? policiesSwitchPack(switched.layer, { on: !switched.on, reason }).finally(() => renewPolicies(queries))
            : Promise.resolve()
        }
        opened={switched !== null}
        required
        title={switched?.on ? t`Call nobody there: ${name}` : t`Call there again: ${name}`}
        {...(switched?.on ? { color: "brick" } : {})}
      />
    </Stack>
  );
}

function Rules({ layer }: { layer: string }) {
  const { t } = useLingui();
  const found = useQuery(getPoliciesPackRulesQueryOptions(layer));
  if (!found.data) return found.error ? <ProblemAlert error={found.error} /> : <Skeleton height={400} />;
  const marks: Record<string, string> = { verified: t`verified`, secondary: t`secondary`, memory: t`from memory` };
  return (
    <List listStyleType="none" spacing="md">
      {found.data.rules.map((rule) => (
        <List.Item key={`${rule.layer} ${rule.id} ${rule.part}`}>
          <Group gap={6}>
            <Text fw={600} size="sm">
              {rule.id}
            </Text>
            <Badge color={rule.mark === "verified" ? "leaf" : "gray"} size="xs" variant="light">
              {marks[rule.mark] ?? rule.mark}
            </Badge>
          </Group>
          <Text size="sm">
            <LawTitle rule={rule} />
          </Text>
          <Text c="dimmed" size="xs">
            {[...rule.values.map(valueText), ...rule.cites].join(" · ")}
          </Text>
        </List.Item>
      ))}
    </List>
  );
}
