import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, SegmentedControl, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconBellOff, IconSearch, IconUpload } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import { getAccountsUsersQueryOptions } from "@/shared/api/generated/accounts";
import { getConsentsSuppressionsQueryOptions } from "@/shared/api/generated/consents";
import type { SuppressionOut } from "@/shared/api/generated/model";
import { getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { useMe } from "@/shared/session/session";
import { EndDeeds } from "@/shared/suppressions/end-deeds";
import { reasonWords } from "@/shared/suppressions/reason";
import { SOURCES } from "@/shared/suppressions/sources";
import { SuppressForm } from "@/shared/suppressions/suppress-form";
import { dateTime, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { UploadOwn } from "./upload-own";

/** The server shows at most so many. */
const SHOWN = 500;

/** A number has digits only; a receipt carries letters. */
const asNumber = (text: string) => /^[+\d][\d\s().-]*$/.test(text);

/** Who asked to be left in peace: find by number or receipt, add, and lift with two people. */
export function DoNotCallPage() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const { q, show = "in_force" } = useSearch({ strict: false }) as { q?: string; show?: string };
  const [typed, setTyped] = useState(q ?? "");
  const [text] = useDebouncedValue(typed.trim(), 300);
  const [suppressing, setSuppressing] = useState(false);
  const [uploading, setUploading] = useState(false);
  const shown = useQuery({
    ...getConsentsSuppressionsQueryOptions({
      ...(text ? (asNumber(text) ? { number: text } : { receipt: text }) : {}),
      // A receipt or a number is looked for everywhere: "it ended last year" is an answer too.
      ...(text || show === "all" ? {} : show === "asked" ? { asked: true } : { in_force: true }),
    }),
    placeholderData: keepPreviousData,
  });
  const sellers = useQuery({ ...getTenantsSellersQueryOptions(), enabled: me.verbs.includes("see_sellers") });
  const users = useQuery({ ...getAccountsUsersQueryOptions(), enabled: me.verbs.includes("see_users") });
  const sellerNames = new Map((sellers.data ?? []).map((one) => [one.id, one.name]));
  const names = new Map((users.data ?? []).map((one) => [one.id, one.name]));
  const search = (next: { q?: string; show?: string }) => {
    const { q: word, show: view } = { q: text, show, ...next };
    void navigate({
      to: "/law/do-not-call",
      search: { ...(word ? { q: word } : {}), ...(view !== "in_force" ? { show: view } : {}) },
      replace: true,
    });
  };
  // biome-ignore lint/correctness/useExhaustiveDependencies: the address follows what was typed, nothing else
  useEffect(() => search({ q: text }), [text]);

  const columns: Column<SuppressionOut>[] = [
    {
      id: "number",
      header: t`Number`,
      cell: (row) => <span className="tabular">{row.e164}</span>,
      sortBy: (row) => row.e164,
      width: 140,
    },
    { id: "receipt", header: t`Receipt`, cell: (row) => <span className="tabular">{row.receipt}</span>, width: 120 },
    {
      id: "for",
      header: t`Not called for`,
      cell: (row) => (row.seller ? (sellerNames.get(row.seller) ?? "–") : t`All sellers`),
    },
    {
      id: "at",
      header: t`Since`,
      cell: (row) => (
        <Stack gap={0}>
          <span className="tabular">{dateTime(row.at)}</span>
          <Text c="dimmed" size="xs">
            {[word(SOURCES, row.source), row.by ? names.get(row.by) : ""].filter(Boolean).join(" · ")}
          </Text>
        </Stack>
      ),
      sortBy: (row) => row.at,
      width: 190,
    },
    { id: "reason", header: t`Reason`, cell: (row) => (row.reason ? reasonWords(row.reason) : "–") },
    { id: "state", header: t`State`, cell: (row) => <StateOf names={names} row={row} /> },
    {
      id: "deeds",
      header: <span className="visually-hidden">{t`Deeds`}</span>,
      cell: (row) => <EndDeeds suppression={row} />,
      align: "right",
    },
  ];
  return (
    <>
      <PageHeader
        actions={
          <>
            {me.verbs.includes("load_registries") ? (
              <Button
                leftSection={<IconUpload aria-hidden size={16} />}
                onClick={() => setUploading(true)}
                variant="default"
              >
                <Trans>Bring an own list</Trans>
              </Button>
            ) : null}
            {me.verbs.includes("suppress") ? (
              <Button leftSection={<IconBellOff aria-hidden size={16} />} onClick={() => setSuppressing(true)}>
                <Trans>Do not call a number</Trans>
              </Button>
            ) : null}
          </>
        }
        note={t`A wish not to be called holds from the moment it is written, on every list and in every campaign.`}
        title={t`Do not call`}
      />
      <Stack>
        <Group align="flex-end">
          <TextInput
            aria-label={t`Number or receipt`}
            autoFocus
            leftSection={<IconSearch aria-hidden size={18} />}
            onChange={(event) => setTyped(event.currentTarget.value)}
            placeholder={t`Number or receipt`}
            value={typed}
            w={280}
          />
          <SegmentedControl
            aria-label={t`Which ones`}
            data={[
              { value: "in_force", label: t`In force` },
              { value: "asked", label: t`Waiting for a second person` },
              { value: "all", label: t`All` },
            ]}
            disabled={text !== ""}
            onChange={(view) => search({ show: view })}
            value={text ? "all" : show}
          />
        </Group>
        <ProblemAlert error={shown.error} />
        {shown.data ? (
          <>
            <DataTable
              columns={columns}
              empty={
                <EmptyState icon={IconBellOff}>
                  {text ? (
                    <Trans>Nothing is written down under “{text}”.</Trans>
                  ) : show === "asked" ? (
                    <Trans>No request waits for a second person.</Trans>
                  ) : (
                    <Trans>Numbers that asked to be left in peace stand here.</Trans>
                  )}
                </EmptyState>
              }
              label={t`Do not call`}
              rowKey={(row) => row.id}
              rows={shown.data}
            />
            {shown.data.length === SHOWN ? (
              <Text c="dimmed" size="sm">
                <Trans>The newest {number(SHOWN)} are shown. Look for a number to find an older one.</Trans>
              </Text>
            ) : null}
          </>
        ) : shown.error ? null : (
          <Skeleton height={300} />
        )}
      </Stack>
      <SuppressForm
        onClose={() => setSuppressing(false)}
        opened={suppressing}
        {...(text && asNumber(text) && shown.data?.length === 0 ? { suggested: text } : {})}
      />
      <UploadOwn onClose={() => setUploading(false)} opened={uploading} sellers={sellers.data ?? []} />
    </>
  );
}

function StateOf({ row, names }: { row: SuppressionOut; names: ReadonlyMap<string, string> }) {
  const { t } = useLingui();
  const asker = row.end_asked_by ? (names.get(row.end_asked_by) ?? t`somebody`) : "";
  if (row.ended_at) {
    const second = row.end_confirmed_by ? (names.get(row.end_confirmed_by) ?? t`somebody`) : "";
    return (
      <Stack gap={0}>
        <Badge maw="none" variant="default">
          <Trans>lifted {dateTime(row.ended_at)}</Trans>
        </Badge>
        <Text c="dimmed" size="xs">
          <Trans>
            asked by {asker}, agreed by {second}
          </Trans>
          {row.end_reason ? ` · “${row.end_reason}”` : ""}
        </Text>
      </Stack>
    );
  }
  if (row.end_asked_by) {
    return (
      <Stack gap={0}>
        <Badge color="amber" maw="none" variant="light">
          <Trans>in force, lifting asked for</Trans>
        </Badge>
        <Text c="dimmed" size="xs">
          {asker}: “{row.end_reason}”
        </Text>
      </Stack>
    );
  }
  return (
    <Badge maw="none" miw="max-content" color="brick" variant="light">
      <Trans>in force</Trans>
    </Badge>
  );
}
