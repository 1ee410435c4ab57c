import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Checkbox, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { CallerIdKind, CallerIdOut, SellerOut } from "@/shared/api/generated/model";
import {
  getTenantsCallerIdsQueryOptions,
  tenantsChangeCallerId,
  tenantsMakeCallerId,
  tenantsProveCallerId,
} from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { serverNow } from "@/shared/time/clock";
import { dateTime, isoDay } from "@/shared/time/format";
import { phoneWords } from "@/shared/trade/phone";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { FormEnd } from "@/shared/ui/form-end";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { sentence } from "@/shared/ui/sentence";
import { CALLER_ID_KINDS } from "./kinds";

/** The numbers a seller may show: of which kind, over which country's network, by which right, until when. */
export function CallerIds({ seller, edits }: { seller: SellerOut; edits: boolean }) {
  const { t } = useLingui();
  const callerIds = useQuery(getTenantsCallerIdsQueryOptions(seller.id));
  const [opened, setOpened] = useState<CallerIdOut | "new" | null>(null);
  const columns: Column<CallerIdOut>[] = [
    { id: "e164", header: t`Caller ID`, cell: (row) => <span className="tabular nowrap">{phoneWords(row.e164)}</span> },
    { id: "label", header: t`Label`, cell: (row) => row.label || "–" },
    { id: "kind", header: t`Kind`, cell: (row) => word(CALLER_ID_KINDS, row.kind) },
    { id: "route", header: t`Route from`, cell: (row) => row.route_country || t`not known` },
    { id: "dialable", header: t`Reached by calling back`, cell: (row) => (row.dialable ? t`yes` : t`no`) },
    {
      id: "proof",
      header: t`Proof of the right to show it`,
      cell: (row) => <Proof callerId={row} seller={seller.id} />,
    },
    { id: "until", header: t`Until`, cell: (row) => (row.valid_until ? dateTime(row.valid_until) : t`open`) },
    {
      id: "deeds",
      header: <span className="visually-hidden">{t`Deeds`}</span>,
      align: "right",
      cell: (row) =>
        edits ? (
          <Button aria-label={t`Edit: ${row.e164}`} onClick={() => setOpened(row)} size="compact-xs" variant="default">
            <Trans>Edit</Trans>
          </Button>
        ) : null,
    },
  ];
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          <Trans>Caller IDs</Trans>
        </Text>
        {edits ? (
          <Button
            aria-label={t`Add caller ID: ${seller.name}`}
            onClick={() => setOpened("new")}
            size="compact-sm"
            variant="default"
          >
            <Trans>Add caller ID</Trans>
          </Button>
        ) : null}
      </Group>
      <ProblemAlert error={callerIds.error} retry={() => void callerIds.refetch()} />
      <DataTable
        columns={columns}
        empty={
          <Text c="dimmed" size="sm">
            <Trans>No caller ID yet: nobody can be called for this seller.</Trans>
          </Text>
        }
        label={t`Caller IDs of ${seller.name}`}
        rowKey={(row) => row.id}
        rows={callerIds.data ?? []}
      />
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setOpened(null)}
        opened={opened !== null}
        title={opened === "new" ? t`Add caller ID` : t`Edit caller ID`}
      >
        {opened ? (
          <Form
            callerId={opened === "new" ? null : opened}
            key={opened === "new" ? "new" : opened.id}
            onClose={() => setOpened(null)}
            seller={seller}
          />
        ) : null}
      </Modal>
    </Stack>
  );
}

