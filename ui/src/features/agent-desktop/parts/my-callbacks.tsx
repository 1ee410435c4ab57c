import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import {
  dialingCancelCallback,
  getDialingMyCallbacksQueryKey,
  getDialingMyCallbacksQueryOptions,
} from "@/shared/api/generated/calls";
import { phoneWords } from "@/shared/trade/phone";
import { LocalMoment } from "@/shared/ui/local-time";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { sentence } from "@/shared/ui/sentence";

/** What was promised: mine, and that of absent colleagues which anybody may keep. */
export function MyCallbacks({ busy, onDial }: { busy: boolean; onDial: (callback: string) => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const callbacks = useQuery(getDialingMyCallbacksQueryOptions());
  const cancel = useMutation({
    mutationFn: (id: string) => dialingCancelCallback(id),
    onSuccess: () => void queries.invalidateQueries({ queryKey: getDialingMyCallbacksQueryKey() }),
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  if (callbacks.error && !callbacks.data) return <ProblemAlert error={callbacks.error} />;
  if (!callbacks.data) return <Skeleton height={60} />;
  if (callbacks.data.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        <Trans>The calls you promised stand here, each at the person's own time.</Trans>
      </Text>
    );
  }
  return (
    <Stack gap="sm">
      {callbacks.data.map((one) => (
        <Group justify="space-between" key={one.id} wrap="nowrap">
          <div>
            <Group gap={6}>
              <Text fw={550} size="sm">
                {one.name || phoneWords(one.number)}
              </Text>
              {one.due ? (
                <Badge color="amber" size="sm" tt="none" variant="light">
                  <Trans>due</Trans>
                </Badge>
              ) : null}
              {one.mine ? null : (
                <Badge color="gray" size="sm" tt="none" variant="light">
                  {one.owner}
                </Badge>
              )}
            </Group>
            <Text c="dimmed" size="xs">
              <LocalMoment at={one.at} zone={one.zone || undefined} /> · {one.campaign.name}
            </Text>
            {one.notes ? <Text size="xs">{one.notes}</Text> : null}
          </div>
          <Group gap={6} wrap="nowrap">
            <Button
              disabled={busy}
              onClick={() => onDial(one.id)}
              size="compact-sm"
              variant={one.due ? "filled" : "default"}
            >
              <Trans>Call</Trans>
            </Button>
            <Button
              title={t`Take this promise off the list`}
              color="gray"
              onClick={() => cancel.mutate(one.id)}
              size="compact-sm"
              variant="subtle"
            >
              <Trans>Cancel</Trans>
            </Button>
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
