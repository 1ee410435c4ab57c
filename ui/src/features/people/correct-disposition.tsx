import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Modal, Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { dialingCorrect } from "@/shared/api/generated/calls";
import { getCampaignsCampaignQueryOptions } from "@/shared/api/generated/campaigns";
import type { AttemptDetail } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { randomId } from "@/shared/ids";
import { DISPOSITIONS, word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";

/** A better disposition, with a reason; the original stays on record. */
export function CorrectDisposition({ attempt }: { attempt: AttemptDetail }) {
  const { t } = useLingui();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button onClick={() => setOpened(true)} size="compact-sm" variant="default">
        <Trans>Correct</Trans>
      </Button>
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setOpened(false)}
        opened={opened}
        title={t`Correct the disposition`}
      >
        {opened ? <Form attempt={attempt} onClose={() => setOpened(false)} /> : null}
      </Modal>
    </>
  );
}

function Form({ attempt, onClose }: { attempt: AttemptDetail; onClose: () => void }) {
  const { t, i18n } = useLingui();
  const queries = useQueryClient();
  // One key for the form's life: pressing twice corrects once.
  const [key] = useState(randomId);
  const campaign = useQuery(getCampaignsCampaignQueryOptions(attempt.campaign_id));
  const last = attempt.records.at(-1)?.code;
  const choices = (campaign.data?.dispositions ?? [])
    .filter((one) => one.code !== last && !one.flags.includes("not_offered"))
    .map((one) => ({
      value: one.code,
      label: (i18n.locale === "tr" ? one.label_tr : one.label_en) || word(DISPOSITIONS, one.code),
    }));
  const form = useForm({
    initialValues: { code: "", reason: "" },
    validate: {
      code: (value) => (value ? null : t`Choose a disposition`),
      reason: (value) => (value.trim() ? null : t`Say why`),
    },
  });
  const correct = useMutation({
    mutationFn: (values: typeof form.values) =>
      dialingCorrect(attempt.id, { code: values.code, reason: values.reason.trim(), idempotency_key: key }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [`/api/attempts/${attempt.id}`] });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => correct.mutate(values))}>
      <Stack>
        <Select
          data={choices}
          data-autofocus
          label={t`Disposition`}
          searchable
          withAsterisk
          {...form.getInputProps("code")}
        />
        <Textarea autosize label={t`Reason`} minRows={2} withAsterisk {...form.getInputProps("reason")} />
        <Text c="dimmed" size="sm">
          <Trans>What was chosen first stays on record.</Trans>
        </Text>
        <FormEnd error={campaign.error ?? correct.error} isPending={correct.isPending} onClose={onClose}>
          <Trans>Correct</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
