import { Trans, useLingui } from "@lingui/react/macro";
import { CloseButton, Group, Text, TextInput } from "@mantine/core";
import { useState } from "react";
import { Key } from "@/shared/ui/key";
import classes from "./desk.module.css";

const DIGITS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];

interface KeypadProps {
  onDigit: (digit: string) => void;
  onClose: () => void;
}

/** Digits for a menu at the other end: each is sent as it is typed. */
export function Keypad({ onDigit, onClose }: KeypadProps) {
  const { t } = useLingui();
  const [sent, setSent] = useState("");
  function send(digit: string): void {
    setSent((before) => (before + digit).slice(-24));
    onDigit(digit);
  }
  return (
    <section aria-label={t`Digits`} className={`surface ${classes.card}`}>
      <Group justify="space-between">
        <h2 className={classes.label} style={{ margin: 0 }}>
          <Trans>Digits for the other side</Trans>
        </h2>
        <CloseButton aria-label={t`Close`} onClick={onClose} size="sm" />
      </Group>
      <Group align="flex-start" gap="md" mt={6} wrap="nowrap">
        <div className={classes.keypad}>
          {DIGITS.map((digit) => (
            <button className={classes.digit} key={digit} onClick={() => send(digit)} type="button">
              {digit}
            </button>
          ))}
        </div>
        <div style={{ flex: 1 }}>
          <TextInput
            aria-label={t`Digits typed here are sent at once`}
            autoFocus
            className="tabular"
            inputMode="tel"
            onChange={() => {}}
            onKeyDown={(event) => {
              if (event.key === "Escape") onClose();
              if (event.ctrlKey || event.altKey || event.metaKey || !DIGITS.includes(event.key)) return;
              event.preventDefault();
              send(event.key);
            }}
            value={sent}
          />
          <Text c="dimmed" mt={6} size="xs">
            <Trans>Type them, or press the buttons.</Trans> <Key name="Esc" />
          </Text>
        </div>
      </Group>
    </section>
  );
}
