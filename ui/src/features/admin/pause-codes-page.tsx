import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Button, Group, Skeleton, Stack, Table, TextInput } from "@mantine/core";
import { IconArrowDown, IconArrowUp, IconPlus, IconTrash } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  campaignsPutPauseCodes,
  getCampaignsPauseCodesQueryKey,
  getCampaignsPauseCodesQueryOptions,
} from "@/shared/api/generated/campaigns";
import type { PauseCodeOut } from "@/shared/api/generated/model";
import { randomId } from "@/shared/ids";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** Why an agent may step back: the house's own words, in the order the desk shows them. */
export function PauseCodesPage() {
  const { t } = useLingui();
  const codes = useQuery(getCampaignsPauseCodesQueryOptions());
  return (
    <>
      <PageHeader
        note={t`Agents choose one of these when they step back, in this order. Those of the past keep their code.`}
        title={t`Pause codes`}
      />
      <ProblemAlert error={codes.error} retry={() => void codes.refetch()} />
      {codes.data ? (
        <Codes codes={codes.data} key={JSON.stringify(codes.data)} />
      ) : codes.error ? null : (
        <Skeleton height={240} />
      )}
    </>
  );
}

interface Row extends PauseCodeOut {
  /** Its own name on this screen, as a code may still be empty. */
  id: string;
}

function Codes({ codes }: { codes: readonly PauseCodeOut[] }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [rows, setRows] = useState<Row[]>(() => codes.map((code) => ({ ...code, id: randomId() })));
  const plain = rows.map(({ id: _, ...code }) => ({ ...code, code: code.code.trim() }));
  const changed = JSON.stringify(plain) !== JSON.stringify(codes);
  const save = useMutation({
    mutationFn: () => campaignsPutPauseCodes(plain),
    onSuccess: (now) => queries.setQueryData(getCampaignsPauseCodesQueryKey(), now),
  });
  const put = (id: string, change: Partial<PauseCodeOut>) =>
    setRows(rows.map((row) => (row.id === id ? { ...row, ...change } : row)));
  const move = (index: number, by: number) => {
    const next = [...rows];
    const [row] = next.splice(index, 1);
    if (row) next.splice(index + by, 0, row);
    setRows(next);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack maw={820}>
        <Table aria-label={t`Pause codes`} className="surface">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{t`Code`}</Table.Th>
              <Table.Th>{t`English`}</Table.Th>
              <Table.Th>{t`Turkish`}</Table.Th>
              <Table.Th>
                <span className="visually-hidden">{t`Deeds`}</span>
              </Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {rows.map((row, index) => {
              const name = row.code || index + 1;
              return (
                <Table.Tr key={row.id}>
                  <Table.Td>
                    <TextInput
                      aria-label={t`Code ${index + 1}`}
                      maxLength={32}
                      onChange={(event) => put(row.id, { code: event.currentTarget.value })}
                      required
                      value={row.code}
                    />
                  </Table.Td>
                  <Table.Td>
                    <TextInput
                      aria-label={t`English word of ${name}`}
                      onChange={(event) => put(row.id, { label_en: event.currentTarget.value })}
                      value={row.label_en}
                    />
                  </Table.Td>
                  <Table.Td>
                    <TextInput
                      aria-label={t`Turkish word of ${name}`}
                      onChange={(event) => put(row.id, { label_tr: event.currentTarget.value })}
                      value={row.label_tr}
                    />
                  </Table.Td>
                  <Table.Td w={130}>
                    <Group gap={2} justify="flex-end" wrap="nowrap">
                      <ActionIcon
                        aria-label={t`Move ${name} up`}
                        disabled={index === 0}
                        onClick={() => move(index, -1)}
                        size="lg"
                        variant="subtle"
                      >
                        <IconArrowUp size={16} />
                      </ActionIcon>
                      <ActionIcon
                        aria-label={t`Move ${name} down`}
                        disabled={index === rows.length - 1}
                        onClick={() => move(index, 1)}
                        size="lg"
                        variant="subtle"
                      >
                        <IconArrowDown size={16} />
                      </ActionIcon>
                      <ActionIcon
                        aria-label={t`Remove ${name}`}
                        color="brick"
                        onClick={() => setRows(rows.filter((one) => one.id !== row.id))}
                        size="lg"
                        variant="subtle"
                      >
                        <IconTrash size={16} />
                      </ActionIcon>
                    </Group>
                  </Table.Td>
                </Table.Tr>
              );
            })}
          </Table.Tbody>
        </Table>
        <ProblemAlert error={save.error} />
        <Group>
          <Button
            leftSection={<IconPlus aria-hidden size={16} />}
            onClick={() => setRows([...rows, { id: randomId(), code: "", label_en: "", label_tr: "" }])}
            variant="default"
          >
            <Trans>Add a code</Trans>
          </Button>
          <Button disabled={!changed} loading={save.isPending} type="submit">
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
