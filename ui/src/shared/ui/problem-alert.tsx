import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Text } from "@mantine/core";
import { IconAlertTriangle, IconCloudOff } from "@tabler/icons-react";
import { Problem, Unreachable } from "@/shared/api/problem";

interface ProblemAlertProps {
  error: unknown;
  /** Asks again; shown as a button where given. */
  retry?: (() => void) | undefined;
}

/** What happened, what to do, and a code to quote. Shows nothing while nothing is wrong. */
export function ProblemAlert({ error, retry }: ProblemAlertProps) {
  const { t } = useLingui();
  if (!error) return null;
  const again = retry ? (
    <Button mt="xs" onClick={retry} size="xs" variant="default">
      <Trans>Try again</Trans>
    </Button>
  ) : null;
  if (error instanceof Unreachable) {
    return (
      <Alert
        color="amber"
        icon={<IconCloudOff aria-hidden />}
        role="alert"
        title={t`The server does not answer`}
        variant="light"
      >
        <Text size="sm">
          <Trans>Check the network; we keep trying. Nothing you entered is lost.</Trans>
        </Text>
        {again}
      </Alert>
    );
  }
  const problem = error instanceof Problem ? error : null;
  return (
    <Alert
      color="brick"
      icon={<IconAlertTriangle aria-hidden />}
      role="alert"
      title={problem?.message || t`Something went wrong`}
      variant="light"
    >
      <Group align="baseline" gap="xs">
        {problem?.nextStep ? <Text size="sm">{problem.nextStep}</Text> : null}
        <Text c="dimmed" ff="monospace" size="xs">
          {problem?.code ?? (error instanceof Error ? error.message : String(error))}
        </Text>
      </Group>
      {again}
    </Alert>
  );
}
