import { Box, Center, Group, Paper, Stack, Text, Title } from "@mantine/core";
import type { ReactNode } from "react";
import { LanguageChoice } from "@/shared/ui/language-choice";

/** The page before the house: one form in the middle. */
export function Door({ title, note, children }: { title: string; note?: ReactNode; children: ReactNode }) {
  return (
    <Box component="main" mih="100vh">
      <title>{`${title} · Ahize`}</title>
      <Center mih="90vh" p="md">
        <Stack gap="lg" maw={400} w="100%">
          <Group justify="space-between">
            <Group gap="xs">
              <img alt="" height={34} src="/favicon.svg" width={34} />
              <Text fw={700} size="xl">
                Ahize
              </Text>
            </Group>
            <LanguageChoice />
          </Group>
          <Paper className="surface" p="xl">
            <Stack>
              <div>
                <Title order={1}>{title}</Title>
                {note ? (
                  <Text c="dimmed" component="div" size="sm">
                    {note}
                  </Text>
                ) : null}
              </div>
              {children}
            </Stack>
          </Paper>
        </Stack>
      </Center>
    </Box>
  );
}
