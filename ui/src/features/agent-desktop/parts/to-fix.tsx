import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  dialingFix,
  getDialingSeatQueryKey,
  getDialingToFixQueryKey,
  getDialingToFixQueryOptions,
} from "@/shared/api/generated/calls";
import type { ToFixOut } from "@/shared/api/generated/model";
import { randomId } from "@/shared/ids";
import { span } from "@/shared/time/format";
import { LocalMoment } from "@/shared/ui/local-time";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { sentence } from "@/shared/ui/sentence";

/** Talks whose wrap-up ran out. Each leaves the list with a disposition. */
export function ToFix() {
  const talks = useQuery(getDialingToFixQueryOptions());
  if (talks.error && !talks.data) return <ProblemAlert error={talks.error} />;
  if (!talks.data) return <Skeleton height={60} />;
  if (talks.data.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        <Trans>A talk whose wrap-up time ran out without a disposition would stand here. There is none.</Trans>
      </Text>
    );
  }
  return (
    <Stack gap="md">
      {talks.data.map((talk) => (
        <Talk key={talk.attempt} talk={talk} />
      ))}
    </Stack>
  );
}

function Talk({ talk }: { talk: ToFixOut }) {
  const { i18n, t } = useLingui();
  const queries = useQueryClient();
  const [code, setCode] = useState<string | null>(talk.notes.code || null);
  const fix = useMutation({
    mutationFn: (chosen: string) =>
      dialingFix(talk.attempt, { code: chosen, notes: talk.notes.text, idempotency_key: randomId() }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: getDialingToFixQueryKey() });
      void queries.invalidateQueries({ queryKey: getDialingSeatQueryKey() });
    },
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  // A promised time belongs to the talk itself; here only what needs none is offered.
  const offered = talk.dispositions.filter(({ flags }) => !flags.includes("callback"));
  return (
    <div>
      <Text fw={550} size="sm">
        {talk.name}
      </Text>
      <Text c="dimmed" size="xs">
        {[talk.campaign.name, talk.agent, talk.talk_s ? span(talk.talk_s * 1000) : ""].filter(Boolean).join(" · ")} ·{" "}
        <LocalMoment at={talk.at} />
      </Text>
      {talk.notes.text ? <Text size="sm">{talk.notes.text}</Text> : null}
      <Group gap="xs" mt={4} wrap="nowrap">
        <Select
          aria-label={t`Disposition`}
          data={offered.map((one) => ({ value: one.code, label: i18n.locale === "tr" ? one.label_tr : one.label_en }))}
          flex={1}
          onChange={setCode}
          placeholder={t`What it came to`}
          searchable
          size="xs"
          value={code}
        />
        <Button disabled={!code} loading={fix.isPending} onClick={() => code && fix.mutate(code)} size="xs">
          <Trans>Save</Trans>
        </Button>
      </Group>
    </div>
  );
}
