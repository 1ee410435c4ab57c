import { Trans, useLingui } from "@lingui/react/macro";
import {
  Badge,
  Button,
  Checkbox,
  Group,
  Modal,
  MultiSelect,
  Skeleton,
  Stack,
  Switch,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { MeasureInValue, MeasureOut } from "@/shared/api/generated/model";
import {
  getPoliciesChangesQueryOptions,
  getPoliciesPolicyQueryOptions,
  policiesSetMeasure,
} from "@/shared/api/generated/policies";
import { useMe } from "@/shared/session/session";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { FormEnd } from "@/shared/ui/form-end";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { LawLimits, LawTitle } from "./law";
import {
  CALENDARS,
  count,
  DAYS_OF,
  lines,
  MEASURES,
  type MeasureKind,
  percent,
  read,
  told,
  WEEKDAYS,
} from "./measures";
import { countryName } from "./packs";
import { renewPolicies } from "./renew";

/** What the house asks of itself on top of the law, with the law's own limit beside each measure. */
export function HousePolicy() {
  const { t, i18n } = useLingui();
  const me = useMe();
  const policy = useQuery(getPoliciesPolicyQueryOptions());
  const waiting = useQuery(getPoliciesChangesQueryOptions({ waiting: true }));
  const [edited, setEdited] = useState<MeasureOut | null>(null);
  const waits = new Set((waiting.data ?? []).filter((one) => one.subject === "measure").map((one) => one.name));
  const label = (name: string) => (MEASURES[name] ? i18n._(MEASURES[name].label) : name);
  const columns: Column<MeasureOut>[] = [
    {
      id: "measure",
      header: t`Measure`,
      cell: (row) => (
        <Stack gap={0} maw={340}>
          <Text fw={600} size="sm">
            {label(row.name)}
          </Text>
          <Text c="dimmed" size="xs">
            <LawTitle rule={row} />
          </Text>
        </Stack>
      ),
    },
    {
      id: "value",
      header: t`Your house`,
      cell: (row) => (
        <Stack gap={2}>
          <Text size="sm">{told(row.name, row.value)}</Text>
          {waits.has(row.name) ? (
            <Badge color="amber" variant="light">
              <Trans>waits for a second person</Trans>
            </Badge>
          ) : null}
        </Stack>
      ),
      width: 220,
    },
    { id: "law", header: t`The law`, cell: (row) => <LawLimits rules={row.law} /> },
    {
      id: "deeds",
      header: <span className="visually-hidden">{t`Deeds`}</span>,
      cell: (row) =>
        me.verbs.includes("change_policy") ? (
          <Button
            aria-label={t`Change: ${label(row.name)}`}
            onClick={() => setEdited(row)}
            size="compact-sm"
            variant="default"
          >
            <Trans>Change</Trans>
          </Button>
        ) : null,
      align: "right",
    },
  ];
  return (
    <Stack>
      <Text c="dimmed" size="sm">
        <Trans>
          House policy can only be stricter than the law: every call must keep both. What tightens holds at once; what
          loosens waits for a second person.
        </Trans>
      </Text>
      <ProblemAlert error={policy.error} retry={() => void policy.refetch()} />
      {policy.data ? (
        <>
          <DataTable columns={columns} label={t`House policy`} rowKey={(row) => row.name} rows={policy.data.measures} />
          <Text c="dimmed" size="xs">
            <Trans>Rulings name this policy as {policy.data.label}.</Trans>
          </Text>
        </>
      ) : policy.error ? null : (
        <Skeleton height={300} />
      )}
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setEdited(null)}
        opened={edited !== null}
        title={edited ? label(edited.name) : ""}
      >
        {edited ? <Editor measure={edited} onClose={() => setEdited(null)} /> : null}
      </Modal>
    </Stack>
  );
}

/** What stands in a field of text at first. */
function begin(kind: MeasureKind, value: unknown): string {
  if (kind === "number") return typeof value === "number" ? String(value) : "";
  return kind === "shares" || kind === "ages" ? lines(kind, value) : "";
}

type DayTexts = Record<string, string>;

/** The shares of a day as they stand in their fields, in per cent. */
function dayTexts(kind: MeasureKind, value: unknown): DayTexts {
  if (kind !== "day") return {};
  const shares = (value ?? {}) as Record<string, number>;
  return Object.fromEntries(
    Object.entries(shares).map(([whose, one]) => [whose, String(Number((one * 100).toFixed(4)))]),
  );
}

/** The other way round: null where none is written, undefined where one cannot be read. */
function dayShares(texts: DayTexts): Record<string, number> | null | undefined {
  const found: Record<string, number> = {};
  for (const [whose, text] of Object.entries(texts)) {
    const one = percent(text);
    if (one === undefined) return undefined;
    if (one !== null) found[whose] = one;
  }
  return Object.keys(found).length > 0 ? found : null;
}

