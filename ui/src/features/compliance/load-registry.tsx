import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, FileInput, Group, Modal, MultiSelect, Select, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { consentsLoadRegistry, getConsentsLoadedRegistriesQueryKey } from "@/shared/api/generated/consents";
import type { SellerOut } from "@/shared/api/generated/model";
import { getPoliciesRegistersQueryOptions } from "@/shared/api/generated/policies";
import { Problem } from "@/shared/api/problem";
import { serverNow } from "@/shared/time/clock";
import { isoDay } from "@/shared/time/format";
import { FormEnd } from "@/shared/ui/form-end";
import { daysInWords, modesInWords } from "./parts/attributes";

interface LoadRegistryProps {
  opened: boolean;
  onClose: () => void;
  sellers: readonly SellerOut[];
}

interface Values {
  code: string;
  file: File | null;
  as_of: string;
  seller: string;
  areas: string;
  change: boolean;
  may_shrink: boolean;
  may_repeat: boolean;
  column: string;
  day_column: string;
  categories: string;
  modes: string[];
  bands: string;
  days: string[];
}

/** What is asked of registers whose layout nobody publishes, and of no other. */
const UNTOLD = { column: "", day_column: "", categories: "", modes: "", bands: "", days: "" };

/** Bring in a registry's file for a seller: a full list of some area codes, or a change to the copy in use. */
export function LoadRegistry({ opened, onClose, sellers }: LoadRegistryProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      size="lg"
      title={t`Load a registry's copy`}
    >
      {opened ? <Form onClose={onClose} sellers={sellers} /> : null}
    </Modal>
  );
}

