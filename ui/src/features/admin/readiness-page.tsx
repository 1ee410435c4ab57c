import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Badge, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconCircleCheck, IconCircleDashed } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { getReadinessReadinessQueryOptions } from "@/shared/api/generated/readiness";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** What stands, and what is still missing before people can be called; each with what to do. */
export function ReadinessPage() {
  const { t } = useLingui();
  const readiness = useQuery(getReadinessReadinessQueryOptions());
  return (
    <>
      <PageHeader note={t`What stands, and what is still missing before anybody can be called.`} title={t`Readiness`} />
      <ProblemAlert error={readiness.error} retry={() => void readiness.refetch()} />
      {readiness.data ? (
        <Stack component="ul" gap="xs" m={0} maw={820} p={0} style={{ listStyle: "none" }}>
          {readiness.data.items.map((item) => (
            <Group className="surface" component="li" key={item.code} p="sm" wrap="nowrap">
              {item.ok ? (
                <IconCircleCheck aria-hidden color="var(--mantine-color-leaf-7)" />
              ) : (
                <IconCircleDashed aria-hidden color="var(--mantine-color-amber-7)" />
              )}
              <div>
                <Text>{item.message}</Text>
                {item.needed ? null : (
                  <Text c="dimmed" size="sm">
                    <Trans>Advice: calls can be made without it.</Trans>
                  </Text>
                )}
                {item.link && !item.ok ? (
                  <Anchor href={item.link} size="sm">
                    <Trans>Go there</Trans>
                  </Anchor>
                ) : null}
              </div>
              <Badge color={item.ok ? "leaf" : "amber"} ml="auto" variant="light">
                {item.ok ? <Trans>in order</Trans> : <Trans>missing</Trans>}
              </Badge>
            </Group>
          ))}
        </Stack>
      ) : (
        <Skeleton height={320} />
      )}
    </>
  );
}
