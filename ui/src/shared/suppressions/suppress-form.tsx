import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Select, Stack, Text, Textarea, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { consentsSuppress } from "@/shared/api/generated/consents";
import type { SuppressionOut } from "@/shared/api/generated/model";
import { getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { useMe } from "@/shared/session/session";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { SOURCES } from "./sources";

interface SuppressFormProps {
  opened: boolean;
  onClose: () => void;
  /** Fixed where the person is known; else it is asked. */
  number?: string;
  /** The seller to begin with; without one it holds for all. */
  seller?: string;
  /** What stands in the field where the number is asked for. */
  suggested?: string;
}

const EVERY_SELLER = "every";

/** Nobody calls this number any more, from the answer on. The receipt is for the person who asked. */
export function SuppressForm({ opened, onClose, number, seller, suggested }: SuppressFormProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      title={number ? t`Do not call ${number}` : t`Do not call a number`}
    >
      {opened ? <Form number={number} onClose={onClose} seller={seller} suggested={suggested} /> : null}
    </Modal>
  );
}

interface FormProps {
  number: string | undefined;
  seller: string | undefined;
  suggested: string | undefined;
  onClose: () => void;
}

function Form({ number, seller, suggested, onClose }: FormProps) {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const sellers = useQuery({ ...getTenantsSellersQueryOptions(), enabled: me.verbs.includes("see_sellers") });
  const form = useForm({
    initialValues: { number: number ?? suggested ?? "", seller: seller ?? EVERY_SELLER, source: "screen", reason: "" },
    validate: { number: (value) => (value.trim() ? null : t`Type a number`) },
  });
  const suppress = useMutation({
    mutationFn: (values: typeof form.values) =>
      consentsSuppress({
        number: values.number.trim(),
        seller: values.seller === EVERY_SELLER ? null : values.seller,
        source: values.source,
        reason: values.reason.trim(),
        covers: "everything",
      }),
    onSuccess: () => renewSuppressions(queries),
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  if (suppress.data) return <Receipt made={suppress.data} onClose={onClose} />;
  return (
    <form onSubmit={form.onSubmit((values) => suppress.mutate(values))}>
      <Stack>
        {number ? null : (
          <TextInput
            data-autofocus
            label={t`Number`}
            placeholder="+1 212 555 0123"
            withAsterisk
            {...form.getInputProps("number")}
          />
        )}
        <Select
          allowDeselect={false}
          data={[
            { value: EVERY_SELLER, label: t`All sellers` },
            ...(sellers.data ?? []).map((one) => ({ value: one.id, label: one.name })),
          ]}
          label={t`Not called for`}
          {...form.getInputProps("seller")}
        />
        <Select
          allowDeselect={false}
          data={["screen", "complaint", "letter", "email"].map((one) => ({ value: one, label: word(SOURCES, one) }))}
          label={t`How the wish came`}
          {...form.getInputProps("source")}
        />
        <Textarea autosize label={t`Reason`} minRows={2} {...form.getInputProps("reason")} />
        <Text c="dimmed" size="sm">
          <Trans>It holds at once, on every list and in every campaign. Lifting it takes two people.</Trans>
        </Text>
        <ProblemAlert error={suppress.error} />
        <Group justify="flex-end">
          <Button onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button color="brick" loading={suppress.isPending} type="submit">
            <Trans context="deed">Do not call</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function Receipt({ made, onClose }: { made: SuppressionOut; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Stack>
      <Alert color="leaf" role="status" title={t`This number is not called any more`} variant="light">
        <Trans>
          Receipt for the person: <b className="tabular">{made.receipt}</b>
        </Trans>
      </Alert>
      <Group justify="flex-end">
        <Button data-autofocus onClick={onClose}>
          <Trans>Close</Trans>
        </Button>
      </Group>
    </Stack>
  );
}

/** Whatever shows a suppression asks again. */
export function renewSuppressions(queries: ReturnType<typeof useQueryClient>): void {
  void queries.invalidateQueries({
    predicate: ({ queryKey: [key] }) =>
      typeof key === "string" && (key.startsWith("/api/suppressions") || key.startsWith("/api/contacts")),
  });
}
