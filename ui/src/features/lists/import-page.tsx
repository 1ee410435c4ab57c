import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, Progress, Select, Skeleton, Stack, Table, Text, Title } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import {
  contactsCancelImport,
  contactsDiscardImport,
  contactsPreviewImport,
  contactsReadImport,
  getContactsGetImportQueryKey,
  getContactsGetImportQueryOptions,
  getContactsImportFieldsQueryOptions,
} from "@/shared/api/generated/lists";
import type { FieldOut, ImportOut, PreviewOut } from "@/shared/api/generated/model";
import { number } from "@/shared/time/format";
import { CONTACT_FIELDS, word } from "@/shared/trade/words";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Found } from "./found";
import { DELIMITERS, IMPORT_STATES } from "./kinds";
import classes from "./lists.module.css";

type Mapping = Record<string, string | null>;

/** One file on its way: what it is, how its columns are read, what was found; then accept, or throw away. */
export function ImportPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useQuery({
    ...getContactsGetImportQueryOptions(id),
    // The socket tells of each batch; a lost hint costs a second.
    refetchInterval: (query) => (query.state.data?.state === "reading" ? 1_000 : false),
  });
  if (found.error) return <ProblemAlert error={found.error} retry={() => void found.refetch()} />;
  if (!found.data) return <Skeleton height={420} />;
  return <Page found={found.data} />;
}

function Page({ found }: { found: ImportOut }) {
  const [again, setAgain] = useState(false);
  const maps = found.state === "received" || again;
  return (
    <>
      <PageHeader
        note={
          <Group gap="xs">
            <Badge variant="light">{word(IMPORT_STATES, found.state)}</Badge>
            <Detected found={found} />
          </Group>
        }
        title={found.filename}
      />
      <Stack>
        {found.problem ? (
          <Alert color="brick" role="alert" title={String(found.problem.message ?? "")} variant="light">
            {String(found.problem.next_step ?? "")}
          </Alert>
        ) : null}
        {maps ? (
          <Mapper found={found} onRead={() => setAgain(false)} />
        ) : found.state === "reading" ? (
          <Reading found={found} />
        ) : (
          <Found found={found} onMapAgain={() => setAgain(true)} />
        )}
      </Stack>
    </>
  );
}

/** What automatic detection found: shown, so that a wrong guess is seen at once. */
function Detected({ found }: { found: ImportOut }) {
  const { t } = useLingui();
  const truth = found.truth as Record<string, unknown>;
  const parts = [
    typeof truth.sheet === "string" ? t`sheet “${truth.sheet}”` : "",
    typeof truth.encoding === "string" ? truth.encoding : "",
    typeof truth.delimiter === "string" ? t`delimiter ${DELIMITERS[truth.delimiter] ?? truth.delimiter}` : "",
    truth.header === true ? t`with a header` : truth.header === false ? t`without a header` : "",
    typeof truth.eol === "string" ? t`line ends ${truth.eol}` : "",
  ];
  return <span>{parts.filter(Boolean).join(" · ")}</span>;
}

