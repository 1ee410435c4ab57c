import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Menu } from "@mantine/core";
import { IconHourglassLow, IconPlayerPause } from "@tabler/icons-react";
import { useMemo } from "react";
import { useKeys } from "@/shared/keyboard/keyboard";
import { usePauseCodes } from "@/shared/trade/use-pause-codes";
import { Key } from "@/shared/ui/key";

interface PauseMenuProps {
  opened: boolean;
  onOpen: (open: boolean) => void;
  onPause: (code: string) => void;
  /** In a call the pause holds from its end. */
  later: boolean;
  /** The pause that waits for whoever rings; asked again it begins at once. */
  leaving: string;
  onShift: () => void;
}

/** Why you step back: F2, then the digit of the code. */
export function PauseMenu({ opened, onOpen, onPause, later, leaving, onShift }: PauseMenuProps) {
  const codes = usePauseCodes();
  if (leaving) {
    return (
      <Button
        color="amber"
        leftSection={<IconPlayerPause aria-hidden size={16} />}
        onClick={() => onPause(leaving)}
        rightSection={<Key name="F2" />}
        variant="light"
      >
        <Trans>Pause at once</Trans>
      </Button>
    );
  }
  return (
    <Menu onChange={onOpen} opened={opened} position="bottom-end" width={230}>
      <Menu.Target>
        <Button
          color="gray"
          leftSection={<IconPlayerPause aria-hidden size={16} />}
          rightSection={<Key name="F2" />}
          variant="default"
        >
          {later ? <Trans>Pause after this call</Trans> : <Trans>Pause</Trans>}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {opened ? <PauseKeys codes={codes.map(({ code }) => code)} onPause={onPause} onShift={onShift} /> : null}
        {codes.map(({ code, label }, index) => (
          <Menu.Item key={code} onClick={() => onPause(code)} rightSection={<Key name={String(index + 1)} />}>
            {label}
          </Menu.Item>
        ))}
        <Menu.Divider />
        <Menu.Item
          leftSection={<IconHourglassLow aria-hidden size={16} />}
          onClick={onShift}
          rightSection={<Key name="0" />}
        >
          <Trans>End of shift…</Trans>
        </Menu.Item>
      </Menu.Dropdown>
    </Menu>
  );
}

interface PauseKeysProps {
  codes: readonly string[];
  onPause: (code: string) => void;
  onShift: () => void;
}

function PauseKeys({ codes, onPause, onShift }: PauseKeysProps) {
  const { i18n } = useLingui();
  useKeys(
    useMemo(
      () => [
        ...codes.slice(0, 9).map((code, index) => ({
          key: String(index + 1),
          label: i18n._(msg`Pause`),
          run: () => onPause(code),
        })),
        { key: "0", label: i18n._(msg`End of shift…`), run: onShift },
      ],
      [codes, onPause, onShift, i18n],
    ),
  );
  return null;
}
