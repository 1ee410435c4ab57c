import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, Text } from "@mantine/core";
import { useDisclosure } from "@mantine/hooks";
import { notifications } from "@mantine/notifications";
import { IconHandStop, IconPhoneOff, IconPlayerPlay } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { dialingResume, dialingStop, getDialingWallboardQueryKey } from "@/shared/api/generated/calls";
import { sentence } from "@/shared/ui/sentence";

/** Stop everything: at once, without a question. Hanging up on people asks once. */
export function Brakes({ stopped }: { stopped: boolean }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [asking, ask] = useDisclosure(false);
  const brake = useMutation({
    mutationFn: (deed: "stop" | "hang_up" | "resume") =>
      deed === "resume" ? dialingResume() : dialingStop({ hang_up: deed === "hang_up" }),
    onSettled: () => void queries.invalidateQueries({ queryKey: getDialingWallboardQueryKey() }),
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });
  return (
    <Group gap="xs">
      {stopped ? (
        <Button
          leftSection={<IconPlayerPlay aria-hidden size={18} />}
          loading={brake.isPending}
          onClick={() => brake.mutate("resume")}
        >
          <Trans>Dial again</Trans>
        </Button>
      ) : (
        <Button
          color="brick"
          leftSection={<IconHandStop aria-hidden size={18} />}
          loading={brake.isPending}
          onClick={() => brake.mutate("stop")}
        >
          <Trans>Stop everything</Trans>
        </Button>
      )}
      <Button color="brick" leftSection={<IconPhoneOff aria-hidden size={18} />} onClick={ask.open} variant="outline">
        <Trans>Hang up everything</Trans>
      </Button>
      <Modal onClose={ask.close} opened={asking} title={t`Hang up everything?`}>
        <Stack>
          <Text size="sm">
            <Trans>
              All dialling stops, what rings is ended, and every person who is talking to an agent is cut off.
            </Trans>
          </Text>
          <Group justify="flex-end">
            <Button data-autofocus onClick={ask.close} variant="default">
              <Trans>Cancel</Trans>
            </Button>
            <Button
              color="brick"
              onClick={() => {
                ask.close();
                brake.mutate("hang_up");
              }}
            >
              <Trans>Hang up everything</Trans>
            </Button>
          </Group>
        </Stack>
      </Modal>
    </Group>
  );
}
