import { useLingui } from "@lingui/react/macro";
import { Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { contactsCorrectContact } from "@/shared/api/generated/lists";
import { CONTACT_FIELDS, word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { CAPACITIES } from "./kinds";
import { type PersonFormProps, PersonModal, useWriting } from "./person-form";

const FIELDS = [
  "first_name",
  "last_name",
  "company",
  "address",
  "city",
  "region",
  "postal_code",
  "country",
  "email",
  "language",
  "external_id",
] as const;

/** Put fields right; what stood there before is kept. */
export function CorrectFields({ person, opened, onClose }: PersonFormProps) {
  const { t } = useLingui();
  return (
    <PersonModal onClose={onClose} opened={opened} size="lg" title={t`Correct what is on record`}>
      <Form onClose={onClose} person={person} />
    </PersonModal>
  );
}

function Form({ person, onClose }: Omit<PersonFormProps, "opened">) {
  const { t } = useLingui();
  const own = Object.keys(person.fields);
  const before: Record<string, string> = {
    ...Object.fromEntries(FIELDS.map((name) => [name, person[name]])),
    capacity: person.capacity,
  };
  // Mantine reads a dot in a name as a path, and a list's own column may have any name: they are counted instead.
  own.forEach((name, index) => {
    before[`own${index}`] = person.fields[name] ?? "";
  });
  const form = useForm<Record<string, string>>({ initialValues: before });
  const changed = Object.entries(form.values).filter(([name, value]) => value !== before[name]);
  const correct = useWriting(person, onClose, form, () =>
    contactsCorrectContact(person.id, {
      changes: Object.fromEntries(
        changed.map(([name, value]) => [name.startsWith("own") ? `fields.${own[Number(name.slice(3))]}` : name, value]),
      ),
    }),
  );
  return (
    <form onSubmit={form.onSubmit(() => correct.mutate())}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          {FIELDS.map((name, index) => (
            <TextInput
              data-autofocus={index === 0 || undefined}
              key={name}
              label={word(CONTACT_FIELDS, name)}
              {...form.getInputProps(name)}
            />
          ))}
          <Select
            allowDeselect={false}
            data={["", ...Object.keys(CAPACITIES)].map((one) => ({
              value: one,
              label: one ? word(CAPACITIES, one) : t`not known`,
            }))}
            label={t({ message: "Calls as", context: "person" })}
            {...form.getInputProps("capacity")}
          />
          {own.map((name, index) => (
            <TextInput key={name} label={name} {...form.getInputProps(`own${index}`)} />
          ))}
        </SimpleGrid>
        <FormEnd
          disabled={changed.length === 0}
          error={correct.error}
          isPending={correct.isPending}
          onClose={onClose}
        />
      </Stack>
    </form>
  );
}
