import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Radio, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { consentsLedgerRevoke } from "@/shared/api/generated/consents";
import type { ConsentOnPage, RevokeIn } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { renewSuppressions } from "@/shared/suppressions/suppress-form";
import { serverNow } from "@/shared/time/clock";
import { dateTime } from "@/shared/time/format";
import { CHANNELS, word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { DOORS } from "./kinds";
import { type PersonFormProps, PersonModal } from "./person-form";

interface RevokeProps extends PersonFormProps {
  consent: ConsentOnPage;
}

const ALL = "all";

/** The person takes back what they agreed to; by which door they said it is written down and changes nothing. */
export function RevokeConsent({ opened, onClose, ...rest }: RevokeProps) {
  const { t } = useLingui();
  const given = dateTime(rest.consent.given_at);
  return (
    <PersonModal onClose={onClose} opened={opened} title={t`Withdraw the consent of ${given}`}>
      <Form onClose={onClose} {...rest} />
    </PersonModal>
  );
}

function Form({ consent, person, onClose }: Omit<RevokeProps, "opened">) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const form = useForm({
    initialValues: { channel: ALL, door: "agent", said: "", said_at: "" },
    validate: {
      said_at: (value) =>
        value && new Date(value).getTime() > serverNow() ? t`A withdrawal cannot be in the future` : null,
    },
  });
  const revoke = useMutation({
    mutationFn: ({ channel, door, said, said_at }: typeof form.values) =>
      consentsLedgerRevoke({
        number: consent.e164,
        seller: person.seller,
        channel: channel === ALL ? null : (channel as NonNullable<RevokeIn["channel"]>),
        door: door as RevokeIn["door"],
        said: said.trim(),
        said_at: said_at ? new Date(said_at).toISOString() : null,
      }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [`/api/contacts/${person.id}`] });
      await queries.invalidateQueries({ queryKey: ["/api/consents/timeline"] });
      renewSuppressions(queries);
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  const doors = Object.keys(DOORS).filter((door) => door !== "import");
  // A consent that names no channel holds for any; one that names some can only lose those it has left.
  const left = consent.channels_left.length > 0 ? consent.channels_left : Object.keys(CHANNELS);
  return (
    <form onSubmit={form.onSubmit((values) => revoke.mutate(values))}>
      <Stack>
        <Radio.Group label={t`What they do not want any more`} {...form.getInputProps("channel")}>
          <Stack gap={6} mt={6}>
            <Radio data-autofocus label={t`Anything: calls, texts and all else`} value={ALL} />
            {left.map((channel) => (
              <Radio key={channel} label={t`Only this: ${word(CHANNELS, channel)}`} value={channel} />
            ))}
          </Stack>
        </Radio.Group>
        <Group grow>
          <Select
            allowDeselect={false}
            data={doors.map((door) => ({ value: door, label: word(DOORS, door) }))}
            label={t`How they said it`}
            {...form.getInputProps("door")}
          />
          <TextInput
            description={t`Empty: just now.`}
            inputWrapperOrder={["label", "input", "description", "error"]}
            label={t`When they said it`}
            type="datetime-local"
            {...form.getInputProps("said_at")}
          />
        </Group>
        <Textarea
          autosize
          description={t`In their own words, where they are known.`}
          label={t`What they said`}
          minRows={2}
          {...form.getInputProps("said")}
        />
        <Text c="dimmed" size="sm">
          {form.values.channel === ALL ? (
            <Trans>
              All that this number agreed to with this seller ends, and marketing to it stops. It is in force for the
              next call.
            </Trans>
          ) : (
            <Trans>
              What this number agreed to with this seller ends for this channel alone, and marketing by it stops; the
              others stay as they are. It is in force for the next call.
            </Trans>
          )}
        </Text>
        <ProblemAlert error={revoke.error} />
        <Group justify="flex-end">
          <Button onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button color="brick" loading={revoke.isPending} type="submit">
            <Trans>Withdraw</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
