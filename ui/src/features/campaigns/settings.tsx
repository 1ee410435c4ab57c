import type { MessageDescriptor } from "@lingui/core";
import { i18n } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import {
  Button,
  Checkbox,
  Fieldset,
  Group,
  Modal,
  MultiSelect,
  NumberInput,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { getAccountsUsersQueryOptions } from "@/shared/api/generated/accounts";
import {
  campaignsDiffCampaign,
  campaignsEditCampaign,
  getCampaignsCampaignCatalogueQueryOptions,
  getCampaignsCampaignQueryKey,
} from "@/shared/api/generated/campaigns";
import { getContactsListsQueryOptions } from "@/shared/api/generated/lists";
import type { CampaignOut, CatalogueOut, DifferenceOut } from "@/shared/api/generated/model";
import { getTenantsAgenciesQueryOptions, getTenantsCallerIdsQueryOptions } from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { useMe } from "@/shared/session/session";
import { MODES, OUTCOMES, PURPOSES, word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Dispositions } from "./dispositions";
import { EarlyJoin } from "./early-join";
import { Hours } from "./hours";
import { KeptHow } from "./kept-how";
import { DISCLOSURES } from "./kinds";
import { PoolSettings } from "./pool-settings";
import { BroadcastSettings, DetectionSettings } from "./spoken-settings";
import { editOf, type Values, valuesOf } from "./values";

const NAMES: Record<string, MessageDescriptor> = {
  name: msg`Name`,
  purpose: msg`Purpose`,
  promotes: msg`May offer or ask for something`,
  product: msg`Product or subject`,
  mode: msg`Dial mode`,
  ratio: msg`Lines per free agent`,
  agency: msg`Who calls`,
  caller_id: msg`Caller ID`,
  script: msg`Script`,
  language: msg`Language of the script`,
  hours: msg`Calling hours`,
  ring_s_max: msg`Ring at most`,
  wrap_up_s: msg`Wrap-up time`,
  preview_s: msg`Preview time`,
  connect_s: msg`Connect within`,
  abandon_cap: msg`Limit of abandoned calls`,
  confidence: msg`How the limit is kept`,
  abandon_message: msg`Message where no agent is free`,
  recycling: msg({ message: "Try again", context: "recycling" }),
  max_attempts: msg`Attempts in all`,
  script_discloses: msg`What the script says`,
  setup: msg`Set-up`,
  detect: msg`Listen who answers`,
  person_cost: msg`What hanging up on a person costs`,
  join_while_ringing: msg`No pause after hello`,
  pool: msg`Local numbers`,
  pool_rules: msg`When a local number rests`,
  flow: msg`Flow`,
  flow_agents: msg`A key leads to agents`,
  on_machine: msg`On machines`,
  broadcast_lines: msg`Calls at once, at most`,
  broadcast_per_s: msg`New calls per second, at most`,
  ai_voice: msg`An AI voice speaks`,
  lists: msg`Lists`,
  agents: msg`Agents`,
  dispositions: msg`Dispositions`,
};

/** The setting's name in the reader's language. */
export function settingName(field: string): string {
  const known = NAMES[field.split(".")[0] ?? field];
  return known ? i18n._(known) : field;
}

const SETUP: Record<string, MessageDescriptor> = {
  opt_out_mechanism: msg`The message lets people opt out by themselves, at any time`,
  abandon_message_promotes: msg`The message offers or sells something`,
};

/** All settings; a change is shown as a difference before it is in force. */
export function Settings({ campaign }: { campaign: CampaignOut }) {
  const catalogue = useQuery(getCampaignsCampaignCatalogueQueryOptions());
  if (catalogue.error) return <ProblemAlert error={catalogue.error} />;
  if (!catalogue.data) return <Skeleton height={500} />;
  return <SettingsForm campaign={campaign} catalogue={catalogue.data} />;
}

function SettingsForm({ campaign, catalogue }: { campaign: CampaignOut; catalogue: CatalogueOut }) {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const [differences, setDifferences] = useState<DifferenceOut[] | null>(null);
  const form = useForm<Values>({ initialValues: valuesOf(campaign) });
  const readOnly = !me.verbs.includes("edit_campaigns") || campaign.state === "ended";
  const edit = editOf(campaign, form.values);
  const look = useMutation({
    mutationFn: () => campaignsDiffCampaign(campaign.id, edit),
    onSuccess: setDifferences,
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const save = useMutation({
    mutationFn: () => campaignsEditCampaign(campaign.id, edit),
    onSuccess: (now) => {
      setDifferences(null);
      queries.setQueryData(getCampaignsCampaignQueryKey(campaign.id), now);
    },
  });
  const lists = useQuery(getContactsListsQueryOptions());
  const users = useQuery({ ...getAccountsUsersQueryOptions(), enabled: me.verbs.includes("see_users") });
  const callerIds = useQuery(getTenantsCallerIdsQueryOptions(campaign.seller));
  const agencies = useQuery(getTenantsAgenciesQueryOptions({ working: true }));
  const choose = (
    known: readonly { value: string; label: string }[],
    held: readonly { id: string; name: string }[],
  ) => [
    ...known,
    ...held.filter((one) => !known.some((k) => k.value === one.id)).map((one) => ({ value: one.id, label: one.name })),
  ];
  const s = t`s`;
  return (
    <form
      onSubmit={form.onSubmit(() => {
        look.mutate();
      })}
    >
      <fieldset disabled={readOnly} style={{ border: 0, margin: 0, padding: 0 }}>
        <Stack maw={980}>
          <Fieldset legend={t`Purpose and script`}>
            <Stack gap="sm">
              <SimpleGrid cols={{ base: 1, sm: 2 }}>
                <TextInput label={t`Name`} {...form.getInputProps("name")} />
                <Select
                  data={catalogue.purposes.map((one) => ({ value: one, label: word(PURPOSES, one) }))}
                  label={t`Purpose`}
                  {...form.getInputProps("purpose")}
                />
                <Select
                  data={[
                    { value: "true", label: t`Yes` },
                    { value: "false", label: t`No` },
                  ]}
                  description={t`In any part of the call. The law depends on it.`}
                  label={t`May offer or ask for something`}
                  placeholder={t`Nobody has said yet`}
                  {...form.getInputProps("promotes")}
                />
                <TextInput
                  description={t`As the script should say it.`}
                  label={t`Product or subject`}
                  {...form.getInputProps("product")}
                />
              </SimpleGrid>
              {form.values.mode === "broadcast" ? null : (
                <Textarea
                  autosize
                  description={<Trans>Fields: {catalogue.merge_fields.map((field) => `{${field}}`).join(" ")}</Trans>}
                  label={t`Script`}
                  minRows={6}
                  {...form.getInputProps("script")}
                />
              )}
              <Checkbox.Group
                description={t`Where the law asks for something that is not ticked, the call is barred.`}
                label={t`What the script says`}
                {...form.getInputProps("script_discloses")}
              >
                <Group gap="md" mt={6}>
                  {catalogue.disclosures.map((one) => (
                    <Checkbox key={one} label={word(DISCLOSURES, one)} value={one} />
                  ))}
                </Group>
              </Checkbox.Group>
            </Stack>
          </Fieldset>
          <Fieldset legend={t`Who is called, by whom`}>
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <MultiSelect
                data={choose(
                  (lists.data ?? [])
                    .filter((one) => one.state === "published")
                    .map((one) => ({ value: one.id, label: one.name })),
                  campaign.lists,
                )}
                description={t`Called in this order.`}
                label={t`Lists`}
                searchable
                {...form.getInputProps("lists")}
              />
              <MultiSelect
                data={choose(
                  (users.data ?? [])
                    .filter((one) => one.is_active && ["agent", "supervisor"].includes(one.role))
                    .map((one) => ({ value: one.id, label: one.name })),
                  campaign.agents,
                )}
                label={t`Agents`}
                maxDropdownHeight={280}
                searchable
                {...form.getInputProps("agents")}
              />
              <Select
                clearable
                data={choose(
                  (agencies.data ?? []).map((one) => ({ value: one.id, label: one.name })),
                  campaign.agency ? [{ id: campaign.agency, name: campaign.agency_name }] : [],
                )}
                description={t`The law reads where they sit, and their licences.`}
                label={t`Who calls`}
                placeholder={t`The seller's own people`}
                {...form.getInputProps("agency")}
              />
              <Select
                data={(callerIds.data ?? []).map((one) => ({ value: one.id, label: `${one.e164} ${one.label}` }))}
                label={t`Caller ID`}
                {...form.getInputProps("caller_id")}
              />
            </SimpleGrid>
          </Fieldset>
          <Fieldset legend={t`Dialling`}>
            <SimpleGrid cols={{ base: 1, sm: 2, md: 4 }}>
              <Select
                allowDeselect={false}
                data={Object.keys(MODES).map((mode) => ({ value: mode, label: word(MODES, mode) }))}
                label={t`Dial mode`}
                {...form.getInputProps("mode")}
              />
              <NumberInput
                decimalScale={2}
                disabled={form.values.mode !== "ratio"}
                label={t`Lines per free agent`}
                max={10}
                min={1}
                step={0.1}
                {...form.getInputProps("ratio")}
              />
              <NumberInput
                label={t`Ring at most`}
                max={120}
                min={5}
                suffix={` ${s}`}
                {...form.getInputProps("ring_s_max")}
              />
              <NumberInput
                label={t`Wrap-up time`}
                max={3_600}
                min={5}
                suffix={` ${s}`}
                {...form.getInputProps("wrap_up_s")}
              />
              <NumberInput
                label={t`Preview time`}
                max={3_600}
                min={5}
                suffix={` ${s}`}
                {...form.getInputProps("preview_s")}
              />
              <NumberInput label={t`Attempts in all`} max={50} min={1} {...form.getInputProps("max_attempts")} />
              <NumberInput
                decimalScale={2}
                description={t`Share of answered calls. The law's own limit holds above it.`}
                label={t`Limit of abandoned calls`}
                max={100}
                min={0}
                step={0.1}
                suffix=" %"
                {...form.getInputProps("abandon_percent")}
              />
            </SimpleGrid>
            {form.values.mode === "predictive" ? <KeptHow form={form} /> : null}
            <Textarea
              autosize
              label={t`Message where no agent is free`}
              minRows={2}
              mt="sm"
              {...form.getInputProps("abandon_message")}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }} mt="sm">
              {Object.entries(SETUP).map(([name, label]) => (
                <Select
                  data={[
                    { value: "true", label: t`Yes` },
                    { value: "false", label: t`No` },
                  ]}
                  key={name}
                  label={i18n._(label)}
                  onChange={(said) => form.setFieldValue("setup", { ...form.values.setup, [name]: said === "true" })}
                  placeholder={t`Nobody has said yet`}
                  value={form.values.setup[name] === undefined ? null : String(form.values.setup[name])}
                />
              ))}
            </SimpleGrid>
          </Fieldset>
          {form.values.mode === "broadcast" ? <BroadcastSettings campaign={campaign} form={form} /> : null}
          {["progressive", "ratio", "predictive", "broadcast"].includes(form.values.mode ?? "") ? (
            <DetectionSettings form={form} />
          ) : null}
          {form.values.mode === "broadcast" ? null : <EarlyJoin form={form} />}
          <PoolSettings callerIds={callerIds.data ?? []} form={form} />
          <Fieldset legend={t`Calling hours, in the called person's time`}>
            <Hours onChange={(hours) => form.setFieldValue("hours", hours)} value={form.values.hours ?? {}} />
            {form.errors.hours ? (
              <Text c="brick" size="sm">
                {form.errors.hours}
              </Text>
            ) : null}
          </Fieldset>
          <Fieldset legend={t({ message: "Try again", context: "recycling" })}>
            <Recycling form={form} outcomes={catalogue.outcomes} />
          </Fieldset>
          <Fieldset legend={t`Dispositions`}>
            <Dispositions
              catalogue={catalogue.dispositions}
              onChange={(rows) => form.setFieldValue("dispositions", rows)}
              value={form.values.dispositions ?? []}
            />
          </Fieldset>
          <ProblemAlert error={look.error} />
          {readOnly ? null : (
            <Group>
              <Button disabled={Object.keys(edit).length === 0} loading={look.isPending} type="submit">
                <Trans>Show what changes</Trans>
              </Button>
              <Button disabled={Object.keys(edit).length === 0} onClick={() => form.reset()} variant="default">
                <Trans>Discard</Trans>
              </Button>
            </Group>
          )}
        </Stack>
      </fieldset>
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setDifferences(null)}
        opened={differences !== null}
        size="lg"
        title={campaign.state === "running" ? t`In force from the next permit` : t`What changes`}
      >
        <Stack>
          <Differences rows={differences ?? []} />
          <ProblemAlert error={save.error} />
          <Group justify="flex-end">
            <Button onClick={() => setDifferences(null)} variant="default">
              <Trans>Back</Trans>
            </Button>
            <Button data-autofocus loading={save.isPending} onClick={() => save.mutate()}>
              <Trans>Save</Trans>
            </Button>
          </Group>
        </Stack>
      </Modal>
    </form>
  );
}