function Form({ onClose, sellers }: Omit<LoadRegistryProps, "opened">) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const registers = useQuery(getPoliciesRegistersQueryOptions());
  const states = (registers.data ?? []).filter(({ state }) => state);
  const tables = (registers.data ?? []).filter(({ inferred }) => inferred);
  const form = useForm<Values>({
    initialValues: {
      code: "US-FTC",
      file: null,
      as_of: isoDay(serverNow()),
      seller: sellers[0]?.id ?? "",
      areas: "",
      change: false,
      may_shrink: false,
      may_repeat: false,
      column: "",
      day_column: "",
      categories: "",
      modes: [],
      bands: "",
      days: [],
    },
    validate: {
      file: (value) => (value ? null : t`Choose a file`),
      as_of: (value) => (value ? null : t`Say of which day the data is`),
      seller: (value) => (value ? null : t`Choose a seller`),
    },
  });
  const load = useMutation({
    mutationFn: ({ file, areas, change, column, day_column, categories, modes, bands, days, ...values }: Values) => {
      if (!file) throw new Error("the form asks for a file first");
      const partial = coversAreas(values.code);
      const told = { column, day_column, categories, modes: modes.join(","), bands, days: days.join(",") };
      const isTable = tables.some(({ code }) => code === values.code);
      return consentsLoadRegistry({
        ...values,
        ...(isTable ? told : UNTOLD),
        file,
        areas: partial ? areas : "",
        change: partial && change,
      });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getConsentsLoadedRegistriesQueryKey().slice(0, 1) });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const problem = load.error instanceof Problem ? load.error.code : "";
  const partial = coversAreas(form.values.code);
  const isTable = tables.some(({ code }) => code === form.values.code);
  return (
    <form onSubmit={form.onSubmit((values) => load.mutate(values))}>
      <Stack>
        <Select
          allowDeselect={false}
          data={[
            {
              group: t`National`,
              items: [
                { value: "US-FTC", label: t`US-FTC: National Do Not Call Registry (USA)` },
                { value: "CA-DNCL", label: t`CA-DNCL: National Do Not Call List (Canada)` },
                { value: "GB-TPS", label: t`GB-TPS: Telephone Preference Service (United Kingdom)` },
                { value: "GB-CTPS", label: t`GB-CTPS: Corporate Telephone Preference Service (United Kingdom)` },
              ],
            },
            {
              group: t`Of no published layout`,
              items: tables.map(({ code, title }) => ({ value: code, label: `${code}: ${title}` })),
            },
            {
              group: t`US states`,
              items: states.map(({ code, state }) => ({ value: code, label: `${code}: ${state}` })),
            },
            {
              group: t`Private lists: never called for this seller`,
              items: [
                { value: "OWN-LITIGATOR", label: t`People who sue over calls` },
                { value: "OWN-COMPLAINANT", label: t`People who complained` },
                { value: "OWN-OPTOUT", label: t`People who opted out elsewhere` },
                { value: "OWN-COMPETITOR", label: t`Competitors` },
                { value: "OWN-EMPLOYEE", label: t`Employees` },
                { value: "OWN-EMERGENCY", label: t`Emergency and health-care lines` },
              ],
            },
          ]}
          label={t`Registry`}
          searchable
          {...form.getInputProps("code")}
        />
        <FileInput
          data-autofocus
          description={
            isTable
              ? t`Any table, workbook or plain list with a column of numbers, or a zip of them.`
              : t`As the registry gives it: flat file, XML or zip.`
          }
          label={t`File`}
          placeholder={t`Choose a file`}
          withAsterisk
          {...form.getInputProps("file")}
        />
        <TextInput
          description={t`The day of the data, not of the upload. The law counts the age from it.`}
          label={t`State of`}
          maw={220}
          type="date"
          withAsterisk
          {...form.getInputProps("as_of")}
        />
        <Select
          allowDeselect={false}
          data={sellers.map((one) => ({ value: one.id, label: one.name }))}
          description={t`One seller's copy never serves another.`}
          label={t`Seller`}
          withAsterisk
          {...form.getInputProps("seller")}
        />
        {partial ? (
          <>
            <TextInput
              description={t`Those the subscription covers, with commas. Empty: those found in the file.`}
              label={t`Area codes`}
              placeholder="212, 646, 917"
              {...form.getInputProps("areas")}
            />
            <Checkbox
              label={t`The file is a change to the copy in use, not a full list`}
              {...form.getInputProps("change", { type: "checkbox" })}
            />
          </>
        ) : null}
        {isTable ? (
          <>
            <Text c="dimmed" size="sm">
              <Trans>
                Nobody publishes how this register's files are laid out. What is read of the file is inferred, and the
                copy says so.
              </Trans>
            </Text>
            <Group grow>
              <TextInput
                description={t`Its heading, or its place from 1. Empty: it is found.`}
                label={t`Column of numbers`}
                {...form.getInputProps("column")}
              />
              <TextInput
                description={t`The column that says since when, if there is one.`}
                label={t`Listed since`}
                {...form.getInputProps("day_column")}
              />
            </Group>
            <TextInput
              description={t`What the register bars of every number in the file; empty: it does not say.`}
              label={t`Categories`}
              placeholder="finance, real_estate"
              {...form.getInputProps("categories")}
            />
            <Group grow>
              <MultiSelect
                clearable
                data={modesInWords().map(([value, label]) => ({ value, label }))}
                label={t`Ways of calling`}
                {...form.getInputProps("modes")}
              />
              <MultiSelect
                clearable
                data={daysInWords().map(([value, label]) => ({ value, label }))}
                label={t`Barred days`}
                {...form.getInputProps("days")}
              />
            </Group>
            <TextInput
              description={t`From hour to hour, with commas.`}
              label={t`Barred hours`}
              maw={220}
              placeholder="18-21"
              {...form.getInputProps("bands")}
            />
          </>
        ) : null}
        {problem === "registry_shrank" || form.values.may_shrink ? (
          <Checkbox
            label={t`Yes, the list really is so much smaller than the last`}
            {...form.getInputProps("may_shrink", { type: "checkbox" })}
          />
        ) : null}
        {problem === "registry_repeated" || form.values.may_repeat ? (
          <Checkbox
            label={t`Yes, the list of this day really is the same as that of the other`}
            {...form.getInputProps("may_repeat", { type: "checkbox" })}
          />
        ) : null}
        <FormEnd error={load.error ?? registers.error} isPending={load.isPending} onClose={onClose}>
          <Trans>Load</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}

/** Only North American files cover some area codes and not others, and only they come as changes. */
function coversAreas(code: string): boolean {
  return code.startsWith("US-") || code.startsWith("CA-");
}
