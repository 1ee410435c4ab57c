import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Modal, Select, Skeleton, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconPlus, IconTruckDelivery } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import type { VendorDoorOut, VendorKeyOut } from "@/shared/api/generated/model";
import { getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { getVendorsVendorDoorsQueryOptions, vendorsOpenVendorDoor } from "@/shared/api/generated/vendors";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { FormEnd } from "@/shared/ui/form-end";
import { Ago } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { KeyModal } from "./key-modal";
import { useDeed } from "./use-deed";

/** Who may post leads to us, and a new one. */
export function VendorsPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const brings = useMay("bring_lists");
  const doors = useQuery(getVendorsVendorDoorsQueryOptions());
  const [opening, setOpening] = useState(false);
  const [made, setMade] = useState<VendorKeyOut | null>(null);
  const add = brings ? (
    <Button leftSection={<IconPlus aria-hidden size={16} />} onClick={() => setOpening(true)}>
      <Trans>New vendor</Trans>
    </Button>
  ) : null;
  const columns: Column<VendorDoorOut>[] = [
    { id: "supplier", header: t`Vendor`, cell: (row) => row.supplier, sortBy: (row) => row.supplier },
    { id: "seller", header: t`Seller`, cell: (row) => row.seller_name, sortBy: (row) => row.seller_name },
    { id: "user", header: t`User name`, cell: (row) => <code>{row.word}</code> },
    { id: "lists", header: t`Lists`, cell: (row) => number(row.lists.length), align: "right" },
    {
      id: "posted",
      header: t`Leads posted`,
      cell: (row) => number(row.posted),
      sortBy: (row) => row.posted,
      align: "right",
    },
    {
      id: "last",
      header: t`Last post`,
      cell: (row) => (row.last_post_at ? <Ago at={row.last_post_at} /> : "–"),
      sortBy: (row) => row.last_post_at ?? "",
    },
    { id: "state", header: t`State`, cell: (row) => <DoorState door={row} /> },
  ];
  return (
    <>
      <PageHeader
        actions={doors.data?.length ? add : null}
        note={t`A vendor's program posts one lead at a time, as to VICIdial; only address, user and password change.`}
        title={t`Lead vendors`}
      />
      <ProblemAlert error={doors.error} retry={() => void doors.refetch()} />
      {doors.data ? (
        <DataTable
          columns={columns}
          empty={
            <EmptyState action={add} icon={IconTruckDelivery}>
              <Trans>
                Nobody posts leads yet. A vendor gets a user name, a key and lists of its own, and reaches no others.
              </Trans>
            </EmptyState>
          }
          label={t`Lead vendors`}
          onOpen={(row) => void navigate({ to: "/vendors/$id", params: { id: row.id } })}
          rowKey={(row) => row.id}
          rows={doors.data}
        />
      ) : doors.error ? null : (
        <Skeleton height={200} />
      )}
      <NewVendor onClose={() => setOpening(false)} onMade={setMade} opened={opening} />
      <KeyModal
        made={made}
        onClose={() => {
          if (made) void navigate({ to: "/vendors/$id", params: { id: made.door.id } });
        }}
      />
    </>
  );
}

export function DoorState({ door }: { door: VendorDoorOut }) {
  return (
    <Badge color={door.closed_at ? "gray" : "leaf"} maw="none" miw="max-content" variant="light">
      {door.closed_at ? <Trans>revoked</Trans> : <Trans>may post</Trans>}
    </Badge>
  );
}

interface NewProps {
  opened: boolean;
  onClose: () => void;
  onMade: (made: VendorKeyOut) => void;
}

function NewVendor({ opened, onClose, onMade }: NewProps) {
  const { t } = useLingui();
  return (
    <Modal closeButtonProps={{ "aria-label": t`Close` }} onClose={onClose} opened={opened} title={t`New vendor`}>
      {opened ? <Form onClose={onClose} onMade={onMade} /> : null}
    </Modal>
  );
}

function Form({ onClose, onMade }: Omit<NewProps, "opened">) {
  const { t } = useLingui();
  const sellers = useQuery(getTenantsSellersQueryOptions());
  const form = useForm({ initialValues: { seller: "", supplier: "", source: "", list_name: "" } });
  const seller = form.values.seller || sellers.data?.[0]?.id || "";
  const open = useDeed((values: typeof form.values) => vendorsOpenVendorDoor({ ...values, seller }));
  return (
    <form
      onSubmit={form.onSubmit((values) =>
        open.mutate(values, {
          onSuccess: (made) => {
            onClose();
            onMade(made);
          },
          onError: (error) => error instanceof Problem && form.setErrors(error.fields),
        }),
      )}
    >
      <Stack gap="sm">
        <TextInput
          data-autofocus
          description={t`Who sells or gives you the leads.`}
          label={t`Vendor`}
          maxLength={200}
          withAsterisk
          {...form.getInputProps("supplier")}
        />
        <Select
          {...form.getInputProps("seller")}
          allowDeselect={false}
          data={(sellers.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
          description={t`For whom its leads are called.`}
          label={t`Seller`}
          value={seller}
        />
        <TextInput
          description={t`How the names came to be: web form, broker…`}
          label={t`Source`}
          maxLength={200}
          {...form.getInputProps("source")}
        />
        <TextInput
          description={t`Empty: the vendor's name. Its number at the vendor is 999.`}
          label={t`First list`}
          maxLength={200}
          {...form.getInputProps("list_name")}
        />
        <FormEnd disabled={!seller} error={open.error ?? sellers.error} isPending={open.isPending} onClose={onClose}>
          <Trans>Make the key</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
