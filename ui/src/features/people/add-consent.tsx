import { useLingui } from "@lingui/react/macro";
import {
  Checkbox,
  FileInput,
  Group,
  Input,
  MultiSelect,
  Select,
  SimpleGrid,
  Stack,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { consentsLedgerKeepSnapshot, consentsLedgerRecordConsent } from "@/shared/api/generated/consents";
import { serverNow } from "@/shared/time/clock";
import { CHANNELS, PURPOSES, word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { CONSENT_FORMS, CONSENT_LEVELS, FLAWS, METHODS } from "./kinds";
import { type PersonFormProps, PersonModal, useWriting } from "./person-form";

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

/** The hours as the API has them; null where none were named. */
function windowOf(hours: Record<string, string>): Record<string, string> | null {
  const said = Object.fromEntries(Object.entries(hours).filter(([, value]) => value));
  return Object.keys(said).length > 0 ? said : null;
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
      window: { on: "", from: "", to: "" },
      conditional: "",
      flaws: [] as string[],
      proof_kept: false,
      signed: false,
      trader: false,
    },
    validate: {
      given_at: (value) =>
        !value
          ? t`Say when`
          : new Date(value).getTime() > serverNow()
            ? t`A consent cannot be given in the future. Correct the date.`
            : null,
      window: ({ from, to }) => (from && to && from >= to ? t`The hours end before they begin` : null),
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
        window: windowOf(said.window),
        conditional: said.conditional ? said.conditional === "yes" : null,
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
        <Checkbox.Group
          label={t({ message: "For", context: "consent" })}
          withAsterisk
          {...form.getInputProps("channels")}
        >
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
        <Input.Wrapper
          description={t`Only where the person named hours; outside them this consent allows no call.`}
          error={form.errors.window}
          label={t`Hours asked for`}
        >
          <SimpleGrid cols={{ base: 1, sm: 3 }} mt={6} spacing="sm">
            <TextInput aria-label={t`Hours asked for: day`} type="date" {...form.getInputProps("window.on")} />
            <TextInput aria-label={t`Hours asked for: from`} type="time" {...form.getInputProps("window.from")} />
            <TextInput aria-label={t`Hours asked for: until`} type="time" {...form.getInputProps("window.to")} />
          </SimpleGrid>
        </Input.Wrapper>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <Select
            clearable
            data={[
              { value: "no", label: t`No: nothing depends on it` },
              { value: "yes", label: t`Yes` },
            ]}
            label={t`Does a purchase depend on it?`}
            placeholder={t`not known`}
            {...form.getInputProps("conditional")}
          />
          <MultiSelect
            clearable
            data={choices(FLAWS)}
            label={t`What is wrong with how it was taken`}
            placeholder={form.values.flaws.length > 0 ? "" : t`nothing`}
            {...form.getInputProps("flaws")}
          />
        </SimpleGrid>
        <Group gap="md">
          {person.phones.some((phone) => phone.e164.startsWith("+90")) ? (
            <Checkbox
              label={t`Given as a trader or craftsman (İYS asks)`}
              {...form.getInputProps("trader", { type: "checkbox" })}
            />
          ) : null}
          <Checkbox
            label={t`A copy of the proof is on file`}
            {...form.getInputProps("proof_kept", { type: "checkbox" })}
          />
          <Checkbox label={t`It is signed`} {...form.getInputProps("signed", { type: "checkbox" })} />
        </Group>
        <FormEnd disabled={person.phones.length === 0} error={add.error} isPending={add.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}
