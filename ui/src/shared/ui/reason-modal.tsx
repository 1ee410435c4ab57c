import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { ProblemAlert } from "./problem-alert";

interface ReasonModalProps {
  opened: boolean;
  onClose: () => void;
  title: string;
  /** What will happen, in a sentence. */
  note?: ReactNode;
  /** The deed's word on the button. */
  deed: string;
  /** Told the reason; the box closes once it is done, and shows what went wrong otherwise. */
  onDeed: (reason: string) => Promise<unknown>;
  /** What is asked for, where it is not a reason. */
  label?: string;
  /** A deed that the law or the house wants explained. */
  required?: boolean;
  color?: string;
}

/** A deed that is asked for twice, with its reason: what is written stands in the audit log. */
export function ReasonModal({ opened, onClose, title, ...rest }: ReasonModalProps) {
  const { t } = useLingui();
  return (
    <Modal closeButtonProps={{ "aria-label": t`Close` }} onClose={onClose} opened={opened} title={title}>
      {opened ? <Form onClose={onClose} {...rest} /> : null}
    </Modal>
  );
}

function Form({ onClose, note, deed, onDeed, label, required, color }: Omit<ReasonModalProps, "opened" | "title">) {
  const { t } = useLingui();
  const [reason, setReason] = useState("");
  const act = useMutation({ mutationFn: () => onDeed(reason.trim()), onSuccess: onClose });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        act.mutate();
      }}
    >
      <Stack>
        <Textarea
          autosize
          data-autofocus
          label={label ?? t`Reason`}
          minRows={2}
          onChange={(event) => setReason(event.currentTarget.value)}
          required={required ?? false}
          value={reason}
        />
        {note ? (
          <Text c="dimmed" size="sm">
            {note}
          </Text>
        ) : null}
        <ProblemAlert error={act.error} />
        <Group justify="flex-end">
          <Button onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button
            disabled={Boolean(required) && !reason.trim()}
            loading={act.isPending}
            type="submit"
            {...(color ? { color } : {})}
          >
            {deed}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
