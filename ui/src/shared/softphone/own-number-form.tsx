import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getLinesOwnNumbersQueryKey, linesSayMine } from "@/shared/api/generated/lines";
import { Problem } from "@/shared/api/problem";
import { FormEnd } from "@/shared/ui/form-end";

/** A telephone of one's own; it is called once a second person has approved it. */
export function OwnNumberForm({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm({ initialValues: { number: "", mine: false } });
  const add = useMutation({
    mutationFn: (values: typeof form.values) => linesSayMine(values),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getLinesOwnNumbersQueryKey() });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => add.mutate(values))}>
      <Stack>
        <TextInput
          data-autofocus
          label={t`Number`}
          placeholder="+1 212 555 0123"
          type="tel"
          withAsterisk
          {...form.getInputProps("number")}
        />
        <Checkbox
          label={t`This is my own telephone, and I may be called on it`}
          {...form.getInputProps("mine", { type: "checkbox" })}
        />
        <FormEnd disabled={!form.values.mine} error={add.error} isPending={add.isPending} onClose={onClose}>
          <Trans>Add</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
