import { Trans, useLingui } from "@lingui/react/macro";
import {
  Anchor,
  Badge,
  Button,
  FileInput,
  Group,
  Modal,
  SimpleGrid,
  Skeleton,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconDatabaseImport, IconDownload, IconPhoneOff } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  contactsAnswersLoadReassigned,
  contactsAnswersReassignedSaid,
  getContactsAnswersReassignedQuestionsUrl,
  getContactsAnswersReassignedStandingQueryOptions,
} from "@/shared/api/generated/lists";
import type { ReassignedLineOut, ReassignedLoadOut, ReassignedOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { serverNow } from "@/shared/time/clock";
import { dateTime, fullDate, isoDay, number } from "@/shared/time/format";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { EmptyState } from "@/shared/ui/empty-state";
import { Figure } from "@/shared/ui/figure";
import { FormEnd } from "@/shared/ui/form-end";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Sha256 } from "@/shared/ui/sha256";

/** Did a number change hands since its consent? What the American database answered, how old, and from which file. */
export function Reassigned() {
  const { t } = useLingui();
  const loads = useMay("load_registries");
  const standings = useQuery(getContactsAnswersReassignedStandingQueryOptions());
  const [open, setOpen] = useState<{ kind: "load" | "ask"; seller: ReassignedOut } | null>(null);
  if (!standings.data) {
    return standings.error ? (
      <ProblemAlert error={standings.error} retry={() => void standings.refetch()} />
    ) : (
      <Skeleton height={240} />
    );
  }
  if (standings.data.length === 0) {
    return (
      <EmptyState icon={IconPhoneOff}>
        <Trans>There is no seller yet whose numbers could be asked about.</Trans>
      </EmptyState>
    );
  }
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        <Trans>
          A consent to call an American number helps only where the FCC's Reassigned Numbers Database was asked of late
          and answered no. Fetch the questions, ask the database, and load its answers here.
        </Trans>
      </Text>
      {standings.data.map((one) => (
        <Standing
          key={one.seller}
          loads={loads}
          onAsk={() => setOpen({ kind: "ask", seller: one })}
          onLoad={() => setOpen({ kind: "load", seller: one })}
          standing={one}
        />
      ))}
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setOpen(null)}
        opened={open?.kind === "load"}
        title={t`Load answers`}
      >
        {open?.kind === "load" ? <LoadForm onClose={() => setOpen(null)} standing={open.seller} /> : null}
      </Modal>
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setOpen(null)}
        opened={open?.kind === "ask"}
        size="lg"
        title={t`What is said of a number`}
      >
        {open?.kind === "ask" ? <Question standing={open.seller} /> : null}
      </Modal>
    </Stack>
  );
}

interface StandingProps {
  standing: ReassignedOut;
  loads: boolean;
  onLoad: () => void;
  onAsk: () => void;
}

function Standing({ standing, loads, onLoad, onAsk }: StandingProps) {
  const { t } = useLingui();
  const stale = standing.yes + standing.no - standing.fresh;
  const columns: Column<ReassignedLoadOut>[] = [
    {
      id: "on",
      header: t`Answered on`,
      cell: (row) => <span className="tabular nowrap">{fullDate(row.answered_on)}</span>,
    },
    { id: "answers", header: t`Answers`, cell: (row) => number(row.answers), align: "right" },
    { id: "yes", header: t`Changed hands`, cell: (row) => number(row.yes), align: "right" },
    { id: "no", header: t`Did not`, cell: (row) => number(row.no), align: "right" },
    { id: "none", header: t`No data`, cell: (row) => number(row.no_data), align: "right" },
    { id: "late", header: t`Asked from too late a day`, cell: (row) => number(row.too_late), align: "right" },
    {
      id: "loaded",
      header: t`Loaded`,
      cell: (row) => (
        <Stack gap={0}>
          <span className="tabular nowrap">{dateTime(row.at)}</span>
          <Text c="dimmed" size="xs">
            {row.by_name || t`the system`}
          </Text>
        </Stack>
      ),
    },
    {
      id: "hash",
      header: "SHA-256",
      cell: (row) => <Sha256 of={row.sha256} />,
    },
  ];
  return (
    <Stack className="surface" gap="sm" p="md">
      <Group justify="space-between">
        <Title order={2}>{standing.seller_name}</Title>
        <Group gap="xs">
          <Button aria-label={t`Ask about a number: ${standing.seller_name}`} onClick={onAsk} variant="default">
            <Trans>Ask about a number</Trans>
          </Button>
          {loads ? (
            <Button
              aria-label={t`Load answers: ${standing.seller_name}`}
              leftSection={<IconDatabaseImport aria-hidden size={16} />}
              onClick={onLoad}
            >
              <Trans>Load answers</Trans>
            </Button>
          ) : null}
        </Group>
      </Group>
      <SimpleGrid cols={{ base: 2, md: 4 }}>
        <Figure
          definition={t`Phones of this seller's lists whose number has a new owner: a consent of before does not help.`}
          label={t`Changed hands`}
          tone={standing.yes > 0 ? "warn" : "plain"}
          value={number(standing.yes)}
        />
        <Figure label={t`Did not`} tone="good" value={number(standing.no)} />
        <Figure
          definition={t`An answer serves for ${number(standing.good_for_days)} days.`}
          label={t`Answers too old`}
          note={standing.oldest ? t`the oldest is of ${fullDate(standing.oldest)}` : undefined}
          tone={stale > 0 ? "warn" : "plain"}
          value={number(stale)}
        />
        <Figure
          definition={t`American numbers with a consent of which nothing fresh is known.`}
          label={t`To be asked about`}
          note={
            loads && standing.due > 0 ? (
              <Anchor
                download
                href={getContactsAnswersReassignedQuestionsUrl({ seller: standing.seller })}
                size="xs"
                underline="always"
              >
                <IconDownload aria-hidden size={12} /> <Trans>Fetch the questions</Trans>
              </Anchor>
            ) : undefined
          }
          tone={standing.due > 0 ? "warn" : "plain"}
          value={number(standing.due)}
        />
      </SimpleGrid>
      <DataTable
        columns={columns}
        empty={
          <Text c="dimmed" size="sm">
            <Trans>No answers were loaded yet: calls to American numbers that rest on a consent wait in review.</Trans>
          </Text>
        }
        label={t`Answers loaded for ${standing.seller_name}`}
        rowKey={(row) => row.sha256 + row.at}
        rows={standing.loads}
      />
    </Stack>
  );
}

