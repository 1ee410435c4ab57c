import { useLingui } from "@lingui/react/macro";
import { Checkbox, Select, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { consentsRecordRelationship } from "@/shared/api/generated/consents";
import { serverNow } from "@/shared/time/clock";
import { isoDay } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { RELATIONSHIPS } from "./kinds";
import { type PersonFormProps, PersonModal, useWriting } from "./person-form";

/** A purchase, an inquiry, a membership: what ties the person to the seller, and its last day. */
export function AddRelationship({ person, opened, onClose }: PersonFormProps) {
  const { t } = useLingui();
  return (
    <PersonModal onClose={onClose} opened={opened} title={t`Write down a relationship`}>
      <Form onClose={onClose} person={person} />
    </PersonModal>
  );
}

function Form({ person, onClose }: Omit<PersonFormProps, "opened">) {
  const { t } = useLingui();
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
  const add = useWriting(person, onClose, form, ({ opt_out_offered, ...said }: typeof form.values) =>
    consentsRecordRelationship({
      ...said,
      seller: person.seller,
      contact: person.id,
      // Not ticked is not known: only a yes is written down.
      opt_out_offered: opt_out_offered || null,
    }),
  );
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
        <FormEnd disabled={person.phones.length === 0} error={add.error} isPending={add.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}