/** The proof, and whether a second person has looked at it: only then may the number look like a neighbour's. */
function Proof({ callerId, seller }: { callerId: CallerIdOut; seller: string }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const proves = useMay("edit_evidence");
  const prove = useMutation({
    mutationFn: () => tenantsProveCallerId(callerId.id),
    onSuccess: () => queries.invalidateQueries({ queryKey: getTenantsCallerIdsQueryOptions(seller).queryKey }),
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  if (!callerId.rights_proof) return t`none`;
  return (
    <Group gap={6}>
      {callerId.rights_proof}
      {callerId.proven_at ? (
        <Badge color="leaf" title={dateTime(callerId.proven_at)} variant="light">
          <Trans>looked at</Trans>
        </Badge>
      ) : proves ? (
        <Button
          aria-label={t`Looked at, it holds: ${callerId.e164}`}
          loading={prove.isPending}
          onClick={() => prove.mutate()}
          size="compact-xs"
          variant="default"
        >
          <Trans>Looked at, it holds</Trans>
        </Button>
      ) : null}
    </Group>
  );
}

/** Numbers of these countries are shown only on calls that begin there: the law reads the route. */
const ROUTED = ["+90", "+44"];

function Form({ seller, callerId, onClose }: { seller: SellerOut; callerId: CallerIdOut | null; onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      e164: callerId?.e164 ?? "",
      label: callerId?.label ?? "",
      kind: callerId?.kind ?? "geographic",
      dialable: callerId?.dialable ?? true,
      route_country: callerId?.route_country ?? "",
      rights_proof: callerId?.rights_proof ?? "",
      valid_until: callerId?.valid_until ? isoDay(callerId.valid_until) : "",
    },
    validate: {
      e164: (value) => (value.trim() ? null : t`Type a number`),
      route_country: (value) =>
        /^([A-Za-z]{2})?$/.test(value.trim()) ? null : t`Write the country as two letters, like TR.`,
    },
  });
  const save = useMutation({
    mutationFn: ({ e164, valid_until: until, kind, route_country, ...said }: typeof form.values) => {
      // Through the day that was chosen, as the reader's own clock has it.
      const ends = until ? new Date(`${until}T24:00:00`).toISOString() : null;
      const told = {
        ...said,
        kind: kind as CallerIdKind,
        route_country: route_country.trim().toUpperCase(),
        // An end that was not touched stays to the second.
        ...(callerId && form.getInitialValues().valid_until === until ? {} : { valid_until: ends }),
      };
      return callerId
        ? tenantsChangeCallerId(callerId.id, told)
        : tenantsMakeCallerId(seller.id, { ...told, e164: e164.trim() });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getTenantsCallerIdsQueryOptions(seller.id).queryKey });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const isRouted = ROUTED.some((prefix) => form.values.e164.trim().startsWith(prefix));
  return (
    <form onSubmit={form.onSubmit((values) => save.mutate(values))}>
      <Stack>
        <TextInput
          disabled={callerId !== null}
          label={t`Number`}
          placeholder="+1 212 555 0100"
          withAsterisk
          {...(callerId ? {} : { "data-autofocus": true })}
          {...form.getInputProps("e164")}
        />
        <TextInput label={t`Label`} {...form.getInputProps("label")} />
        <Group align="flex-start" grow>
          <Select
            allowDeselect={false}
            data={Object.keys(CALLER_ID_KINDS).map((kind) => ({ value: kind, label: word(CALLER_ID_KINDS, kind) }))}
            label={t`Kind`}
            {...form.getInputProps("kind")}
          />
          <TextInput
            label={t`Route from (two letters)`}
            maxLength={2}
            placeholder="TR"
            {...form.getInputProps("route_country")}
          />
        </Group>
        <Text c="dimmed" size="xs">
          {isRouted && !form.values.route_country.trim() ? (
            <Trans>
              The law of this number's country asks from which country the call comes. Until you say, calls that show it
              wait in review.
            </Trans>
          ) : (
            <Trans>
              The country in which the calls enter the telephone network; Turkish and British numbers are shown only on
              calls that begin there.
            </Trans>
          )}
        </Text>
        <Checkbox
          label={t`People who call it back reach somebody`}
          {...form.getInputProps("dialable", { type: "checkbox" })}
        />
        <Textarea
          autosize
          description={t`Contract, letter or order that gives the right to show this number.`}
          label={t`Proof of the right to show it`}
          {...form.getInputProps("rights_proof")}
        />
        <TextInput
          description={
            callerId?.valid_until
              ? t`Now: ${dateTime(callerId.valid_until)}. Empty: without end.`
              : t`The last day of that right. Empty: without end.`
          }
          label={t`Until the end of`}
          maw={220}
          min={callerId ? undefined : isoDay(serverNow())}
          type="date"
          {...form.getInputProps("valid_until")}
        />
        <FormEnd error={save.error} isPending={save.isPending} onClose={onClose}>
          {callerId ? <Trans>Save</Trans> : <Trans>Add</Trans>}
        </FormEnd>
      </Stack>
    </form>
  );
}