interface Values {
  file: File | null;
  answered_on: string;
}

function LoadForm({ standing, onClose }: { standing: ReassignedOut; onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm<Values>({
    initialValues: { file: null, answered_on: isoDay(serverNow()) },
    validate: {
      file: (value) => (value ? null : t`Choose a file`),
      answered_on: (value) => (value ? null : t`Say on which day the database answered`),
    },
  });
  const load = useMutation({
    mutationFn: ({ file, answered_on }: Values) => {
      if (!file) throw new Error("the form asks for a file first");
      return contactsAnswersLoadReassigned({ file, answered_on, seller: standing.seller });
    },
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getContactsAnswersReassignedStandingQueryOptions().queryKey });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => load.mutate(values))}>
      <Stack>
        <Text size="sm">{standing.seller_name}</Text>
        <FileInput
          data-autofocus
          description={t`As the database gives it: number, day asked for, and yes, no or no_data.`}
          label={t`File`}
          placeholder={t`Choose a file`}
          withAsterisk
          {...form.getInputProps("file")}
        />
        <TextInput
          description={t`The day of the answer, not of the upload. The law counts the age from it.`}
          label={t`Answered on`}
          maw={220}
          type="date"
          withAsterisk
          {...form.getInputProps("answered_on")}
        />
        <FormEnd error={load.error} isPending={load.isPending} onClose={onClose}>
          <Trans>Load</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}

function Question({ standing }: { standing: ReassignedOut }) {
  const { t } = useLingui();
  const form = useForm({
    initialValues: { number: "" },
    validate: { number: (value) => (value.trim() ? null : t`Write the number`) },
  });
  const ask = useMutation({
    mutationFn: ({ number }: typeof form.values) => contactsAnswersReassignedSaid({ number, seller: standing.seller }),
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => ask.mutate(values))}>
      <Stack>
        <TextInput
          data-autofocus
          description={standing.seller_name}
          label={t`Number`}
          placeholder="+1 212 555 0123"
          withAsterisk
          {...form.getInputProps("number")}
        />
        <ProblemAlert error={ask.error} />
        {ask.data ? <Lines lines={ask.data} /> : null}
        <Group justify="flex-end">
          <Button loading={ask.isPending} type="submit">
            <Trans>Ask</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Lines({ lines }: { lines: readonly ReassignedLineOut[] }) {
  const { t } = useLingui();
  if (lines.length === 0) {
    return (
      <Text role="status">
        <Trans>No file that was loaded for this seller speaks of this number.</Trans>
      </Text>
    );
  }
  return (
    <Table aria-label={t`What is said of a number`}>
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`Answered on`}</Table.Th>
          <Table.Th>{t`Asked from`}</Table.Th>
          <Table.Th>{t`It said`}</Table.Th>
          <Table.Th>{t`File`}</Table.Th>
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {lines.map((one) => (
          <Table.Tr key={`${one.sha256}${one.asked_for}`}>
            <Table.Td className="tabular">{fullDate(one.answered_on)}</Table.Td>
            <Table.Td className="tabular">{fullDate(one.asked_for)}</Table.Td>
            <Table.Td>
              <Verdict line={one} />
            </Table.Td>
            <Table.Td>
              <Sha256 of={one.sha256} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function Verdict({ line }: { line: ReassignedLineOut }) {
  const { t } = useLingui();
  if (line.said === "yes") return <Badge color="brick" maw="none" variant="light">{t`changed hands`}</Badge>;
  if (line.said === "no_data") return <Badge color="gray" maw="none" variant="light">{t`no data: unknown`}</Badge>;
  return (
    <Stack align="flex-start" gap={2}>
      <Badge color={line.too_late ? "amber" : "leaf"} maw="none" variant="light">{t`did not change hands`}</Badge>
      {line.too_late ? (
        <Text c="dimmed" size="xs">
          <Trans>Asked from a day after the consent: it does not count.</Trans>
        </Text>
      ) : null}
    </Stack>
  );
}