function Mapper({ found, onRead }: { found: ImportOut; onRead: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [mapping, setMapping] = useState<Mapping>(found.mapping);
  const fields = useQuery(getContactsImportFieldsQueryOptions());
  const preview = useQuery({
    // Of one file and one mapping it is always the same. Under the import's own key it would be asked again by the
    // notice that the import was thrown away, and refused.
    queryKey: ["import preview", found.id, mapping],
    queryFn: () => contactsPreviewImport(found.id, { mapping }),
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: (before) => before,
  });
  const read = useMutation({
    mutationFn: () => contactsReadImport(found.id, { mapping }),
    onSuccess: (now) => {
      queries.setQueryData(getContactsGetImportQueryKey(found.id), now);
      onRead();
    },
  });
  const discard = useMutation({
    mutationFn: () => contactsDiscardImport(found.id),
    onSuccess: (now) => queries.setQueryData(getContactsGetImportQueryKey(found.id), now),
  });
  const throwAway = (
    <Button color="brick" loading={discard.isPending} onClick={() => discard.mutate()} variant="light">
      <Trans>Throw away</Trans>
    </Button>
  );
  if (!fields.data || !preview.data) {
    return fields.error || preview.error ? (
      <ProblemAlert error={fields.error ?? preview.error} />
    ) : (
      <Skeleton height={320} />
    );
  }
  if (preview.data.rows.length === 0) {
    return (
      <Alert color="amber" role="alert" title={t`This file holds no rows`} variant="light">
        <Stack align="flex-start" gap="xs">
          <Text size="sm">
            <Trans>A list needs at least one row with a number. Look into the file, then bring it again.</Trans>
          </Text>
          <ProblemAlert error={discard.error} />
          {throwAway}
        </Stack>
      </Alert>
    );
  }
  return (
    <Stack>
      <Title order={2}>
        <Trans>What is in which column?</Trans>
      </Title>
      {found.remembered ? (
        <Text c="dimmed" size="sm">
          <Trans>Columns are read as in your last file of this layout.</Trans>
        </Text>
      ) : null}
      <ProblemAlert error={preview.error ?? read.error ?? discard.error} />
      <Columns fields={fields.data} mapping={mapping} onChange={setMapping} preview={preview.data} />
      <Group>
        <Button data-autofocus loading={read.isPending} onClick={() => read.mutate()}>
          <Trans>Read the file</Trans>
        </Button>
        {throwAway}
        <Text c="dimmed" size="sm">
          <Trans>Nothing is written yet: you will see what was found first.</Trans>
        </Text>
      </Group>
      <Text c="dimmed" size="xs">
        {t`A column that is none of our fields is kept under its own name. Several columns may hold telephone numbers; so may one cell.`}
      </Text>
    </Stack>
  );
}

interface ColumnsProps {
  fields: readonly FieldOut[];
  mapping: Mapping;
  onChange: (mapping: Mapping) => void;
  preview: PreviewOut;
}

/** The first rows, before and after, under the field each column feeds. */
function Columns({ fields, mapping, onChange, preview }: ColumnsProps) {
  const { t } = useLingui();
  const choices = fields.map((field) => ({ value: field.key, label: field.label }));
  return (
    <div className={`surface ${classes.preview}`}>
      <Table aria-label={t`Columns and the first rows`} verticalSpacing={6}>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>{t`Row`}</Table.Th>
            {preview.mapping.columns.map((column) => (
              <Table.Th key={column.index} miw={170}>
                <Stack gap={4}>
                  <Text fw={600} size="sm">
                    {column.name || t`column ${column.index + 1}`}
                  </Text>
                  <Select
                    aria-label={t`Field of column ${column.name || column.index + 1}`}
                    clearable
                    data={choices}
                    onChange={(field) => onChange({ ...mapping, [column.index]: field })}
                    placeholder={t`kept as it is`}
                    searchable
                    size="xs"
                    value={mapping[column.index] ?? null}
                  />
                </Stack>
              </Table.Th>
            ))}
            <Table.Th miw={300}>{t`Becomes`}</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {preview.rows.map((row) => (
            <Table.Tr key={row.row}>
              <Table.Td className="tabular">{row.row}</Table.Td>
              {preview.mapping.columns.map((column) => (
                <Table.Td key={column.index}>{row.before[column.index]}</Table.Td>
              ))}
              <Table.Td>
                {row.accepted ? <After after={row.after} /> : null}
                {row.problems.map((problem) => (
                  <Text c={problem.error ? "brick" : "dimmed"} key={problem.code + problem.column} size="xs">
                    {problem.column ? `${problem.column}: ` : ""}
                    {problem.reason}
                  </Text>
                ))}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </div>
  );
}

interface Phone {
  e164: string;
  ext: string;
  line_type: string;
  zones: string[];
}

/** What a row becomes: the person, each number with what is known of it, and what allows or bars a call. */
function After({ after }: { after: Record<string, unknown> }) {
  const { t } = useLingui();
  const { contact, phones, ...records } = after;
  const person = Object.entries((contact as Record<string, unknown> | undefined) ?? {}).filter(([, value]) =>
    typeof value === "string" ? value : false,
  );
  return (
    <>
      {((phones as Phone[] | undefined) ?? []).map((phone) => (
        <span className={classes.number} key={phone.e164 + phone.ext}>
          <b className="tabular">{phone.e164}</b>
          {phone.ext ? ` ${t`ext. ${phone.ext}`}` : ""}
          {phone.line_type ? ` · ${phone.line_type}` : ""}
          {` · ${phone.zones.join(", ") || t`time zone unknown`}`}
        </span>
      ))}
      {person.length > 0 ? (
        <span className={classes.after}>
          {person.map(([name, value]) => `${word(CONTACT_FIELDS, name)}: ${String(value)}`).join(" · ")}
        </span>
      ) : null}
      {Object.entries(records).map(([name, value]) => {
        const said = plain(value);
        return said ? (
          <span className={classes.after} key={name}>
            {name.replaceAll("_", " ")}: {said}
          </span>
        ) : null;
      })}
    </>
  );
}

/** A record's values in one line, without those that are not known. */
function plain(value: unknown): string {
  if (value === null || value === undefined || value === "") return "";
  if (Array.isArray(value)) return value.map(plain).filter(Boolean).join("; ");
  if (typeof value === "object") {
    return Object.entries(value)
      .map(([name, one]) => [name.replaceAll("_", " "), plain(one)] as const)
      .filter(([, one]) => one)
      .map(([name, one]) => `${name} ${one}`)
      .join(", ");
  }
  return String(value);
}

function Reading({ found }: { found: ImportOut }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const cancel = useMutation({
    mutationFn: () => contactsCancelImport(found.id),
    onSuccess: (now) => queries.setQueryData(getContactsGetImportQueryKey(found.id), now),
  });
  const done = found.total_rows ? (100 * found.progress_rows) / found.total_rows : 0;
  return (
    <Stack className="surface" maw={640} p="md">
      <Text aria-live="polite">
        {found.total_rows ? (
          <Trans>
            {number(found.progress_rows)} of about {number(found.total_rows)} rows read. You can close this page.
          </Trans>
        ) : (
          <Trans>{number(found.progress_rows)} rows read. You can close this page.</Trans>
        )}
      </Text>
      <Progress animated aria-label={t`Rows read`} value={Math.min(100, done)} />
      <ProblemAlert error={cancel.error} />
      <Group>
        <Button loading={cancel.isPending} onClick={() => cancel.mutate()} variant="default">
          <Trans context="reading">Cancel</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
