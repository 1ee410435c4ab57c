import { Trans, useLingui } from "@lingui/react/macro";
import {
  Breadcrumbs,
  Button,
  Checkbox,
  Code,
  CopyButton,
  Group,
  Modal,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconTruckDelivery } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import type { VendorDoorOut, VendorKeyOut, VendorListOut } from "@/shared/api/generated/model";
import {
  getVendorsVendorDoorsQueryOptions,
  vendorsAddVendorList,
  vendorsChangeVendorDoor,
  vendorsCloseVendorDoor,
  vendorsNewVendorKey,
} from "@/shared/api/generated/vendors";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { dateTime, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { FormEnd } from "@/shared/ui/form-end";
import { TextLink } from "@/shared/ui/link-button";
import { NamedValues } from "@/shared/ui/named-values";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { addressHere, example } from "./handed";
import { KeyModal } from "./key-modal";
import { Posts } from "./posts";
import { useDeed } from "./use-deed";
import { DoorState } from "./vendors-page";

/** One vendor: what it was handed, its lists, what it may do, and its last posts. */
export function VendorPage() {
  const { t } = useLingui();
  const { id } = useParams({ strict: false }) as { id: string };
  const doors = useQuery(getVendorsVendorDoorsQueryOptions());
  if (!doors.data) {
    return doors.error ? (
      <ProblemAlert error={doors.error} retry={() => void doors.refetch()} />
    ) : (
      <Skeleton height={300} />
    );
  }
  const door = doors.data.find((one) => one.id === id);
  if (!door) {
    return (
      <>
        <PageHeader title={t`Lead vendors`} />
        <EmptyState action={<AllVendors />} icon={IconTruckDelivery}>
          <Trans>There is no such vendor.</Trans>
        </EmptyState>
      </>
    );
  }
  return <One door={door} />;
}

function AllVendors() {
  return (
    <TextLink to="/vendors">
      <Trans>All vendors</Trans>
    </TextLink>
  );
}

function One({ door }: { door: VendorDoorOut }) {
  const brings = useMay("bring_lists") && door.closed_at === null;
  const [made, setMade] = useState<VendorKeyOut | null>(null);
  const [asking, setAsking] = useState<"key" | "revoke" | null>(null);
  return (
    <>
      <Breadcrumbs mb="xs">
        <AllVendors />
        <Text c="dimmed">{door.supplier}</Text>
      </Breadcrumbs>
      <PageHeader
        actions={
          brings ? (
            <>
              <Button onClick={() => setAsking("key")} variant="default">
                <Trans>New key</Trans>
              </Button>
              <Button color="brick" onClick={() => setAsking("revoke")} variant="outline">
                <Trans>Revoke</Trans>
              </Button>
            </>
          ) : null
        }
        note={
          <Group gap="xs">
            <DoorState door={door} />
            <span>
              {door.closed_at ? (
                <Trans>Revoked {dateTime(door.closed_at)}. What was posted stays.</Trans>
              ) : (
                <Trans>
                  {number(door.posted)} leads posted for {door.seller_name}.
                </Trans>
              )}
            </span>
          </Group>
        }
        title={door.supplier}
      />
      <Stack>
        <SimpleGrid cols={{ base: 1, md: 2 }}>
          {door.closed_at ? null : <Handing door={door} />}
          <Stack gap="md">
            <Lists brings={brings} door={door} />
            <Leave brings={brings} door={door} />
          </Stack>
        </SimpleGrid>
        <Posts door={door.id} />
      </Stack>
      <Sure asking={asking} door={door} onClose={() => setAsking(null)} onKey={setMade} />
      <KeyModal made={made} onClose={() => setMade(null)} />
    </>
  );
}

/** The address and an example, without the key, which nobody here knows any more. */
function Handing({ door }: { door: VendorDoorOut }) {
  const { t } = useLingui();
  const text = example({ user: door.word, key: t`KEY`, list: door.lists[0]?.number ?? "999" });
  return (
    <Stack aria-label={t`What the vendor needs`} className="surface" component="section" gap="xs" p="md">
      <Title order={2}>
        <Trans>What the vendor needs</Trans>
      </Title>
      <NamedValues
        label={t`What the vendor needs`}
        lines={[
          [t`Address`, <Code key="address">{addressHere()}</Code>],
          [t`User name`, <Code key="user">{door.word}</Code>],
          [t({ message: "Key", context: "secret" }), t`as it was handed over; we keep its hash alone`],
          [t`Source`, door.source || "–"],
        ]}
      />
      <Text fw={600} size="sm">
        <Trans>For example</Trans>
      </Text>
      <Code aria-label={t`For example`} block role="region" tabIndex={0}>
        {text}
      </Code>
      <Group justify="flex-end">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button onClick={copy} size="compact-sm" variant="default">
              {copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
            </Button>
          )}
        </CopyButton>
      </Group>
    </Stack>
  );
}

