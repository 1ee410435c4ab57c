import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Checkbox, Group, Modal, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { consentsRecordRelationship } from "@/shared/api/generated/consents";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { serverNow } from "@/shared/time/clock";
import { isoDay } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { RELATIONSHIPS } from "./kinds";

interface AddProps {
  person: Person;
  opened: boolean;
  onClose: () => void;
}

/** A purchase, an inquiry, a membership: what ties the person to the seller, and its last day. */
export function AddRelationship({ person, opened, onClose }: AddProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      title={t`Write down a relationship`}
    >
      {opened ? <Form onClose={onClose} person={person} /> : null}
    </Modal>
  );
}

function Form({ person, onClose }: Omit<AddProps, "opened">) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: {
      number: person.phones[0]?.e164 ?? "",
      kind: "purchase",
      last_on: isoDay(serverNow()),
      product: "",
      source: "",
      opt_out_offered: false,
    },
    validate: { last_on: (value) => (value ? null : t`Say when`) },
  });
  const add = useMutation({
    mutationFn: ({ opt_out_offered, ...said }: typeof form.values) =>
      consentsRecordRelationship({
        ...said,
        seller: person.seller,
        contact: person.id,
        // Not ticked is not known: only a yes is written down.
        opt_out_offered: opt_out_offered || null,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [`/api/contacts/${person.id}`] });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        <Select
          allowDeselect={false}
          data={Object.keys(RELATIONSHIPS).map((one) => ({ value: one, label: word(RELATIONSHIPS, one) }))}
          data-autofocus
          label={t`Kind`}
          {...form.getInputProps("kind")}
        />
        <Select
          allowDeselect={false}
          data={[...new Set(person.phones.map((phone) => phone.e164))]}
          label={t`Number`}
          {...form.getInputProps("number")}
        />
        <TextInput label={t`Last on`} type="date" withAsterisk {...form.getInputProps("last_on")} />
        <TextInput label={t`Product or subject`} {...form.getInputProps("product")} />
        <TextInput label={t`Source`} placeholder={t`Order, letter or system`} {...form.getInputProps("source")} />
        <Checkbox
          label={t`A way to say no was offered then`}
          {...form.getInputProps("opt_out_offered", { type: "checkbox" })}
        />
        <ProblemAlert error={add.error} />
        <Group justify="flex-end">
          <Button onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button disabled={person.phones.length === 0} loading={add.isPending} type="submit">
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
