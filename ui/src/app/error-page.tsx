import { Trans } from "@lingui/react/macro";
import { Button, Center, Group, Stack, Text, Title } from "@mantine/core";
import type { ErrorComponentProps } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** A screen broke: what happened, what was kept, what to do. */
export function ErrorPage({ error, reset }: ErrorComponentProps) {
  return (
    <Notice title={<Trans>This screen could not be shown</Trans>}>
      <ProblemAlert error={error} />
      <Text c="dimmed" size="sm">
        <Trans>
          What was saved is kept. Load the screen again; if it happens twice, give your administrator the code above.
        </Trans>
      </Text>
      <Group>
        <Button
          onClick={() => {
            reset();
            location.reload();
          }}
        >
          <Trans>Load again</Trans>
        </Button>
        <Button component="a" href="/" variant="default">
          <Trans>Go to the first page</Trans>
        </Button>
      </Group>
    </Notice>
  );
}

export function NotFoundPage() {
  return (
    <Notice title={<Trans>There is no such page</Trans>}>
      <Text c="dimmed">
        <Trans>The address may be old, or the page belongs to a role you don't have.</Trans>
      </Text>
      <Group>
        <Button component="a" href="/">
          <Trans>Go to the first page</Trans>
        </Button>
      </Group>
    </Notice>
  );
}

export function NoRoomPage() {
  return (
    <Notice title={<Trans>Nothing here is open to you yet</Trans>}>
      <Text c="dimmed">
        <Trans>Your user has no role. Ask an administrator to give you one; this page opens by itself then.</Trans>
      </Text>
    </Notice>
  );
}

function Notice({ title, children }: { title: ReactNode; children: ReactNode }) {
  return (
    <Center mih="60vh" p="md">
      <Stack component="main" maw={560}>
        <Title order={1}>{title}</Title>
        {children}
      </Stack>
    </Center>
  );
}
