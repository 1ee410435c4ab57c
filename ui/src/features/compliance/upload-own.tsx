import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, FileInput, Group, Modal, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { consentsUploadSuppressions } from "@/shared/api/generated/consents";
import type { SellerOut, UploadOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { renewSuppressions } from "@/shared/suppressions/suppress-form";
import { number } from "@/shared/time/format";
import { FormEnd } from "@/shared/ui/form-end";

interface UploadOwnProps {
  opened: boolean;
  onClose: () => void;
  sellers: readonly SellerOut[];
}

interface Values {
  file: File | null;
  seller: string;
  phone_column: string;
  reason: string;
}

const EVERY_SELLER = "every";

/** An own do-not-call list; it holds whole or not at all. */
export function UploadOwn({ opened, onClose, sellers }: UploadOwnProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      size="lg"
      title={t`Bring an own do-not-call list`}
    >
      {opened ? <Form onClose={onClose} sellers={sellers} /> : null}
    </Modal>
  );
}

function Form({ onClose, sellers }: Omit<UploadOwnProps, "opened">) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm<Values>({
    initialValues: { file: null, seller: EVERY_SELLER, phone_column: "", reason: "" },
    validate: { file: (value) => (value ? null : t`Choose a file`) },
  });
  const upload = useMutation({
    mutationFn: ({ file, seller, phone_column, reason }: Values) => {
      if (!file) throw new Error("the form asks for a file first");
      return consentsUploadSuppressions({
        file,
        phone_column: phone_column.trim(),
        reason: reason.trim(),
        ...(seller === EVERY_SELLER ? {} : { seller }),
      });
    },
    onSuccess: () => renewSuppressions(queries),
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  if (upload.data) return <Told onClose={onClose} told={upload.data} />;
  return (
    <form onSubmit={form.onSubmit((values) => upload.mutate(values))}>
      <Stack>
        <FileInput
          accept=".csv,.tsv,.txt,.xlsx"
          data-autofocus
          description={t`A table with a column of numbers, or one number a line.`}
          label={t`File`}
          placeholder={t`Choose a file`}
          withAsterisk
          {...form.getInputProps("file")}
        />
        <Select
          allowDeselect={false}
          data={[
            { value: EVERY_SELLER, label: t`All sellers` },
            ...sellers.map((one) => ({ value: one.id, label: one.name })),
          ]}
          label={t`Not called for`}
          {...form.getInputProps("seller")}
        />
        <TextInput
          description={t`Only where it is not found by itself.`}
          label={t`Column of the numbers`}
          {...form.getInputProps("phone_column")}
        />
        <TextInput label={t`Reason`} placeholder={t`Where the list comes from`} {...form.getInputProps("reason")} />
        <FormEnd error={upload.error} isPending={upload.isPending} onClose={onClose}>
          <Trans>Bring it in</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}

function Told({ told, onClose }: { told: UploadOut; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Stack>
      <Alert
        color={told.refused > 0 ? "amber" : "leaf"}
        role="status"
        title={t`${number(told.new)} numbers are not called any more`}
        variant="light"
      >
        <Trans>
          {number(told.numbers)} numbers read: {number(told.new)} new, {number(told.already)} known before,{" "}
          {number(told.refused)} refused.
        </Trans>
      </Alert>
      {told.problems.length > 0 ? (
        <Table.ScrollContainer maxHeight={280} minWidth={420}>
          <Table aria-label={t`Refused`}>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>{t`Row`}</Table.Th>
                <Table.Th>{t`Value`}</Table.Th>
                <Table.Th>{t`Why`}</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {told.problems.map((one) => (
                <Table.Tr key={`${one.row}${one.column}${one.code}`}>
                  <Table.Td className="tabular">{one.row}</Table.Td>
                  <Table.Td>{one.value}</Table.Td>
                  <Table.Td>{one.reason}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      ) : null}
      {told.refused > told.problems.length ? (
        <Text c="dimmed" size="sm">
          <Trans>The first {number(told.problems.length)} are shown.</Trans>
        </Text>
      ) : null}
      <Group justify="flex-end">
        <Button data-autofocus onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
