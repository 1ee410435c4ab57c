import { Box, Group, Text, Title } from "@mantine/core";
import { type ReactNode, useEffect } from "react";

interface PageHeaderProps {
  title: string;
  /** One line under the title: what this page answers. */
  note?: ReactNode;
  /** What can be done here, the main thing last. */
  actions?: ReactNode;
}

/** The top of every page; it also names the browser's tab. */
export function PageHeader({ title, note, actions }: PageHeaderProps) {
  useEffect(() => {
    document.title = `${title} · Ahize`;
  }, [title]);
  return (
    <Group align="flex-end" justify="space-between" mb="md" wrap="wrap">
      <Box>
        <Title order={1}>{title}</Title>
        {note ? (
          <Text c="dimmed" component="div" size="sm">
            {note}
          </Text>
        ) : null}
      </Box>
      {actions ? <Group gap="xs">{actions}</Group> : null}
    </Group>
  );
}
