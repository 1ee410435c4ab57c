import { Trans, useLingui } from "@lingui/react/macro";
import {
  Anchor,
  Badge,
  Button,
  FileInput,
  Group,
  Modal,
  Select,
  SimpleGrid,
  Stack,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { EvidenceOut, TenantsAddEvidenceBody } from "@/shared/api/generated/model";
import {
  getTenantsAllEvidenceQueryOptions,
  getTenantsEvidenceKindsQueryOptions,
  getTenantsSellersQueryKey,
  tenantsAddEvidence,
  tenantsEndEvidence,
} from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { serverNow } from "@/shared/time/clock";
import { dateTime, fullDate, isoDay, relative } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { FormEnd } from "@/shared/ui/form-end";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { EVIDENCE_KINDS } from "./kinds";

const DAY_MS = 86_400_000;
const NEAR_DAYS = 30;

/** Whose evidence: one of the two. */
export type Holder = { seller: string } | { agency: string };

/** What a seller or an agency can prove, those that end soonest first, each with its days left. */
export function Evidence({ holder, name }: { holder: Holder; name: string }) {
  const { t } = useLingui();
  const edits = useMay("edit_evidence");
  const records = useQuery(getTenantsAllEvidenceQueryOptions(holder));
  const [adding, setAdding] = useState(false);
  const [ending, setEnding] = useState<EvidenceOut | null>(null);
  const queries = useQueryClient();
  const renew = async () => {
    await queries.invalidateQueries({ queryKey: getTenantsAllEvidenceQueryOptions(holder).queryKey });
    await queries.invalidateQueries({ queryKey: getTenantsSellersQueryKey() });
  };
  const columns: Column<EvidenceOut>[] = [
    { id: "kind", header: t`Evidence`, cell: (row) => word(EVIDENCE_KINDS, row.kind) },
    { id: "code", header: t`Code`, cell: (row) => <span className="tabular">{row.code}</span> },
    { id: "number", header: t`Number`, cell: (row) => [row.number, row.account].filter(Boolean).join(" / ") || "–" },
    {
      id: "areas",
      header: t`Area codes`,
      align: "right",
      cell: (row) => (row.areas.length > 3 ? row.areas.length : row.areas.join(", ") || "–"),
    },
    { id: "document", header: t`Document`, cell: (row) => <Document record={row} /> },
    { id: "from", header: t`From`, cell: (row) => fullDate(row.valid_from) },
    { id: "until", header: t`Until`, cell: (row) => <Until record={row} /> },
    {
      id: "deeds",
      header: "",
      cell: (row) =>
        edits && !isOver(row) ? (
          <Button onClick={() => setEnding(row)} size="compact-xs" variant="default">
            <Trans>End</Trans> <span className="visually-hidden">{row.code}</span>
          </Button>
        ) : null,
    },
  ];
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          <Trans>Evidence</Trans>
        </Text>
        {edits ? (
          <Button onClick={() => setAdding(true)} size="compact-sm" variant="default">
            <Trans>Add evidence</Trans>
          </Button>
        ) : null}
      </Group>
      <ProblemAlert error={records.error} retry={() => void records.refetch()} />
      <DataTable
        columns={columns}
        empty={
          <Text c="dimmed" size="sm">
            <Trans>No evidence yet: calls that need a registration or a licence are barred.</Trans>
          </Text>
        }
        label={t`Evidence of ${name}`}
        rowKey={(row) => row.id}
        rows={records.data ?? []}
      />
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setAdding(false)}
        opened={adding}
        size="lg"
        title={t`Add evidence of ${name}`}
      >
        {adding ? <AddForm holder={holder} onAdded={renew} onClose={() => setAdding(false)} /> : null}
      </Modal>
      <ReasonModal
        color="brick"
        deed={t`End`}
        note={<Trans>Calls that rest on it stop at once. What was written down stays on record.</Trans>}
        onClose={() => setEnding(null)}
        onDeed={async (reason) => {
          if (ending) await tenantsEndEvidence(ending.id, { reason });
          await renew();
        }}
        opened={ending !== null}
        required
        title={t`End evidence ${ending?.code ?? ""}`}
      />
    </Stack>
  );
}

