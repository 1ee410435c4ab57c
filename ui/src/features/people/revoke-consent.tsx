import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Select, Stack, Text, Textarea } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { consentsLedgerRevokeConsent } from "@/shared/api/generated/consents";
import type { ConsentOnPage, RevokeOneIn } from "@/shared/api/generated/model";
import { dateTime } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { DOORS } from "./kinds";
import { type PersonFormProps, PersonModal } from "./person-form";

interface RevokeProps extends PersonFormProps {
  consent: ConsentOnPage;
}

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
  const form = useForm({ initialValues: { door: "agent", reason: "" } });
  const revoke = useMutation({
    mutationFn: (values: typeof form.values) => consentsLedgerRevokeConsent(consent.id, values as RevokeOneIn),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [`/api/contacts/${person.id}`] });
      await queries.invalidateQueries({ queryKey: ["/api/consents/timeline"] });
      onClose();
    },
  });
  const doors = Object.keys(DOORS).filter((door) => door !== "import");
  return (
    <form onSubmit={form.onSubmit((values) => revoke.mutate(values))}>
      <Stack>
        <Select
          allowDeselect={false}
          data={doors.map((door) => ({ value: door, label: word(DOORS, door) }))}
          data-autofocus
          label={t`How they said it`}
          {...form.getInputProps("door")}
        />
        <Textarea
          autosize
          description={t`In their own words, where they are known.`}
          label={t`What they said`}
          minRows={2}
          {...form.getInputProps("reason")}
        />
        <Text c="dimmed" size="sm">
          <Trans>
            All that this number agreed to with this seller ends, and marketing to it stops. It is in force for the next
            call.
          </Trans>
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
