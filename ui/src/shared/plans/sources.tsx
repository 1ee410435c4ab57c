import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Table, Text } from "@mantine/core";
import type { PlanRun } from "@/shared/api/generated/model";
import { number } from "@/shared/time/format";

const PARTS: Record<string, ReturnType<typeof msg>> = {
  answers: msg`Who answers, by hour`,
  ringing: msg`Ring time`,
  talk: msg`Talks without a sale`,
  sale_talk: msg`Talks with a sale`,
  wrap_up: msg`Wrap-up`,
  results: msg`Results and share of sales`,
  breaks: msg`Breaks`,
};

/** From what a run was drawn: the campaign's own calls, or what is usual. */
export function Sources({ run }: { run: PlanRun }) {
  const { t } = useLingui();
  return (
    <>
      <Text mb="xs" size="sm">
        <Trans>
          {number(run.contacts)} contacts may come to their turn. What the campaign's own calls of the last 60 days do
          not show often enough is taken from usual values.
        </Trans>
      </Text>
      <Table aria-label={t`Drawn from`}>
        <Table.Tbody>
          {run.sources.map((source) => {
            const words = PARTS[source.part];
            return (
              <Table.Tr key={source.part}>
                <Table.Th scope="row">{words ? t(words) : source.part}</Table.Th>
                <Table.Td>
                  {source.source === "journal" ? (
                    <Trans>the campaign's own, seen {number(source.seen)} times</Trans>
                  ) : (
                    <Trans>usual values</Trans>
                  )}
                </Table.Td>
              </Table.Tr>
            );
          })}
        </Table.Tbody>
      </Table>
    </>
  );
}
