import { Center, Stack, Text } from "@mantine/core";
import type { Icon } from "@tabler/icons-react";
import type { ReactNode } from "react";

interface EmptyStateProps {
  icon?: Icon;
  /** One sentence: what will live here. */
  children: ReactNode;
  /** One button that begins it. */
  action?: ReactNode;
}

export function EmptyState({ icon: Icon, children, action }: EmptyStateProps) {
  return (
    <Center className="surface" mih={160} p="xl">
      <Stack align="center" gap="sm" maw={460}>
        {Icon ? <Icon aria-hidden color="var(--mantine-color-dimmed)" size={30} stroke={1.5} /> : null}
        <Text c="dimmed" component="div" ta="center">
          {children}
        </Text>
        {action}
      </Stack>
    </Center>
  );
}
