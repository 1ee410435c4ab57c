import { useLingui } from "@lingui/react/macro";
import { Select } from "@mantine/core";
import type { UseFormReturnType } from "@mantine/form";
import type { Values } from "./values";

/** Whether an agent is there at the very answer, and hears it ring before. */
export function EarlyJoin({ form }: { form: UseFormReturnType<Values> }) {
  const { t } = useLingui();
  const { mode, detect, join_while_ringing: chosen } = form.values;
  const listens = Boolean(detect) && !["preview", "manual"].includes(mode ?? "");
  return (
    <Select
      allowDeselect={false}
      data={[
        { value: "no", label: t`Agents are joined after the answer` },
        { value: "silent", label: t`The agent is there at the answer` },
        { value: "heard", label: t`The agent is on the line and hears it ring` },
      ]}
      description={
        listens
          ? t`Not while it is listened who answers: the agent might hear a machine.`
          : t`The agent whom a call is likely to be for is joined at the very answer. Nobody hears the agent before.`
      }
      disabled={listens && chosen === "no"}
      label={t`No pause after hello`}
      maw={420}
      {...form.getInputProps("join_while_ringing")}
    />
  );
}
