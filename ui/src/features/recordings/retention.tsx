import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, NumberInput, Select, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { RetentionOut } from "@/shared/api/generated/model";
import {
  getRecordingsRetentionsQueryKey,
  getRecordingsRetentionsQueryOptions,
  recordingsDropRetention,
  recordingsSetRetention,
} from "@/shared/api/generated/recordings";
import { getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { number } from "@/shared/time/format";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const HOUSE = "house";

/** How long recordings are kept: of a campaign, else of its seller, else of the house. */
export function RetentionPanel() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const rules = useQuery(getRecordingsRetentionsQueryOptions());
  const sellers = useQuery(getTenantsSellersQueryOptions());
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const again = () => queries.invalidateQueries({ queryKey: [getRecordingsRetentionsQueryKey()[0]] });
  const form = useForm({ initialValues: { of: HOUSE, days: 90 as number | string } });
  const set = useMutation({
    mutationFn: ({ of, days }: typeof form.values) => {
      const [kind, id] = of.split(" ");
      return recordingsSetRetention({ days: Number(days), ...(kind === HOUSE ? {} : { [String(kind)]: id }) });
    },
    onSuccess: again,
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const drop = useMutation({ mutationFn: (rule: RetentionOut) => recordingsDropRetention(rule.id), onSuccess: again });
  const name = (rule: RetentionOut) => rule.campaign_name || rule.seller_name || t`The house`;
  return (
    <Stack aria-label={t`How long recordings are kept`} className="surface" component="section" gap="xs" p="md">
      <Title order={2}>
        <Trans>How long recordings are kept</Trans>
      </Title>
      <ProblemAlert error={rules.error ?? drop.error} retry={() => void rules.refetch()} />
      {rules.data ? (
        <Table aria-label={t`Rules of keeping`} maw={560} verticalSpacing={3}>
          <Table.Tbody>
            {rules.data.rules.map((rule) => (
              <Table.Tr key={rule.id}>
                <Table.Th fw={400} scope="row">
                  {name(rule)}
                </Table.Th>
                <Table.Td className="tabular" ta="right">
                  <Trans>{number(rule.days)} days</Trans>
                </Table.Td>
                <Table.Td ta="right">
                  <Button
                    aria-label={t`Drop the rule: ${name(rule)}`}
                    loading={drop.isPending && drop.variables?.id === rule.id}
                    onClick={() => drop.mutate(rule)}
                    size="compact-xs"
                    variant="subtle"
                  >
                    <Trans>Drop</Trans>
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
            <Table.Tr>
              <Table.Th c="dimmed" fw={400} scope="row">
                <Trans>Where no rule says</Trans>
              </Table.Th>
              <Table.Td className="tabular" ta="right">
                <Trans>{number(rules.data.otherwise)} days</Trans>
              </Table.Td>
              <Table.Td />
            </Table.Tr>
          </Table.Tbody>
        </Table>
      ) : (
        <Skeleton height={60} />
      )}
      <form onSubmit={form.onSubmit((values) => set.mutate(values))}>
        <Group align="flex-end" gap="xs">
          <Select
            allowDeselect={false}
            data={[
              { value: HOUSE, label: t`The house` },
              {
                group: t`Sellers`,
                items: (sellers.data ?? []).map((one) => ({ value: `seller ${one.id}`, label: one.name })),
              },
              {
                group: t`Campaigns`,
                items: (campaigns.data ?? []).map((one) => ({ value: `campaign ${one.id}`, label: one.name })),
              },
            ]}
            label={t({ message: "For", context: "retention" })}
            searchable
            w={260}
            {...form.getInputProps("of")}
          />
          <NumberInput label={t`Days`} max={3660} min={1} w={110} {...form.getInputProps("days")} />
          <Button loading={set.isPending} type="submit" variant="default">
            <Trans>Set</Trans>
          </Button>
        </Group>
        <ProblemAlert error={set.error} />
      </form>
      <Text c="dimmed" size="xs">
        <Trans>A change moves the day of what is recorded already. What somebody holds stays all the same.</Trans>
      </Text>
    </Stack>
  );
}
