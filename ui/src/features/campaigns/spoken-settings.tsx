import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, Fieldset, NumberInput, Select, SimpleGrid, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { getCampaignsFlowsAllFlowsQueryOptions } from "@/shared/api/generated/campaigns";
import type { CampaignOut } from "@/shared/api/generated/model";
import { TextLink } from "@/shared/ui/link-button";
import type { Values } from "./values";

interface PartProps {
  campaign: CampaignOut;
  form: UseFormReturnType<Values>;
}

/** A broadcast: what is played, to how many at once, and what happens where a machine answers. */
export function BroadcastSettings({ campaign, form }: PartProps) {
  const { t } = useLingui();
  const flows = useQuery(getCampaignsFlowsAllFlowsQueryOptions());
  const held = campaign.flow
    ? [{ value: campaign.flow, label: `${campaign.flow_name} ${campaign.flow_version ?? ""}` }]
    : [];
  const known = (flows.data ?? []).map((flow) => ({
    value: flow.id,
    label: `${flow.name} ${flow.version}${flow.approved_at ? "" : ` (${t`waits for a second person`})`}`,
  }));
  const chosen = flows.data?.find(({ id }) => id === form.values.flow);
  return (
    <Fieldset legend={t`What is played`}>
      <Stack gap="sm">
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            data={[...known, ...held.filter((one) => !known.some(({ value }) => value === one.value))]}
            description={
              <Trans>
                Written and approved under <TextLink to="/flows">Flows</TextLink>.
              </Trans>
            }
            label={t`Flow`}
            placeholder={t`Choose a flow`}
            {...form.getInputProps("flow")}
          />
          <Select
            allowDeselect={false}
            data={[
              { value: "hang_up", label: t`Hang up` },
              { value: "leave", label: t`Leave the flow's version for machines` },
            ]}
            description={t`Where an answering machine takes the call.`}
            label={t`On machines`}
            {...form.getInputProps("on_machine")}
          />
          <NumberInput
            label={t`Calls at once, at most`}
            max={2_500}
            min={1}
            {...form.getInputProps("broadcast_lines")}
          />
          <NumberInput
            decimalScale={2}
            label={t`New calls per second, at most`}
            max={100}
            min={0.1}
            step={0.5}
            {...form.getInputProps("broadcast_per_s")}
          />
        </SimpleGrid>
        <Checkbox
          description={t`Whoever presses the key is put through to an agent who is ready; without one nothing is dialled.`}
          label={t`A key leads to agents`}
          {...form.getInputProps("flow_agents", { type: "checkbox" })}
        />
        <Checkbox
          description={t`A machine speaks freely, not from a recording. The law asks for more, and it says so at the start.`}
          label={t`An AI voice speaks`}
          {...form.getInputProps("ai_voice", { type: "checkbox" })}
        />
        {chosen && chosen.problems.length > 0 ? (
          <Text c="brick" size="sm">
            <Trans>This flow cannot be played alone yet:</Trans> {chosen.problems[0]?.says}
          </Text>
        ) : null}
      </Stack>
    </Fieldset>
  );
}

/** Machine or person: whether it is listened for, and what a mistake costs. */
export function DetectionSettings({ form }: Pick<PartProps, "form">) {
  const { t } = useLingui();
  return (
    <Fieldset legend={t`Machine or person`}>
      <Stack gap="sm">
        <Checkbox
          description={t`Who is unsure is a person. Without it, whoever answers is put through at once.`}
          label={t`Listen who answers`}
          {...form.getInputProps("detect", { type: "checkbox" })}
        />
        <NumberInput
          description={t`The higher, the surer it must be before it takes somebody for a machine. Every person hung up on counts as abandoned.`}
          disabled={!form.values.detect}
          label={t`Hanging up on one person is as bad as putting through so many machines`}
          max={1_000}
          maw={420}
          min={1}
          {...form.getInputProps("person_cost")}
        />
      </Stack>
    </Fieldset>
  );
}
