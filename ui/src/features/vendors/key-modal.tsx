import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Code, CopyButton, Group, Modal, Stack, Text } from "@mantine/core";
import { IconKey } from "@tabler/icons-react";
import type { VendorKeyOut } from "@/shared/api/generated/model";
import { addressHere, example } from "./handed";

/** What is handed to a vendor; the key is shown this once, so a click beside the box does not close it. */
export function KeyModal({ made, onClose }: { made: VendorKeyOut | null; onClose: () => void }) {
  const { t } = useLingui();
  return (
    <Modal
      closeOnClickOutside={false}
      closeOnEscape={false}
      onClose={onClose}
      opened={made !== null}
      size="lg"
      title={made ? t`The key of ${made.door.supplier}` : ""}
      withCloseButton={false}
    >
      {made ? <Handed made={made} onClose={onClose} /> : null}
    </Modal>
  );
}

export function Handed({ made, onClose }: { made: VendorKeyOut; onClose: () => void }) {
  const { t } = useLingui();
  const { word: user, lists } = made.door;
  const [first] = lists;
  const text = [
    `${t`Address`}: ${addressHere()}`,
    `${t`User name`} (user): ${user}`,
    `${t({ message: "Key", context: "secret" })} (pass): ${made.key}`,
    ...lists.map((one) => `${t`List`} (list_id): ${one.number} · ${one.name}`),
    "",
    example({ user, key: made.key, list: first?.number ?? "999" }),
  ].join("\n");
  return (
    <Stack>
      <Alert color="amber" icon={<IconKey aria-hidden />} variant="light">
        <Trans>The key is shown this once. Hand all of this to the vendor by a way that only it can read.</Trans>
      </Alert>
      <Code block>{text}</Code>
      <Text c="dimmed" size="sm">
        <Trans>The answer is a line that begins with SUCCESS, NOTICE or ERROR and says what became of the lead.</Trans>
      </Text>
      <Group justify="flex-end">
        <CopyButton value={text}>
          {({ copied, copy }) => (
            <Button data-autofocus onClick={copy} variant={copied ? "default" : "filled"}>
              {copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}
            </Button>
          )}
        </CopyButton>
        <Button onClick={onClose} variant="default">
          <Trans>I have handed it over</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
