import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Modal, Select, Stack, Table, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation } from "@tanstack/react-query";
import { consentsWhatRegistriesSaid } from "@/shared/api/generated/consents";
import type { RegistrySaidOut, SellerOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { serverNow } from "@/shared/time/clock";
import { dateTime, fullDate, isoDay } from "@/shared/time/format";
import { ProblemAlert } from "@/shared/ui/problem-alert";

interface WasListedProps {
  opened: boolean;
  onClose: () => void;
  sellers: readonly SellerOut[];
}

/** What the copies that were in force on a day said of a number: the answer to “why did you call me then?”. */
export function WasListed({ opened, onClose, sellers }: WasListedProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      size="lg"
      title={t`Was a number listed?`}
    >
      {opened ? <Question sellers={sellers} /> : null}
    </Modal>
  );
}

function Question({ sellers }: Pick<WasListedProps, "sellers">) {
  const { t } = useLingui();
  const form = useForm({
    initialValues: { number: "", seller: sellers[0]?.id ?? "", on: isoDay(serverNow()) },
    validate: {
      number: (value) => (value.trim() ? null : t`Write the number`),
      on: (value) => (value ? null : t`Choose a day`),
      seller: (value) => (value ? null : t`Choose a seller`),
    },
  });
  const ask = useMutation({
    mutationFn: ({ number, seller, on }: typeof form.values) =>
      consentsWhatRegistriesSaid({ number, seller, at: new Date(`${on}T23:59:59`).toISOString() }),
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => ask.mutate(values))}>
      <Stack>
        <TextInput
          data-autofocus
          label={t`Number`}
          placeholder="+1 212 555 0123"
          withAsterisk
          {...form.getInputProps("number")}
        />
        <Group grow>
          <TextInput label={t`At the end of`} type="date" withAsterisk {...form.getInputProps("on")} />
          <Select
            allowDeselect={false}
            data={sellers.map((one) => ({ value: one.id, label: one.name }))}
            label={t`Seller`}
            withAsterisk
            {...form.getInputProps("seller")}
          />
        </Group>
        <ProblemAlert error={ask.error} />
        {ask.data ? <Answers answers={ask.data} /> : null}
        <Group justify="flex-end">
          <Button loading={ask.isPending} type="submit">
            <Trans>Ask</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Answers({ answers }: { answers: readonly RegistrySaidOut[] }) {
  const { t } = useLingui();
  if (answers.length === 0) {
    return (
      <Text>
        <Trans>No copy that was held then covers this number.</Trans>
      </Text>
    );
  }
  return (
    <Table>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Registry`}</Table.Th>
          <Table.Th>{t`It said`}</Table.Th>
          <Table.Th>{t`State of`}</Table.Th>
          <Table.Th>{t`Loaded`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {answers.map((one) => (
          <Table.Tr key={one.code}>
            <Table.Td>{one.code}</Table.Td>
            <Table.Td>
              <Verdict listed={one.listed} />
            </Table.Td>
            <Table.Td className="tabular">{fullDate(one.version_on)}</Table.Td>
            <Table.Td className="tabular">{dateTime(one.loaded_at)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Verdict({ listed }: { listed: boolean | null }) {
  const { t } = useLingui();
  if (listed === null) return <Badge color="amber" variant="light">{t`cannot be read any more`}</Badge>;
  return listed ? (
    <Badge color="brick" variant="light">{t`listed`}</Badge>
  ) : (
    <Badge color="leaf" variant="light">{t`not listed`}</Badge>
  );
}
