import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Fieldset, Group, Modal, Select, SimpleGrid, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useDebouncedValue } from "@mantine/hooks";
import { IconPlus } from "@tabler/icons-react";
import { keepPreviousData, useMutation, useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import { getComplaintsComplaintsQueryOptions } from "@/shared/api/generated/complaints";
import { getContactsListsQueryOptions } from "@/shared/api/generated/lists";
import type { HoldLineIn } from "@/shared/api/generated/model";
import { getReportsSearchContactsQueryOptions } from "@/shared/api/generated/reports";
import { retentionPlaceHold, retentionPreviewHold } from "@/shared/api/generated/retention";
import { Problem } from "@/shared/api/problem";
import { serverNow } from "@/shared/time/clock";
import { dayBegins } from "@/shared/time/days";
import { isoDay } from "@/shared/time/format";
import { FormEnd } from "@/shared/ui/form-end";
import { Counts, useDeed } from "./parts";

/** A line as it stands in the form: days, and empty words for what is not named. */
const LINE = { number: "", contact: "", case: "", campaign: "", list: "", since: "", until: "" };
type Line = typeof LINE;

const LINES_MAX = 50;
const SEARCHED_FROM = 3;

/** A hold is placed: by whose order and why, over what, and before that what it would keep. */
export function PlaceHold({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      size="xl"
      title={t`Place a hold`}
    >
      {opened ? <Form onClose={onClose} /> : null}
    </Modal>
  );
}

export function Form({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const form = useForm({
    initialValues: {
      name: "",
      reference: "",
      ordered_by: "",
      from_on: isoDay(serverNow()),
      reason: "",
      scope: [LINE],
    },
    validate: { from_on: (day) => (day ? null : t`Say since which day`) },
  });
  const refused = (error: Error) => error instanceof Problem && form.setErrors(besideFields(error));
  const place = useDeed(() => retentionPlaceHold({ ...form.values, scope: form.values.scope.map(asked) }));
  const preview = useMutation({
    mutationFn: () => retentionPreviewHold({ scope: form.values.scope.map(asked) }),
    onMutate: () => place.reset(),
    onError: refused,
  });
  const changed = () => preview.reset();
  return (
    <form onSubmit={form.onSubmit(() => place.mutate(undefined, { onSuccess: onClose, onError: refused }))}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput
            data-autofocus
            description={t`As your colleagues will look for it.`}
            label={t`Name of the matter`}
            maxLength={120}
            withAsterisk
            {...form.getInputProps("name")}
          />
          <TextInput
            description={t`As the court or counsel names it.`}
            label={t`Reference`}
            maxLength={120}
            {...form.getInputProps("reference")}
          />
          <TextInput
            description={t`Counsel, a court, an authority.`}
            label={t`Ordered by`}
            maxLength={200}
            withAsterisk
            {...form.getInputProps("ordered_by")}
          />
          <TextInput
            description={t`It binds here from the moment you place it.`}
            label={t`Ordered on`}
            type="date"
            withAsterisk
            {...form.getInputProps("from_on")}
          />
        </SimpleGrid>
        <Textarea
          autosize
          label={t`Reason`}
          maxLength={4000}
          minRows={2}
          withAsterisk
          {...form.getInputProps("reason")}
        />
        {form.values.scope.map((line, at) => (
          <ScopeFields
            at={at}
            form={form}
            // biome-ignore lint/suspicious/noArrayIndexKey: a line is its place in the form
            key={at}
            line={line}
            onChanged={changed}
            onRemove={
              form.values.scope.length > 1
                ? () => {
                    form.removeListItem("scope", at);
                    changed();
                  }
                : null
            }
          />
        ))}
        <Group justify="space-between">
          <Button
            disabled={form.values.scope.length >= LINES_MAX}
            leftSection={<IconPlus aria-hidden size={16} />}
            onClick={() => {
              form.insertListItem("scope", LINE);
              changed();
            }}
            variant="default"
          >
            <Trans>Hold something else too</Trans>
          </Button>
          <Button loading={preview.isPending} onClick={() => preview.mutate()} variant="default">
            <Trans>Count what it would keep</Trans>
          </Button>
        </Group>
        <div role="status">{preview.data ? <Counts counts={preview.data} /> : null}</div>
        <FormEnd error={place.error ?? preview.error} isPending={place.isPending} onClose={onClose}>
          <Trans>Place the hold</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}

interface ScopeProps {
  at: number;
  line: Line;
  form: { getInputProps: (path: string) => object };
  onChanged: () => void;
  onRemove: (() => void) | null;
}

/** One line of the scope: all that is named in it must fit. */
function ScopeFields({ at, line, form, onChanged, onRemove }: ScopeProps) {
  const { t } = useLingui();
  const cases = useQuery(getComplaintsComplaintsQueryOptions({}));
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const lists = useQuery(getContactsListsQueryOptions());
  const field = (name: keyof Line) => {
    const { onChange, ...props } = form.getInputProps(`scope.${at}.${name}`) as { onChange: (value: unknown) => void };
    return {
      ...props,
      onChange: (value: unknown) => {
        onChange(value ?? "");
        onChanged();
      },
    };
  };
  const named = { clearable: true, searchable: true, nothingFoundMessage: t`Nothing is called like that.` };
  const { error } = form.getInputProps(`scope.${at}`) as { error?: React.ReactNode };
  return (
    <Fieldset legend={at === 0 ? t`What is held` : t`Or also (${at + 1})`}>
      <Stack gap="sm">
        <Text c={error ? "brick" : "dimmed"} size="sm" {...(error ? { role: "alert" } : {})}>
          {error || <Trans>Name one thing or several; records that fit all of them are kept.</Trans>}
        </Text>
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput label={t`Number`} placeholder="+1 212 555 0123" {...field("number")} />
          <ContactField {...field("contact")} value={line.contact} />
          <Select
            {...named}
            data={(cases.data?.complaints ?? []).map((one) => ({
              value: one.id,
              label: [`${one.number}`, one.who || one.authority_name, one.numbers[0]].filter(Boolean).join(" · "),
            }))}
            label={t`Complaint`}
            {...field("case")}
            value={line.case || null}
          />
          <Select
            {...named}
            data={(campaigns.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
            label={t`Campaign`}
            {...field("campaign")}
            value={line.campaign || null}
          />
          <Select
            {...named}
            data={(lists.data ?? []).map((one) => ({ value: one.id, label: one.name }))}
            label={t`List`}
            {...field("list")}
            value={line.list || null}
          />
          <Group gap="sm" grow>
            <TextInput label={t`From`} type="date" {...field("since")} />
            <TextInput label={t`Up to and including`} type="date" {...field("until")} />
          </Group>
        </SimpleGrid>
        {onRemove ? (
          <Group justify="flex-end">
            <Button onClick={onRemove} size="compact-sm" variant="default">
              <Trans>Take this away</Trans> <span className="visually-hidden">({at + 1})</span>
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Fieldset>
  );
}

/** A person of a list, looked for by name or number. */
function ContactField({ onChange, value, ...props }: { onChange: (value: unknown) => void; value: string }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const [picked, setPicked] = useState<{ value: string; label: string } | null>(null);
  const [text] = useDebouncedValue(typed.trim(), 250);
  const searches = text.length >= SEARCHED_FROM && text !== picked?.label;
  const found = useQuery({
    ...getReportsSearchContactsQueryOptions({ q: text }),
    enabled: searches,
    placeholderData: keepPreviousData,
  });
  const here = (searches ? (found.data ?? []) : []).map((one) => ({
    value: one.id,
    label: [one.name || one.company, one.phones[0]?.e164, one.list_name].filter(Boolean).join(" · "),
  }));
  const data = picked && !here.some((one) => one.value === picked.value) ? [picked, ...here] : here;
  return (
    <Select
      clearable
      data={data}
      filter={({ options }) => options}
      label={t`Contact`}
      nothingFoundMessage={
        searches && found.data
          ? t`Nobody is called like that, and no number fits.`
          : t`Type at least three letters of a name, or three digits of a number.`
      }
      onChange={(id) => {
        setPicked(data.find((one) => one.value === id) ?? null);
        onChange(id);
      }}
      onSearchChange={setTyped}
      searchable
      value={value || null}
      {...props}
    />
  );
}

/** What the API takes: nothing where nothing is named, and a day as its instants here. */
export function asked(line: Line): HoldLineIn {
  return {
    number: line.number,
    contact: line.contact || null,
    case: line.case || null,
    campaign: line.campaign || null,
    list: line.list || null,
    since: dayBegins(line.since),
    until: dayBegins(line.until, 1),
  };
}

/** The API's complaints at the fields of this form: those of a line name which one it was. */
export function besideFields(problem: Problem): Record<string, string> {
  const { line } = problem.facts;
  return Object.fromEntries(
    Object.entries(problem.fields).map(([name, said]) => {
      const sentence = [said, problem.nextStep].filter(Boolean).join(" ");
      if (typeof line !== "number") return [name, sentence];
      return [name === "scope" ? `scope.${line}` : `scope.${line}.${name}`, sentence];
    }),
  );
}
