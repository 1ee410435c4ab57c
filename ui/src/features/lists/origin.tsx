import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Radio, Skeleton, Stack, Text, Textarea, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  contactsOriginsSayOrigin,
  getContactsOriginsListOriginQueryKey,
  getContactsOriginsListOriginQueryOptions,
} from "@/shared/api/generated/lists";
import type { OriginIn, OriginOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** Where the data of a list's people come from, and whether they were told: some laws let nobody be called before. */
export function Origin({ list }: { list: string }) {
  const origin = useQuery(getContactsOriginsListOriginQueryOptions(list));
  if (origin.error) return <ProblemAlert error={origin.error} retry={() => void origin.refetch()} />;
  if (!origin.data) return <Skeleton height={220} />;
  return <Form key={JSON.stringify(origin.data)} list={list} origin={origin.data} />;
}

const UNKNOWN = "unknown";

function Form({ list, origin }: { list: string; origin: OriginOut }) {
  const { t } = useLingui();
  const brings = useMay("bring_lists");
  const queries = useQueryClient();
  const given = origin.notice_given ?? null;
  const form = useForm({
    initialValues: {
      data_source: origin.data_source || UNKNOWN,
      notice_given: given === null ? UNKNOWN : given ? "yes" : "no",
      notice: origin.notice ?? "",
    },
    validate: {
      notice: (value, { notice_given }) =>
        notice_given === "yes" && !value.trim() ? t`Say which notice it was, and when and how people got it` : null,
    },
  });
  const say = useMutation({
    mutationFn: ({ data_source, notice_given, notice }: typeof form.values) =>
      contactsOriginsSayOrigin(list, {
        data_source: (data_source === UNKNOWN ? "" : data_source) as NonNullable<OriginIn["data_source"]>,
        notice_given: notice_given === UNKNOWN ? null : notice_given === "yes",
        notice: notice.trim(),
      }),
    onSuccess: (told) => queries.setQueryData(getContactsOriginsListOriginQueryKey(list), told),
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <Stack className="surface" gap="sm" p="md">
      <Title order={2}>
        <Trans>Where the data come from</Trans>
      </Title>
      <form onSubmit={form.onSubmit((values) => say.mutate(values))}>
        <fieldset disabled={!brings} style={{ border: 0, margin: 0, padding: 0 }}>
          <Stack>
            <Radio.Group label={t`Where do these people's data come from?`} {...form.getInputProps("data_source")}>
              <Group gap="md" mt={6}>
                <Radio label={t`from themselves`} value="person" />
                <Radio label={t`from a dealer`} value="broker" />
                <Radio label={t`from a public source`} value="public" />
                <Radio label={t`not known`} value={UNKNOWN} />
              </Group>
            </Radio.Group>
            <Radio.Group
              description={t`The laws of Turkey and the United Kingdom ask; until you say, nobody there is called from this list.`}
              label={t`Were they given a privacy notice?`}
              {...form.getInputProps("notice_given")}
            >
              <Group gap="md" mt={6}>
                <Radio label={t`yes`} value="yes" />
                <Radio label={t`no`} value="no" />
                <Radio label={t`not known`} value={UNKNOWN} />
              </Group>
            </Radio.Group>
            <Textarea
              autosize
              description={t`Its version or address, and when and by which way people got it.`}
              label={t`Which notice, when and how`}
              minRows={2}
              withAsterisk={form.values.notice_given === "yes"}
              {...form.getInputProps("notice")}
            />
            <ProblemAlert error={say.error} />
            {brings ? (
              <Group>
                <Button disabled={!form.isDirty()} loading={say.isPending} type="submit">
                  <Trans>Save</Trans>
                </Button>
                <Text c="dimmed" size="sm">
                  <Trans>In force for the next call, and in the audit log.</Trans>
                </Text>
              </Group>
            ) : null}
          </Stack>
        </fieldset>
      </form>
    </Stack>
  );
}