function Differences({ rows }: { rows: readonly DifferenceOut[] }) {
  const { t } = useLingui();
  if (rows.length === 0) return <Text>{t`Nothing differs.`}</Text>;
  return (
    <Table aria-label={t`What changes`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans>Setting</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>Before</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>After</Trans>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {rows.map((row) => (
          <Table.Tr key={row.field}>
            <Table.Td>{settingName(row.field)}</Table.Td>
            <Table.Td style={{ wordBreak: "break-word" }}>{shown(row.before)}</Table.Td>
            <Table.Td style={{ wordBreak: "break-word" }}>{shown(row.after)}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined || value === "") return "–";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

interface RecyclingProps {
  form: ReturnType<typeof useForm<Values>>;
  outcomes: readonly string[];
}

/** After each outcome: how long to wait, and how often in all. */
function Recycling({ form, outcomes }: RecyclingProps) {
  const { t } = useLingui();
  const rules = form.values.recycling ?? {};
  const put = (outcome: string, part: "wait_s" | "max", value: number) =>
    form.setFieldValue("recycling", {
      ...rules,
      [outcome]: { ...(rules[outcome] ?? { wait_s: 0, max: 0 }), [part]: value },
    });
  return (
    <Table aria-label={t({ message: "Try again", context: "recycling" })} maw={640} verticalSpacing={4}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>
            <Trans>After</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>Wait (minutes)</Trans>
          </Table.Th>
          <Table.Th>
            <Trans>At most (times)</Trans>
          </Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {outcomes.map((outcome) => (
          <Table.Tr key={outcome}>
            <Table.Td>{word(OUTCOMES, outcome)}</Table.Td>
            <Table.Td>
              <NumberInput
                aria-label={t`${word(OUTCOMES, outcome)}: wait in minutes`}
                min={0}
                onChange={(value) => put(outcome, "wait_s", Math.round(Number(value) * 60))}
                size="xs"
                value={(rules[outcome]?.wait_s ?? 0) / 60}
                w={120}
              />
            </Table.Td>
            <Table.Td>
              <NumberInput
                aria-label={t`${word(OUTCOMES, outcome)}: at most so many times`}
                min={0}
                onChange={(value) => put(outcome, "max", Number(value))}
                size="xs"
                value={rules[outcome]?.max ?? 0}
                w={120}
              />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}
