import { Trans, useLingui } from "@lingui/react/macro";
import { Stack, Text, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconSearch, IconUserSearch } from "@tabler/icons-react";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect, useState } from "react";
import type { FoundContact } from "@/shared/api/generated/model";
import { getReportsSearchContactsQueryOptions } from "@/shared/api/generated/reports";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const SHORTEST = 3;

/** Find a person by a part of the name, or by the first or last digits of a number. */
export function SearchPage() {
  const { t } = useLingui();
  const { q } = useSearch({ strict: false }) as { q?: string };
  const navigate = useNavigate();
  const [typed, setTyped] = useState(q ?? "");
  const [text] = useDebouncedValue(typed.trim(), 250);
  const found = useQuery({
    ...getReportsSearchContactsQueryOptions({ q: text }),
    enabled: text.length >= SHORTEST,
    placeholderData: keepPreviousData,
  });
  useEffect(() => {
    void navigate({ to: "/people", search: text ? { q: text } : {}, replace: true });
  }, [text, navigate]);

  const columns: Column<FoundContact>[] = [
    { id: "name", header: t`Name`, cell: (row) => row.name || row.company || "–", sortBy: (row) => row.name },
    { id: "place", header: t`Place`, cell: (row) => row.place || "–", sortBy: (row) => row.place },
    {
      id: "phones",
      header: t`Numbers`,
      cell: (row) => <span className="tabular">{row.phones.map((phone) => phone.e164).join(", ")}</span>,
    },
    { id: "list", header: t`List`, cell: (row) => row.list_name, sortBy: (row) => row.list_name },
  ];
  return (
    <>
      <PageHeader
        note={t`Every attempt, with its ruling in plain sentences, stands on the person's page.`}
        title={t`People`}
      />
      <Stack>
        <TextInput
          aria-label={t`Name or number`}
          autoFocus
          leftSection={<IconSearch aria-hidden size={18} />}
          maw={460}
          onChange={(event) => setTyped(event.currentTarget.value)}
          placeholder={t`Name or number`}
          value={typed}
        />
        <ProblemAlert error={found.error} />
        {text.length < SHORTEST ? (
          <EmptyState icon={IconUserSearch}>
            <Trans>Type at least three letters of a name, or three digits of a number.</Trans>
          </EmptyState>
        ) : found.data ? (
          <DataTable
            columns={columns}
            empty={
              <EmptyState icon={IconUserSearch}>
                <Trans>Nobody is called like that, and no number fits.</Trans>
              </EmptyState>
            }
            label={t`People found`}
            onOpen={(row) => void navigate({ to: "/people/$id", params: { id: row.id } })}
            rowKey={(row) => row.id}
            rows={found.data}
          />
        ) : (
          <Text c="dimmed" role="status">
            <Trans>Searching…</Trans>
          </Text>
        )}
      </Stack>
    </>
  );
}
