import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Select, SimpleGrid, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { contactsCorrectContact } from "@/shared/api/generated/lists";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { CONTACT_FIELDS, word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { CAPACITIES } from "./kinds";

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

interface CorrectFieldsProps {
  person: Person;
  opened: boolean;
  onClose: () => void;
}

/** Put fields right; what stood there before is kept. */
export function CorrectFields({ person, opened, onClose }: CorrectFieldsProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      size="lg"
      title={t`Correct what is on record`}
    >
      {opened ? <Form onClose={onClose} person={person} /> : null}
    </Modal>
  );
}

function Form({ person, onClose }: Omit<CorrectFieldsProps, "opened">) {
  const { t } = useLingui();
  const queries = useQueryClient();
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
  const correct = useMutation({
    mutationFn: () =>
      contactsCorrectContact(person.id, {
        changes: Object.fromEntries(
          changed.map(([name, value]) => [
            name.startsWith("own") ? `fields.${own[Number(name.slice(3))]}` : name,
            value,
          ]),
        ),
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [`/api/contacts/${person.id}`] });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
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
            label={t`Calls as`}
            {...form.getInputProps("capacity")}
          />
          {own.map((name, index) => (
            <TextInput key={name} label={name} {...form.getInputProps(`own${index}`)} />
          ))}
        </SimpleGrid>
        <ProblemAlert error={correct.error} />
        <Group justify="flex-end">
          <Button onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button disabled={changed.length === 0} loading={correct.isPending} type="submit">
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
