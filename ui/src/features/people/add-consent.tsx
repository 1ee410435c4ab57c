import { useLingui } from "@lingui/react/macro";
import { Checkbox, FileInput, Group, MultiSelect, Select, SimpleGrid, Stack, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { consentsLedgerKeepSnapshot, consentsLedgerRecordConsent } from "@/shared/api/generated/consents";
import { serverNow } from "@/shared/time/clock";
import { PURPOSES, word } from "@/shared/trade/words";
import { CHANNELS, CONSENT_FORMS, CONSENT_LEVELS, METHODS } from "./kinds";
import { FormEnd, type PersonFormProps, PersonModal, useWriting } from "./person-form";

/** Somebody agreed to be called. What is not known is left empty: the law decides what it is worth. */
export function AddConsent({ person, opened, onClose }: PersonFormProps) {
  const { t } = useLingui();
  return (
    <PersonModal onClose={onClose} opened={opened} size="lg" title={t`Write down a consent`}>
      <Form onClose={onClose} person={person} />
    </PersonModal>
  );
}

/** "2026-11-24T10:42" of a moment, as the browser's own input wants it. */
function forInput(at: number): string {
  const shifted = new Date(at - new Date(at).getTimezoneOffset() * 60_000);
  return shifted.toISOString().slice(0, 16);
}

const choices = (words: Parameters<typeof word>[0]) =>
  Object.keys(words).map((one) => ({ value: one, label: word(words, one) }));

function Form({ person, onClose }: Omit<PersonFormProps, "opened">) {
  const { t } = useLingui();
  const form = useForm({
    initialValues: {
      number: person.phones[0]?.e164 ?? "",
      given_at: forInput(serverNow()),
      form: "",
      level: "",
      channels: ["voice"],
      methods: [] as string[],
      purposes: [] as string[],
      words: "",
      words_version: "",
      page: null as File | null,
      brand: "",
      product: "",
      until: "",
      source: "",
      proof_kept: false,
      signed: false,
    },
    validate: {
      given_at: (value) => (value ? null : t`Say when`),
      channels: (value) => (value.length > 0 ? null : t`Choose at least one`),
      words: (value, values) =>
        value.trim() || values.form === "registry" ? null : t`Without its words a consent is none`,
    },
  });
  const add = useWriting(
    person,
    onClose,
    form,
    async ({ given_at, until, page, proof_kept, signed, form: how, level, ...said }: typeof form.values) =>
      consentsLedgerRecordConsent({
        ...said,
        snapshot: page ? (await consentsLedgerKeepSnapshot({ file: page })).id : null,
        until: until ? new Date(until).toISOString() : null,
        // A cleared choice is null in Mantine, and nothing to the API.
        form: how ?? "",
        level: level ?? "",
        given_at: new Date(given_at).toISOString(),
        seller: person.seller,
        contact: person.id,
        // Not ticked is not known: only a yes is written down.
        proof_kept: proof_kept || null,
        signed: signed || null,
      }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <Select
            allowDeselect={false}
            data={[...new Set(person.phones.map((phone) => phone.e164))]}
            data-autofocus
            label={t`Number`}
            {...form.getInputProps("number")}
          />
          <TextInput label={t`Given at`} type="datetime-local" withAsterisk {...form.getInputProps("given_at")} />
          <Select
            clearable
            data={choices(CONSENT_FORMS)}
            label={t`How`}
            placeholder={t`not known`}
            {...form.getInputProps("form")}
          />
          <Select
            clearable
            data={choices(CONSENT_LEVELS)}
            label={t`How far it goes`}
            placeholder={t`not known`}
            {...form.getInputProps("level")}
          />
        </SimpleGrid>
        <Checkbox.Group label={t`For`} withAsterisk {...form.getInputProps("channels")}>
          <Group gap="md" mt={6}>
            {choices(CHANNELS).map((one) => (
              <Checkbox key={one.value} {...one} />
            ))}
          </Group>
        </Checkbox.Group>
        <Checkbox.Group label={t`In which way`} {...form.getInputProps("methods")}>
          <Group gap="md" mt={6}>
            {choices(METHODS).map((one) => (
              <Checkbox key={one.value} {...one} />
            ))}
          </Group>
        </Checkbox.Group>
        <MultiSelect
          clearable
          data={choices(PURPOSES)}
          description={t`Only what the words cover. Empty: not known.`}
          label={t`For which purposes`}
          {...form.getInputProps("purposes")}
        />
        <Textarea
          autosize
          description={t`Exactly what was shown or said.`}
          label={t`Words`}
          minRows={2}
          withAsterisk={form.values.form !== "registry"}
          {...form.getInputProps("words")}
        />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput label={t`Version of the words`} {...form.getInputProps("words_version")} />
          <FileInput
            clearable
            description={t`The page, form or recording itself. It is kept as it is, with its SHA-256.`}
            label={t`Snapshot`}
            placeholder={t`Choose a file`}
            {...form.getInputProps("page")}
          />
          <TextInput
            description={t`Only where the words name one.`}
            label={t`For the brand`}
            {...form.getInputProps("brand")}
          />
          <TextInput
            description={t`Only where the words name one.`}
            label={t`For the product`}
            {...form.getInputProps("product")}
          />
          <TextInput
            description={t`Empty: until it is withdrawn.`}
            label={t`Ends at`}
            type="datetime-local"
            {...form.getInputProps("until")}
          />
          <TextInput label={t`Source`} placeholder={t`Page, form or recording`} {...form.getInputProps("source")} />
        </SimpleGrid>
        <Group gap="md">
          <Checkbox
            label={t`A copy of the proof is on file`}
            {...form.getInputProps("proof_kept", { type: "checkbox" })}
          />
          <Checkbox label={t`It is signed`} {...form.getInputProps("signed", { type: "checkbox" })} />
        </Group>
        <FormEnd disabled={person.phones.length === 0} onClose={onClose} writing={add} />
      </Stack>
    </form>
  );
}
