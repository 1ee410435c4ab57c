import { Trans, useLingui } from "@lingui/react/macro";
import { CloseButton, Group, Skeleton, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { calledCallWord } from "@/shared/api/generated/called";
import { clockTime } from "@/shared/time/format";
import { Key } from "@/shared/ui/key";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import classes from "./desk.module.css";

/** “Is this really you?”: the person types this code into the house's page and learns who is calling. */
export function CallWord({ call, onClose }: { call: string; onClose: () => void }) {
  const { t } = useLingui();
  const shown = useQuery({
    queryKey: ["call-word", call],
    queryFn: () => calledCallWord(call),
    gcTime: 0,
    retry: false,
  });
  return (
    <section aria-label={t`Code for the person`} className={`surface ${classes.card}`}>
      <Group justify="space-between">
        <h2 className={classes.label} style={{ margin: 0 }}>
          <Trans>Is this really you? Read this out</Trans>
        </h2>
        <CloseButton aria-label={t`Close`} onClick={onClose} size="sm" />
      </Group>
      <ProblemAlert error={shown.error} />
      {shown.data ? (
        <>
          <Text className="tabular" fw={700} mt={6} size="xl">
            {shown.data.word.slice(0, 3)} {shown.data.word.slice(3)}
          </Text>
          <Text c="dimmed" size="sm">
            <Trans>
              They type it in at {`${window.location.host}${shown.data.address}`}; it is good until{" "}
              {clockTime(shown.data.until)}.
            </Trans>{" "}
            <Key name="I" />
          </Text>
        </>
      ) : shown.error ? null : (
        <Skeleton height={48} mt={6} />
      )}
    </section>
  );
}