function Editor({ measure, onClose }: { measure: MeasureOut; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  const shape = MEASURES[measure.name];
  const kind = shape?.kind ?? "number";
  const [value, setValue] = useState<unknown>(measure.value);
  const [text, setText] = useState(begin(kind, measure.value));
  const [reason, setReason] = useState("");
  const [day, setDay] = useState(() => dayTexts(kind, measure.value));
  const written =
    kind === "number"
      ? count(text)
      : kind === "shares" || kind === "ages"
        ? read(kind, text)
        : kind === "day"
          ? dayShares(day)
          : value;
  const save = useMutation({
    mutationFn: () => policiesSetMeasure(measure.name, { value: written as MeasureInValue, reason: reason.trim() }),
    onSuccess: onClose,
    onSettled: () => renewPolicies(queries),
  });
  const week = (value ?? {}) as Record<string, string>;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate();
      }}
    >
      <Stack>
        <Text c="dimmed" size="sm">
          <LawTitle rule={measure} />
        </Text>
        {kind === "number" ? (
          <TextInput
            description={t`Empty: no such measure`}
            error={
              written === undefined
                ? t`“${text.trim()}” is no whole number from 0 up. Write digits only, like 30.`
                : null
            }
            inputMode="numeric"
            label={shape ? i18n._(shape.label) : measure.name}
            onChange={(event) => setText(event.currentTarget.value)}
            rightSection={
              shape?.unit ? (
                <Text c="dimmed" pr="sm" size="sm">
                  {i18n._(shape.unit)}
                </Text>
              ) : null
            }
            rightSectionWidth="max-content"
            value={text}
          />
        ) : null}
        {kind === "switch" ? (
          <Switch
            checked={value === true}
            label={shape ? i18n._(shape.label) : measure.name}
            onChange={(event) => setValue(event.currentTarget.checked || null)}
          />
        ) : null}
        {kind === "countries" ? (
          <MultiSelect
            data={CALENDARS.map((code) => ({ value: code, label: countryName(code, i18n.locale) }))}
            label={t`Countries`}
            onChange={(next) => setValue(next.length > 0 ? next : null)}
            value={(value as string[] | null) ?? []}
          />
        ) : null}
        {kind === "week" ? (
          <Stack gap={6}>
            {Object.entries(WEEKDAYS).map(([day, word]) => (
              <Group gap="sm" key={day} wrap="nowrap">
                <TextInput
                  disabled={week[day] === "none"}
                  label={i18n._(word)}
                  onChange={(event) => {
                    const { [day]: _, ...rest } = week;
                    const hours = event.currentTarget.value;
                    setValue(hours ? { ...rest, [day]: hours } : rest);
                  }}
                  placeholder={t`all day`}
                  style={{ flex: 1 }}
                  value={week[day] === "none" ? "" : (week[day] ?? "")}
                />
                <Checkbox
                  aria-label={t`Closed on ${i18n._(word)}`}
                  checked={week[day] === "none"}
                  label={t`closed`}
                  mt={24}
                  onChange={(event) => {
                    const { [day]: _, ...rest } = week;
                    setValue(event.currentTarget.checked ? { ...rest, [day]: "none" } : rest);
                  }}
                />
              </Group>
            ))}
            <Text c="dimmed" size="xs">
              <Trans>On the called person's own clock, like 09:00-12:00, 13:00-20:00.</Trans>
            </Text>
          </Stack>
        ) : null}
        {kind === "day" ? (
          <Stack gap="xs">
            {Object.entries(DAYS_OF).map(([whose, label]) => (
              <TextInput
                error={percent(day[whose] ?? "") === undefined ? t`Write per cent from 0 to 100, like 2.5.` : null}
                inputMode="decimal"
                key={whose}
                label={i18n._(label)}
                onChange={(event) => setDay({ ...day, [whose]: event.currentTarget.value })}
                rightSection="%"
                value={day[whose] ?? ""}
              />
            ))}
            <Text c="dimmed" size="xs">
              <Trans>
                From midnight to midnight by your house's clock. Each day begins one to one: calls are dialled ahead
                once enough people have answered to allow one abandoned call. All campaigns draw from the one budget.
              </Trans>
            </Text>
          </Stack>
        ) : null}
        {kind === "shares" || kind === "ages" ? (
          <Textarea
            autosize
            description={
              kind === "shares"
                ? t`One country a line, with the most per cent: GB 0`
                : t`One registry a line, with the most days: US-FTC 10`
            }
            error={written === undefined ? t`Each line is a code and a number.` : null}
            label={shape ? i18n._(shape.label) : measure.name}
            minRows={2}
            onChange={(event) => setText(event.currentTarget.value)}
            value={text}
          />
        ) : null}
        <div>
          <Text fw={600} size="xs">
            <Trans>The law</Trans>
          </Text>
          <LawLimits rules={measure.law} />
        </div>
        <Textarea
          autosize
          description={t`Needed where the change loosens anything.`}
          label={t`Reason`}
          onChange={(event) => setReason(event.currentTarget.value)}
          value={reason}
        />
        <FormEnd disabled={written === undefined} error={save.error} isPending={save.isPending} onClose={onClose}>
          <Trans>Save</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
