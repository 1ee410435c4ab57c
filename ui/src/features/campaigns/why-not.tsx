import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Group, Progress, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { IconRefresh } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { getDialingWhyNotPanelQueryOptions } from "@/shared/api/generated/calls";
import { dateTime, number, share } from "@/shared/time/format";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** Of N contacts, how many can be called now, and the rest each under one first reason; it adds up to N. */
export function WhyNot({ campaign }: { campaign: string }) {
  const { t } = useLingui();
  const panel = useQuery({ ...getDialingWhyNotPanelQueryOptions(campaign, { sample: 5 }), staleTime: 30_000 });
  if (panel.error) return <ProblemAlert error={panel.error} retry={() => void panel.refetch()} />;
  if (!panel.data) return <Skeleton height={220} />;
  const { total, callable, reasons, at } = panel.data;
  return (
    <Stack className="surface" gap="sm" p="md">
      <Group justify="space-between">
        <Title order={2}>
          <Trans>Why is nobody called?</Trans>
        </Title>
        <Button
          leftSection={<IconRefresh aria-hidden size={14} />}
          loading={panel.isFetching}
          onClick={() => void panel.refetch()}
          size="xs"
          variant="default"
        >
          <Trans>Ask again</Trans>
        </Button>
      </Group>
      <Text>
        <Trans>
          {number(callable)} of {number(total)} contacts can be called now ({dateTime(at)}).
        </Trans>
      </Text>
      <Progress aria-label={t`Share of contacts that can be called now`} value={total ? (100 * callable) / total : 0} />
      <Table aria-label={t`Why the others are not called`} verticalSpacing={5}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>
              <Trans>First reason</Trans>
            </Table.Th>
            <Table.Th ta="right">
              <Trans>Contacts</Trans>
            </Table.Th>
            <Table.Th ta="right">
              <Trans>Share</Trans>
            </Table.Th>
            <Table.Th>
              <Trans>For example</Trans>
            </Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {reasons.map((reason) => (
            <Table.Tr key={reason.code}>
              <Table.Td>{reason.sentence}</Table.Td>
              <Table.Td className="tabular" ta="right">
                {number(reason.count)}
              </Table.Td>
              <Table.Td className="tabular" ta="right">
                {total ? share(reason.count / total) : "–"}
              </Table.Td>
              <Table.Td>
                <Group gap={6}>
                  {reason.sample.map((contact, index) => (
                    <Anchor
                      aria-label={t`Example ${index + 1}: ${reason.sentence}`}
                      key={contact}
                      renderRoot={(props) => <Link params={{ id: contact }} to="/people/$id" {...props} />}
                      size="sm"
                    >
                      {index + 1}
                    </Anchor>
                  ))}
                </Group>
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
        <Table.Tfoot>
          <Table.Tr>
            <Table.Th>
              <Trans>Can be called now</Trans>
            </Table.Th>
            <Table.Th className="tabular" ta="right">
              {number(callable)}
            </Table.Th>
            <Table.Th className="tabular" ta="right">
              {total ? share(callable / total) : "–"}
            </Table.Th>
            <Table.Th />
          </Table.Tr>
        </Table.Tfoot>
      </Table>
    </Stack>
  );
}
