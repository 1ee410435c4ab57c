import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Group, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type { DifferentOut, ReauditOut, RuleCount } from "@/shared/api/generated/model";
import { getProofDifferentRulingsQueryOptions, getProofReauditCsvUrl } from "@/shared/api/generated/proof";
import { useMay } from "@/shared/session/session";
import { dateTime, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** What a re-audit found: by rule, and ruling by ruling. */
export function ReauditFound({ found }: { found: ReauditOut }) {
  const { t } = useLingui();
  const mayTake = useMay("export_proof");
  const [rule, setRule] = useState("");
  const [after, setAfter] = useState<number[]>([0]);
  const page = useQuery(getProofDifferentRulingsQueryOptions(found.id, { after: after.at(-1) ?? 0, rule }));
  const next = page.data?.next ?? null;
  const verdicts: Record<string, string> = { allow: t`allow`, block: t`bar`, review: t`a fact is missing` };
  const rules: Column<RuleCount>[] = [
    {
      id: "rule",
      header: t`Rule or duty`,
      cell: (row) => (
        <Anchor
          component="button"
          onClick={() => {
            setRule(rule === row.rule ? "" : row.rule);
            setAfter([0]);
          }}
          type="button"
        >
          {row.rule}
        </Anchor>
      ),
    },
    { id: "come", header: t`Would newly bar`, cell: (row) => number(row.come), align: "right" },
    { id: "gone", header: t`Would no longer bar`, cell: (row) => number(row.gone), align: "right" },
    { id: "duty_come", header: t`New duty`, cell: (row) => number(row.duty_come), align: "right" },
    { id: "duty_gone", header: t`Duty falls away`, cell: (row) => number(row.duty_gone), align: "right" },
  ];
  const rulings: Column<DifferentOut>[] = [
    { id: "seq", header: t`Ruling`, cell: (row) => number(row.seq), align: "right", width: 90 },
    { id: "at", header: t`When`, cell: (row) => <span className="tabular nowrap">{dateTime(row.at)}</span> },
    { id: "before", header: t`Then`, cell: (row) => verdicts[row.before] ?? row.before },
    { id: "now", header: t`Under the other`, cell: (row) => verdicts[row.now] ?? row.now },
    { id: "come", header: t`Would newly bar`, cell: (row) => row.come.join(", ") || "–" },
    { id: "gone", header: t`Would no longer bar`, cell: (row) => row.gone.join(", ") || "–" },
  ];
  return (
    <Stack gap="sm">
      <Text role="status">
        <Trans>
          {number(found.differing)} of {number(found.done)} rulings would come out otherwise.
        </Trans>
      </Text>
      {found.differing === 0 ? null : (
        <>
          <DataTable columns={rules} label={t`By rule`} rowKey={(row) => row.rule} rows={found.rules} />
          <Group justify="space-between">
            <Text size="sm">
              {rule ? <Trans>Rulings in which {rule} differs</Trans> : <Trans>All rulings that would differ</Trans>}
              {found.listed < found.differing ? (
                <>
                  {" "}
                  <Trans>The first {number(found.listed)} are listed.</Trans>
                </>
              ) : null}
            </Text>
            {mayTake ? (
              <Button component="a" download href={getProofReauditCsvUrl(found.id)} size="compact-sm" variant="default">
                CSV
              </Button>
            ) : null}
          </Group>
          <ProblemAlert error={page.error} />
          <DataTable
            columns={rulings}
            label={t`Rulings that would differ`}
            rowKey={(row) => String(row.seq)}
            rows={page.data?.rulings ?? []}
          />
          <Group>
            <Button disabled={after.length === 1} onClick={() => setAfter(after.slice(0, -1))} variant="default">
              <Trans>Back</Trans>
            </Button>
            <Button
              disabled={next === null}
              onClick={() => next !== null && setAfter([...after, next])}
              variant="default"
            >
              <Trans>Further</Trans>
            </Button>
          </Group>
        </>
      )}
    </Stack>
  );
}
