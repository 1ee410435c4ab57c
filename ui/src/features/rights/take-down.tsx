import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { getRightsRightsRequestsQueryKey, rightsOpenRightsRequest } from "@/shared/api/generated/rights";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { KINDS } from "./kinds";

/** A request that came by letter, mail or telephone: its clock runs, and the person gets a receipt. */
export function TakeDown({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      title={t`Take a request down`}
    >
      {opened ? <Form onClose={onClose} /> : null}
    </Modal>
  );
}

function Form({ onClose }: { onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { kind: "access", number: "", said: "" },
    validate: { number: (value) => (value.trim() ? null : t`Type a number`) },
  });
  const open = useMutation({
    mutationFn: (values: typeof form.values) => rightsOpenRightsRequest({ ...values, region: "" }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: getRightsRightsRequestsQueryKey() }),
  });
  if (open.data)
    return (
      <Stack>
        <Alert title={t`The person's receipt`}>
          <Text className="tabular" fw={700} size="lg">
            {open.data.receipt}
          </Text>
          <Trans>It is shown this once. Give it to the person; they can look it up on the house's page.</Trans>
        </Alert>
        <Group justify="flex-end">
          <Button onClick={onClose}>
            <Trans>Done</Trans>
          </Button>
        </Group>
      </Stack>
    );
  return (
    <form onSubmit={form.onSubmit((values) => open.mutate(values))}>
      <Stack>
        <Select
          allowDeselect={false}
          data={Object.keys(KINDS).map((kind) => ({ value: kind, label: word(KINDS, kind) }))}
          label={t`Asked for`}
          {...form.getInputProps("kind")}
        />
        <TextInput data-autofocus label={t`Number`} {...form.getInputProps("number")} />
        <Textarea autosize label={t`Their words`} minRows={2} {...form.getInputProps("said")} />
        <ProblemAlert error={open.error} />
        <Group justify="flex-end">
          <Button onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button loading={open.isPending} type="submit">
            <Trans>Take it down</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
