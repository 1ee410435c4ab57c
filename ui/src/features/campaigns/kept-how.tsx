import { Trans, useLingui } from "@lingui/react/macro";
import { Select, Stack, Text } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import { share } from "@/shared/time/format";
import { STRICT, type Values } from "./values";

const CONFIDENCES = ["0.95", "0.99", "0.999"] as const;

/** Strictly or with a confidence, and in plain words what that means for those who are called. */
export function KeptHow({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useLingui();
  const chosen = form.values.confidence;
  const choices = [...new Set([...CONFIDENCES, ...(chosen === STRICT ? [] : [chosen])])];
  return (
    <Stack gap={4} mt="sm">
      <Select
        allowDeselect={false}
        data={[
          { value: STRICT, label: t`Strictly` },
          ...choices.map((one) => ({
            value: one,
            label: t`Statistically, ${share(Number(one), one.length > 4 ? 1 : 0)}`,
          })),
        ]}
        label={t`How the limit is kept`}
        maw={320}
        {...form.getInputProps("confidence")}
      />
      <Text c="dimmed" maw={720} size="sm">
        {chosen === STRICT ? (
          <Trans>
            At no moment are more people called than the limit could pay for if all of them answered at once. A new
            campaign begins slowly and has earned its full speed after some thousand answers.
          </Trans>
        ) : (
          <Trans>
            Agents wait less from the first hour. So surely the period ends within the limit; with bad luck it does not.
            What the law allows stays as it is, and where a share is above it, nobody is dialled ahead.
          </Trans>
        )}
      </Text>
    </Stack>
  );
}
