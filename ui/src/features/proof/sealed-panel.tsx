import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Code, Group, List, Skeleton, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { AnchorOut, ProofCheckOut } from "@/shared/api/generated/model";
import {
  getProofHeadTextUrl,
  getProofProofQueryKey,
  getProofProofQueryOptions,
  proofCheckAll,
  proofSealNow,
} from "@/shared/api/generated/proof";
import { useMay } from "@/shared/session/session";
import { dateTime, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const AGAIN_MS = 5_000;

/** How sealing stands, a check of everything, and the last head to keep outside the house. */
export function SealedPanel() {
  const { t } = useLingui();
  const mayExport = useMay("export_proof");
  const queries = useQueryClient();
  const proof = useQuery({ ...getProofProofQueryOptions(), refetchInterval: AGAIN_MS });
  const [kept, setKept] = useState("");
  const check = useMutation({ mutationFn: () => proofCheckAll({ kept }) });
  const seal = useMutation({
    mutationFn: () => proofSealNow(),
    onSuccess: () => queries.invalidateQueries({ queryKey: getProofProofQueryKey() }),
  });
  const columns: Column<AnchorOut>[] = [
    { id: "number", header: t`Head`, cell: (row) => number(row.number), align: "right", width: 90 },
    { id: "at", header: t`When`, cell: (row) => <span className="tabular nowrap">{dateTime(row.at)}</span> },
    { id: "kind", header: t`How`, cell: (row) => (row.kind === "file" ? t`in a file` : t`taken by a person`) },
    { id: "hash", header: t`Hash`, cell: (row) => <Code>{row.hash.slice(0, 16)}…</Code> },
  ];
  if (!proof.data) return proof.error ? <ProblemAlert error={proof.error} /> : <Skeleton height={240} />;
  const { head } = proof.data;
  return (
    <Stack>
      <Stack aria-label={t`The last head`} className="surface" component="section" gap="xs" p="md">
        <Title order={2}>
          <Trans>The last head</Trans>
        </Title>
        {head ? (
          <>
            <Text size="sm">
              <Trans>
                Head {number(head.number)} of {dateTime(head.at)} seals {number(head.until_seq - 1)} rulings and{" "}
                {number(head.audit_until - 1)} audit entries.
              </Trans>
            </Text>
            <Code block>{head.hash}</Code>
          </>
        ) : (
          <Text size="sm">
            <Trans>Nothing was sealed yet; the worker does it every few seconds once there is something.</Trans>
          </Text>
        )}
        <Text c="dimmed" size="sm">
          <Trans>
            Not sealed yet: {number(proof.data.unsealed_rulings)} rulings, {number(proof.data.unsealed_audit)} audit
            entries. The key of proof is {proof.data.key.slice(0, 16)}…
          </Trans>
        </Text>
        {mayExport ? (
          <Group>
            <Button loading={seal.isPending} onClick={() => seal.mutate()} variant="default">
              <Trans>Seal now</Trans>
            </Button>
            {head ? (
              <Button component="a" download href={getProofHeadTextUrl()} variant="default">
                <Trans>Take this head outside</Trans>
              </Button>
            ) : null}
          </Group>
        ) : null}
        <ProblemAlert error={seal.error} />
      </Stack>
      <Stack aria-label={t`Check everything`} className="surface" component="section" gap="xs" p="md">
        <Title order={2}>
          <Trans>Check everything</Trans>
        </Title>
        <Textarea
          autosize
          description={t`Paste the text of a head that was kept outside: it shows what a rewritten whole would hide.`}
          label={t`Heads kept outside (if you have any)`}
          maxRows={6}
          minRows={2}
          onChange={(event) => setKept(event.currentTarget.value)}
          value={kept}
        />
        <Group>
          <Button
            leftSection={<IconShieldCheck aria-hidden size={16} />}
            loading={check.isPending}
            onClick={() => check.mutate()}
          >
            <Trans>Check everything now</Trans>
          </Button>
        </Group>
        <ProblemAlert error={check.error} />
        {check.data ? <Verdict found={check.data} given={kept.trim() !== ""} /> : null}
      </Stack>
      <Stack aria-label={t`Kept outside`} className="surface" component="section" gap="xs" p="md">
        <Title order={2}>
          <Trans>Kept outside</Trans>
        </Title>
        <DataTable
          columns={columns}
          empty={t`No head was kept outside yet.`}
          label={t`Kept outside`}
          rowKey={(row) => `${row.number} ${row.at} ${row.kind}`}
          rows={proof.data.anchors}
        />
      </Stack>
    </Stack>
  );
}

function Verdict({ found, given }: { found: ProofCheckOut; given: boolean }) {
  const { t } = useLingui();
  const unread = given && found.kept === 0;
  const whole = unread ? t`What is here is whole; nothing outside was compared` : t`Everything is whole`;
  const title = found.whole ? whole : t`Something does not fit`;
  return (
    <Alert color={found.whole ? (unread ? "amber" : "leaf") : "brick"} role="status" title={title} variant="light">
      <Text size="sm">
        <Trans>
          {number(found.rulings)} rulings, {number(found.audit)} audit entries and {number(found.heads)} heads were
          checked; {number(found.unsealed)} are not sealed yet.
        </Trans>
      </Text>
      {given ? (
        <Text size="sm">
          {found.kept === 0 ? (
            <Trans>The text you gave holds no head of this house.</Trans>
          ) : (
            <Trans>Heads from your text: {number(found.kept)}.</Trans>
          )}
        </Text>
      ) : null}
      <List size="sm">
        {found.breaks.map((one) => (
          <List.Item key={`${one.ledger} ${one.code}`}>
            {one.sentence}
            {one.where ? ` (${one.where})` : ""}
          </List.Item>
        ))}
      </List>
    </Alert>
  );
}
