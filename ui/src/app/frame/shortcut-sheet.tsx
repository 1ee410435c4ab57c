import { Trans, useLingui } from "@lingui/react/macro";
import { Modal, Stack, Switch, Table, Text } from "@mantine/core";
import { useSheet } from "@/shared/keyboard/keyboard";
import { labelOf } from "@/shared/keyboard/strokes";
import { Key } from "@/shared/ui/key";

/** The keys of this screen, as they are bound right now. */
export function ShortcutSheet({ opened, onClose }: { opened: boolean; onClose: () => void }) {
  const { i18n, t } = useLingui();
  const { bindings, singleKeys, setSingleKeys } = useSheet();
  return (
    <Modal onClose={onClose} opened={opened} title={t`Keys on this screen`}>
      <Stack>
        <Table verticalSpacing={6}>
          <Table.Tbody>
            <Table.Tr>
              <Table.Td w={130}>
                <Key name="Ctrl" /> <Key name="K" />
              </Table.Td>
              <Table.Td>
                <Trans>Find anything</Trans>
              </Table.Td>
            </Table.Tr>
            {bindings.map((binding) => (
              <Table.Tr key={binding.key}>
                <Table.Td>
                  <Key name={binding.key} /> {binding.twice ? <Key name={binding.key} /> : null}
                </Table.Td>
                <Table.Td>{labelOf(binding, (message) => i18n._(message))}</Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <Text c="dimmed" size="sm">
          <Trans>Letters and digits work while you are not typing in a field; function keys always work.</Trans>
        </Text>
        <Switch
          checked={singleKeys}
          label={t`Use single letters and digits as keys`}
          onChange={(event) => setSingleKeys(event.currentTarget.checked)}
        />
      </Stack>
    </Modal>
  );
}
