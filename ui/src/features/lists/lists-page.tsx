import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Select, Skeleton, Stack, Text, TextInput, Title } from "@mantine/core";
import { IconListDetails, IconUpload } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { type DragEvent, useRef, useState } from "react";
import {
  contactsReceiveImport,
  getContactsImportsQueryOptions,
  getContactsListsQueryOptions,
} from "@/shared/api/generated/lists";
import type { ImportRowOut, ListOut } from "@/shared/api/generated/model";
import { getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { useMe } from "@/shared/session/session";
import { fullDate, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { Ago } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { IMPORT_STATES, LIST_STATES } from "./kinds";
import classes from "./lists.module.css";

/** Bring a file, and see what was brought before. */
export function ListsPage() {
  const { t } = useLingui();
  const me = useMe();
  const navigate = useNavigate();
  const lists = useQuery(getContactsListsQueryOptions());
  const imports = useQuery(getContactsImportsQueryOptions());
  const open = (imports.data ?? []).filter((row) => !["accepted", "discarded", "undone"].includes(row.state));
  const listColumns: Column<ListOut>[] = [
    { id: "name", header: t`Name`, cell: (row) => row.name, sortBy: (row) => row.name },
    {
      id: "state",
      header: t`State`,
      cell: (row) => (
        <Badge color={row.state === "published" ? "leaf" : "gray"} variant="light">
          {word(LIST_STATES, row.state)}
        </Badge>
      ),
    },
    {
      id: "contacts",
      header: t`Contacts`,
      cell: (row) => number(row.contacts_count),
      sortBy: (row) => row.contacts_count,
      align: "right",
    },
    { id: "supplier", header: t`Supplier`, cell: (row) => row.supplier || "–", sortBy: (row) => row.supplier },
    { id: "source", header: t`Source`, cell: (row) => row.source || "–" },
    { id: "acquired", header: t`Acquired`, cell: (row) => (row.acquired_on ? fullDate(row.acquired_on) : "–") },
    { id: "created", header: t`Brought`, cell: (row) => <Ago at={row.created_at} />, sortBy: (row) => row.created_at },
  ];
  const importColumns: Column<ImportRowOut>[] = [
    { id: "file", header: t`File`, cell: (row) => row.filename, sortBy: (row) => row.filename },
    { id: "state", header: t`State`, cell: (row) => word(IMPORT_STATES, row.state) },
    { id: "rows", header: t`Rows read`, cell: (row) => number(row.progress_rows), align: "right" },
    { id: "created", header: t`Brought`, cell: (row) => <Ago at={row.created_at} /> },
  ];
  return (
    <>
      <PageHeader
        note={t`Nothing is written before you accept; an accepted list can be undone until somebody on it was called.`}
        title={t`Lists`}
      />
      <Stack>
        {me.verbs.includes("bring_lists") ? <DropZone /> : null}
        <ProblemAlert error={lists.error ?? imports.error} />
        {open.length > 0 ? (
          <>
            <Title order={2}>
              <Trans>Not finished</Trans>
            </Title>
            <DataTable
              columns={importColumns}
              label={t`Imports not finished`}
              onOpen={(row) => void navigate({ to: "/lists/import/$id", params: { id: row.id } })}
              rowKey={(row) => row.id}
              rows={open}
            />
          </>
        ) : null}
        <Title order={2}>
          <Trans>Accepted lists</Trans>
        </Title>
        {lists.data ? (
          <DataTable
            columns={listColumns}
            empty={
              <EmptyState icon={IconListDetails}>
                <Trans>Lists that you accept stand here, each with its source and its date.</Trans>
              </EmptyState>
            }
            label={t`Lists`}
            onOpen={(row) => void navigate({ to: "/lists/$id", params: { id: row.id } })}
            rowKey={(row) => row.id}
            rows={lists.data}
          />
        ) : (
          <Skeleton height={200} />
        )}
      </Stack>
    </>
  );
}

/** Where a file is dropped; the browser's own chooser by keyboard. Asks where the names come from, as the law will. */
function DropZone() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const chooser = useRef<HTMLInputElement>(null);
  const [over, setOver] = useState(false);
  const [asked, setAsked] = useState({ seller: "", supplier: "", source: "" });
  const sellers = useQuery(getTenantsSellersQueryOptions());
  const seller = asked.seller || sellers.data?.[0]?.id || "";
  const bring = useMutation({
    mutationFn: async (file: File) => {
      // A file may be dropped before the sellers are here: it waits for them.
      const [first] = await queries.ensureQueryData(getTenantsSellersQueryOptions());
      const whose = asked.seller || first?.id;
      const { supplier, source } = asked;
      return contactsReceiveImport({ file, supplier, source, ...(whose ? { seller: whose } : {}) });
    },
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: getContactsImportsQueryOptions().queryKey });
      await navigate({ to: "/lists/import/$id", params: { id: made.id } });
    },
  });
  const drop = (event: DragEvent) => {
    event.preventDefault();
    setOver(false);
    const [file] = event.dataTransfer.files;
    if (file) bring.mutate(file);
  };
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: dropping is the mouse's way; the button inside is everybody's
    <div
      className={`surface ${classes.drop}`}
      data-over={over || undefined}
      onDragLeave={() => setOver(false)}
      onDragOver={(event) => {
        event.preventDefault();
        setOver(true);
      }}
      onDrop={drop}
    >
      <div className={classes.asked}>
        {(sellers.data?.length ?? 0) > 1 ? (
          <Select
            allowDeselect={false}
            data={(sellers.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
            label={t`Seller`}
            onChange={(value) => setAsked({ ...asked, seller: value ?? "" })}
            value={seller}
          />
        ) : null}
        <TextInput
          description={t`Who gave or sold you the names`}
          label={t`Supplier`}
          onChange={(event) => setAsked({ ...asked, supplier: event.currentTarget.value })}
          value={asked.supplier}
        />
        <TextInput
          description={t`How they came to be: own customers, web form, broker…`}
          label={t`Source`}
          onChange={(event) => setAsked({ ...asked, source: event.currentTarget.value })}
          value={asked.source}
        />
      </div>
      <Text>
        <Trans>Drop a file here: CSV, TSV, any delimiter and encoding, or Excel.</Trans>
      </Text>
      <input
        accept=".csv,.tsv,.txt,.xlsx"
        aria-label={t`List file`}
        hidden
        onChange={(event) => {
          const file = event.currentTarget.files?.[0];
          event.currentTarget.value = "";
          if (file) bring.mutate(file);
        }}
        ref={chooser}
        type="file"
      />
      <Button
        disabled={sellers.data?.length === 0}
        leftSection={<IconUpload aria-hidden size={16} />}
        loading={bring.isPending}
        onClick={() => chooser.current?.click()}
      >
        <Trans>Choose a file</Trans>
      </Button>
      {sellers.data?.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>First enter the seller's identity under Sellers.</Trans>
        </Text>
      ) : null}
      <ProblemAlert error={bring.error} />
    </div>
  );
}
