import { Trans, useLingui } from "@lingui/react/macro";
import { Group, Modal, NumberInput, Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import type { TermOut } from "@/shared/api/generated/model";
import { retentionSetTerm } from "@/shared/api/generated/retention";
import { Problem } from "@/shared/api/problem";
import { word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { CLASSES } from "./kinds";
import { spanWords, useDeed } from "./parts";

type Unit = "years" | "months" | "days";

/** Another term for a class: longer at once, shorter with a second person. */
export function SetTerm({ term, onClose }: { term: TermOut | null; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={term !== null}
      title={term ? word(CLASSES, term.code) : ""}
    >
      {term ? <Form onClose={onClose} term={term} /> : null}
    </Modal>
  );
}

function Form({ term, onClose }: { term: TermOut; onClose: () => void }) {
  const { t } = useLingui();
  const form = useForm({ initialValues: { ...inUnits(term), reason: "" } });
  const set = useDeed(({ count, unit, reason }: typeof form.values) =>
    retentionSetTerm(term.code, { ...asSpan(Number(count), unit), reason }),
  );
  const limits = [
    term.floor ? t`At least ${spanWords(term.floor)}: ${term.floor.citation}.` : "",
    t`At most ${spanWords(term.most)}.`,
  ];
  return (
    <form
      onSubmit={form.onSubmit((values) =>
        set.mutate(values, {
          onSuccess: onClose,
          onError: (error) => {
            if (!(error instanceof Problem)) return;
            const { months, days, ...rest } = error.fields;
            form.setErrors({ ...rest, count: months ?? days });
          },
        }),
      )}
    >
      <Stack>
        <Group align="flex-start" grow>
          <NumberInput
            allowDecimal={false}
            allowNegative={false}
            data-autofocus
            label={t`Keep for`}
            min={1}
            {...form.getInputProps("count")}
          />
          <Select
            allowDeselect={false}
            data={[
              { value: "years", label: t`Years` },
              { value: "months", label: t`Months` },
              { value: "days", label: t`Days` },
            ]}
            label={t({ message: "Unit", context: "time" })}
            {...form.getInputProps("unit")}
          />
        </Group>
        <Text c="dimmed" size="sm">
          {limits.filter(Boolean).join(" ")}{" "}
          <Trans>Longer holds at once; shorter when a second person has confirmed it.</Trans>
        </Text>
        <Textarea autosize label={t`Reason`} minRows={2} withAsterisk {...form.getInputProps("reason")} />
        <FormEnd error={set.error} isPending={set.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}

/** A term in the largest unit that tells it whole. */
export function inUnits({ months, days }: { months: number; days: number }): { count: number | string; unit: Unit } {
  if (months === 0) return { count: days, unit: "days" };
  return months % 12 === 0 ? { count: months / 12, unit: "years" } : { count: months, unit: "months" };
}

function asSpan(count: number, unit: Unit): { months: number; days: number } {
  if (unit === "days") return { months: 0, days: count };
  return { months: unit === "years" ? count * 12 : count, days: 0 };
}
