import { Trans, useLingui } from "@lingui/react/macro";
import { Fieldset, MultiSelect, NumberInput, SimpleGrid, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { CallerIdOut } from "@/shared/api/generated/model";
import { phoneWords } from "@/shared/trade/phone";
import type { Values } from "./values";

interface PoolSettingsProps {
  callerIds: readonly CallerIdOut[];
  form: UseFormReturnType<Values>;
}

/** Numbers shown to people of their own area, and when one of them rests. */
export function PoolSettings({ callerIds, form }: PoolSettingsProps) {
  const { t } = useLingui();
  const days = t`days`;
  const percent = (name: "answered_min" | "complaints_max") => ({
    value: Number((form.values.pool_rules[name] * 100).toFixed(2)),
    onChange: (value: number | string) =>
      form.setFieldValue("pool_rules", { ...form.values.pool_rules, [name]: Number(value) / 100 }),
  });
  const whole = (name: "window_days" | "least" | "rest_days") => ({
    value: form.values.pool_rules[name],
    onChange: (value: number | string) =>
      form.setFieldValue("pool_rules", { ...form.values.pool_rules, [name]: Number(value) || 1 }),
  });
  return (
    <Fieldset legend={t`Local numbers`}>
      <MultiSelect
        clearable
        data={callerIds
          .filter((one) => one.dialable)
          .map((one) => ({ value: one.id, label: [phoneWords(one.e164), one.label].filter(Boolean).join(" · ") }))}
        description={t`Each is shown to people of its own area; everybody else sees the campaign's caller ID.`}
        label={t`Numbers of the pool`}
        searchable
        {...form.getInputProps("pool")}
      />
      {form.values.pool.length > 0 ? (
        <>
          <Text mt="sm" size="sm">
            <Trans>A number rests where people no longer trust it:</Trans>
          </Text>
          <SimpleGrid cols={{ base: 1, sm: 3, md: 5 }} mt={4}>
            <NumberInput label={t`Looked at over`} max={90} min={1} suffix={` ${days}`} {...whole("window_days")} />
            <NumberInput label={t`From so many calls`} max={100_000} min={10} {...whole("least")} />
            <NumberInput
              decimalScale={2}
              label={t`Fewer answer than`}
              max={100}
              min={0}
              suffix=" %"
              {...percent("answered_min")}
            />
            <NumberInput
              decimalScale={2}
              label={t`More complain than`}
              max={100}
              min={0}
              step={0.1}
              suffix=" %"
              {...percent("complaints_max")}
            />
            <NumberInput label={t`Rests for`} max={90} min={1} suffix={` ${days}`} {...whole("rest_days")} />
          </SimpleGrid>
        </>
      ) : null}
    </Fieldset>
  );
}