function Lists({ door, brings }: { door: VendorDoorOut; brings: boolean }) {
  const { t } = useLingui();
  const [adding, setAdding] = useState(false);
  const columns: Column<VendorListOut>[] = [
    { id: "number", header: t`Its number there`, cell: (row) => <code>{row.number}</code>, width: 140 },
    {
      id: "name",
      header: t`List`,
      cell: (row) => (
        <TextLink params={{ id: row.list }} size="sm" to="/lists/$id">
          {row.name}
        </TextLink>
      ),
    },
    { id: "contacts", header: t`Contacts`, cell: (row) => number(row.contacts_count), align: "right" },
  ];
  return (
    <Stack aria-label={t`Its lists`} className="surface" component="section" gap="xs" p="md">
      <Group justify="space-between">
        <Title order={2}>
          <Trans>Its lists</Trans>
        </Title>
        {brings ? (
          <Button onClick={() => setAdding(true)} size="compact-sm" variant="default">
            <Trans>Another list</Trans>
          </Button>
        ) : null}
      </Group>
      <DataTable columns={columns} label={t`Its lists`} rowKey={(row) => row.number} rows={door.lists} />
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setAdding(false)}
        opened={adding}
        title={t`Another list`}
      >
        {adding ? <AddList door={door} onClose={() => setAdding(false)} /> : null}
      </Modal>
    </Stack>
  );
}

function AddList({ door, onClose }: { door: VendorDoorOut; onClose: () => void }) {
  const { t } = useLingui();
  const form = useForm({ initialValues: { number: "", name: "" } });
  const add = useDeed((values: typeof form.values) => vendorsAddVendorList(door.id, values));
  return (
    <form
      onSubmit={form.onSubmit((values) =>
        add.mutate(values, {
          onSuccess: onClose,
          onError: (error) => {
            if (!(error instanceof Problem)) return;
            // A number that is taken is told without a field.
            form.setErrors(error.code === "door_list_taken" ? { number: error.message } : error.fields);
          },
        }),
      )}
    >
      <Stack gap="sm">
        <TextInput
          data-autofocus
          description={t`3 to 12 digits, by which the vendor's program names it, like 1001.`}
          label={t`Its number there`}
          maxLength={20}
          withAsterisk
          {...form.getInputProps("number")}
        />
        <TextInput label={t`Name`} maxLength={200} withAsterisk {...form.getInputProps("name")} />
        <FormEnd error={add.error} isPending={add.isPending} onClose={onClose}>
          <Trans>Add the list</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}

/** What the vendor may do besides posting. */
function Leave({ door, brings }: { door: VendorDoorOut; brings: boolean }) {
  const { t } = useLingui();
  const change = useDeed((leave: { may_update: boolean; may_stop: boolean }) =>
    vendorsChangeVendorDoor(door.id, leave),
  );
  const { may_update, may_stop } = change.isPending ? change.variables : door;
  return (
    <Stack aria-label={t`Besides posting it may`} className="surface" component="section" gap="xs" p="md">
      <Title order={2}>
        <Trans>Besides posting it may</Trans>
      </Title>
      <Checkbox
        checked={may_update}
        description={t`Names, address, e-mail and own columns of leads it brought; never numbers.`}
        disabled={!brings}
        label={t`correct its own leads`}
        onChange={(event) => change.mutate({ may_update: event.currentTarget.checked, may_stop })}
      />
      <Checkbox
        checked={may_stop}
        description={t`Somebody who asks the vendor not to be called is not called here either.`}
        disabled={!brings}
        label={t`stop numbers`}
        onChange={(event) => change.mutate({ may_update, may_stop: event.currentTarget.checked })}
      />
      <ProblemAlert error={change.error} />
    </Stack>
  );
}

interface SureProps {
  door: VendorDoorOut;
  asking: "key" | "revoke" | null;
  onClose: () => void;
  onKey: (made: VendorKeyOut) => void;
}

/** Both end the key at once, so both are asked for twice. */
function Sure({ door, asking, onClose, onKey }: SureProps) {
  const { t } = useLingui();
  const key = useDeed(() => vendorsNewVendorKey(door.id));
  const revoke = useDeed(() => vendorsCloseVendorDoor(door.id));
  const act = () =>
    asking === "key"
      ? key.mutate(undefined, {
          onSuccess: (made) => {
            onClose();
            onKey(made);
          },
        })
      : revoke.mutate(undefined, { onSuccess: onClose });
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={asking !== null}
      title={asking === "key" ? t`New key` : t`Revoke`}
    >
      <Stack>
        <Text>
          {asking === "key" ? (
            <Trans>The present key opens nothing any more from that moment on. Is the vendor ready for another?</Trans>
          ) : (
            <Trans>
              {door.supplier} posts nothing here any more, and this cannot be taken back; a new vendor can be made. What
              was posted stays on its lists.
            </Trans>
          )}
        </Text>
        <ProblemAlert error={key.error ?? revoke.error} />
        <Group justify="flex-end">
          <Button data-autofocus onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button color="brick" loading={key.isPending || revoke.isPending} onClick={act}>
            {asking === "key" ? <Trans>Make another key</Trans> : <Trans>Revoke</Trans>}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}