function isOver(record: EvidenceOut): boolean {
  return record.until !== null && new Date(record.until).getTime() <= serverNow();
}

function Until({ record }: { record: EvidenceOut }) {
  const { t } = useLingui();
  if (record.until === null) return t`open`;
  const now = serverNow();
  const days = (new Date(record.until).getTime() - now) / DAY_MS;
  const color = days <= 0 ? "gray" : days <= NEAR_DAYS ? "brick" : "leaf";
  return (
    <Group gap={6} wrap="nowrap">
      <span title={record.end_reason || undefined}>{dateTime(record.until)}</span>
      <Badge color={color} variant="light">
        {days <= 0 ? t`over` : relative(record.until, now)}
      </Badge>
    </Group>
  );
}

function Document({ record }: { record: EvidenceOut }) {
  if (!record.document_name) {
    return (
      <Text c="brick" size="sm">
        <Trans>none</Trans>
      </Text>
    );
  }
  return (
    <Anchor
      download={record.document_name}
      href={`/api/evidence/${record.id}/document`}
      size="sm"
      title={`SHA-256 ${record.document_sha256}`}
    >
      {record.document_name}
    </Anchor>
  );
}

interface AddFormProps {
  holder: Holder;
  onAdded: () => Promise<void>;
  onClose: () => void;
}

function AddForm({ holder, onAdded, onClose }: AddFormProps) {
  const { t } = useLingui();
  const kinds = useQuery(getTenantsEvidenceKindsQueryOptions());
  const form = useForm({
    initialValues: {
      kind: "agency" in holder ? "state_licence" : "registry_subscription",
      code: "",
      number: "",
      account: "",
      areas: "",
      note: "",
      valid_from: isoDay(serverNow()),
      valid_until: "",
      document: null as File | null,
    },
    validate: { code: (value) => (value.trim() ? null : t`Give the code`) },
  });
  const add = useMutation({
    mutationFn: ({ kind, valid_from, valid_until, document, ...values }: typeof form.values) =>
      tenantsAddEvidence({
        ...values,
        ...holder,
        kind: kind as TenantsAddEvidenceBody["kind"],
        ...(document ? { document } : {}),
        ...(valid_from ? { valid_from: new Date(`${valid_from}T00:00`).toISOString() } : {}),
        ...(valid_until ? { valid_until: new Date(`${valid_until}T00:00`).toISOString() } : {}),
      }),
    onSuccess: async () => {
      await onAdded();
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const offered = (kinds.data ?? []).filter((one) => !("agency" in holder) || one.whose === "caller");
  const chosen = kinds.data?.find((one) => one.kind === form.values.kind);
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <Select
            allowDeselect={false}
            data={offered.map((one) => ({ value: one.kind, label: word(EVIDENCE_KINDS, one.kind) }))}
            data-autofocus
            label={t`Kind`}
            {...form.getInputProps("kind")}
          />
          <TextInput label={t`Code`} placeholder={chosen?.example ?? ""} withAsterisk {...form.getInputProps("code")} />
          <TextInput label={t`Number`} withAsterisk={chosen?.numbered ?? false} {...form.getInputProps("number")} />
          <TextInput
            description={t`Where the number hangs on an account, like İYS's provider number.`}
            label={t`Account`}
            {...form.getInputProps("account")}
          />
          <TextInput label={t`Holds from`} type="date" {...form.getInputProps("valid_from")} />
          <TextInput
            description={t`The first day on which it no longer holds. Empty: no end.`}
            label={t`Holds until`}
            type="date"
            {...form.getInputProps("valid_until")}
          />
        </SimpleGrid>
        {chosen?.areas ? (
          <TextInput
            description={t`Area codes paid for, with spaces or commas.`}
            label={t`Area codes`}
            withAsterisk
            {...form.getInputProps("areas")}
          />
        ) : null}
        <FileInput
          clearable
          description={t`The letter, licence or receipt. It is kept as it is, with its SHA-256.`}
          label={t`Document`}
          placeholder={t`Choose a file`}
          {...form.getInputProps("document")}
        />
        <TextInput label={t`Note`} {...form.getInputProps("note")} />
        <FormEnd error={add.error} isPending={add.isPending} onClose={onClose}>
          <Trans>Add</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
