import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, List, Select, Stack, Text, TextInput, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery } from "@tanstack/react-query";
import { dialingMayWeCall } from "@/shared/api/generated/calls";
import { getCampaignsCampaignsQueryOptions } from "@/shared/api/generated/campaigns";
import type { RulingOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { dateTime } from "@/shared/time/format";
import { SPOKEN_DUTIES, word } from "@/shared/trade/words";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

interface Values {
  campaign: string;
  number: string;
  at: string;
}

/** "May we call?": the ruling that clearance would make, with its sentences. Nothing is written, nothing is dialled. */
export function MayWePage() {
  const { t } = useLingui();
  const campaigns = useQuery(getCampaignsCampaignsQueryOptions());
  const form = useForm<Values>({
    initialValues: { campaign: "", number: "", at: "" },
    validate: { number: (value) => (value.trim() ? null : t`Type a number`) },
  });
  const ask = useMutation({
    mutationFn: (values: Values) =>
      dialingMayWeCall({
        campaign: values.campaign || (campaigns.data?.[0]?.id ?? ""),
        number: values.number.trim(),
        at: values.at ? new Date(values.at).toISOString() : null,
      }),
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <>
      <PageHeader
        note={t`The answer that clearance would give, with each rule's sentence. Nothing is dialled.`}
        title={t`May we call?`}
      />
      <form onSubmit={form.onSubmit((values) => ask.mutate(values))}>
        <Group align="flex-end" mb="md">
          <Select
            allowDeselect={false}
            data={(campaigns.data ?? []).map((row) => ({ value: row.id, label: row.name }))}
            label={t`Campaign`}
            miw={260}
            {...form.getInputProps("campaign")}
            value={form.values.campaign || campaigns.data?.[0]?.id || null}
          />
          <TextInput autoFocus label={t`Number`} placeholder="+1 212 555 0123" {...form.getInputProps("number")} />
          <TextInput label={t`At (empty: now)`} type="datetime-local" {...form.getInputProps("at")} />
          <Button disabled={!campaigns.data?.length} loading={ask.isPending} type="submit">
            <Trans>Ask</Trans>
          </Button>
        </Group>
      </form>
      <ProblemAlert error={campaigns.error ?? ask.error} />
      {ask.data ? <Answer ruling={ask.data} /> : null}
    </>
  );
}

function Answer({ ruling }: { ruling: RulingOut }) {
  const { t } = useLingui();
  const allowed = ruling.verdict === "allow";
  const title = allowed
    ? t`Yes, this call is lawful now`
    : ruling.verdict === "review"
      ? t`Not yet: a fact is missing`
      : t`No, this call is barred`;
  // Those an agent must say; what the engine keeps by itself stands among the sentences already.
  const duties = ruling.duties.filter((duty) => duty in SPOKEN_DUTIES);
  const cites = [...new Set(ruling.bars.flatMap((bar) => (Array.isArray(bar.cites) ? bar.cites.map(String) : [])))];
  return (
    <Stack maw={820}>
      <Alert
        color={allowed ? "leaf" : ruling.verdict === "review" ? "amber" : "brick"}
        role="status"
        title={title}
        variant="light"
      >
        <List size="sm" spacing={4}>
          {ruling.sentences.map((sentence) => (
            <List.Item key={sentence}>{sentence}</List.Item>
          ))}
        </List>
        {cites.length > 0 ? (
          <Text c="dimmed" mt="xs" size="xs">
            {cites.join(" · ")}
          </Text>
        ) : null}
      </Alert>
      <Group gap="xs">
        {ruling.federal_only ? (
          <Badge color="amber" variant="light">
            <Trans>Federal only: the state's own law has no rulebook yet</Trans>
          </Badge>
        ) : null}
        {ruling.next_lawful ? (
          <Badge variant="default">
            <Trans>Next lawful: {dateTime(ruling.next_lawful)}</Trans>
          </Badge>
        ) : null}
        {ruling.lawful_until ? (
          <Badge variant="default">
            <Trans>Lawful until: {dateTime(ruling.lawful_until)}</Trans>
          </Badge>
        ) : null}
      </Group>
      {duties.length > 0 ? (
        <Stack className="surface" gap={4} p="md">
          <Title order={2}>
            <Trans>What the call must carry</Trans>
          </Title>
          <List size="sm">
            {duties.map((duty) => (
              <List.Item key={duty}>{word(SPOKEN_DUTIES, duty)}</List.Item>
            ))}
          </List>
        </Stack>
      ) : null}
      <Text c="dimmed" size="xs">
        <Trans>
          Rulebook {ruling.rulebook}, time zones {ruling.tzdata}
        </Trans>
      </Text>
    </Stack>
  );
}
