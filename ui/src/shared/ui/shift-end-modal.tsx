import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, TextInput } from "@mantine/core";
import { useState } from "react";
import { useNow } from "@/shared/time/clock";
import { clockTime } from "@/shared/time/format";
import { shiftEndOf } from "@/shared/trade/shift-end";

interface ShiftEndModalProps {
  opened: boolean;
  /** The end as it stands; null where nobody said. */
  value: string | null;
  title: string;
  onClose: () => void;
  onSay: (at: string | null) => void;
}

/** Until when somebody is there, by the clock of this screen. */
export function ShiftEndModal(props: ShiftEndModalProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={props.onClose}
      opened={props.opened}
      title={props.title}
    >
      <Form {...props} />
    </Modal>
  );
}

function Form({ value, onClose, onSay }: ShiftEndModalProps) {
  const { t } = useLingui();
  const now = useNow();
  const [text, setText] = useState(value ? clockTime(value) : "");
  const at = shiftEndOf(text, now);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!at) return;
        onSay(at);
        onClose();
      }}
    >
      <Stack>
        <TextInput
          data-autofocus
          description={t`Like 18:00. In the last minute no new number is dialled for this seat; at the end it pauses by itself, after a talk that goes on.`}
          error={
            text !== "" && !at
              ? t`Write a time within the next 16 hours; it is ${clockTime(now)} on this screen.`
              : null
          }
          label={t`Shift ends at`}
          onChange={(event) => setText(event.currentTarget.value)}
          value={text}
        />
        <Group justify="flex-end">
          {value ? (
            <Button
              onClick={() => {
                onSay(null);
                onClose();
              }}
              variant="default"
            >
              <Trans>No end known</Trans>
            </Button>
          ) : null}
          <Button disabled={!at} type="submit">
            <Trans>Save</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
