import { Trans } from "@lingui/react/macro";
import { Button, Group } from "@mantine/core";
import type { ReactNode } from "react";
import { ProblemAlert } from "./problem-alert";

interface FormEndProps {
  /** What the form does, on its button: "Save" unless said. */
  children?: ReactNode;
  error: unknown;
  isPending: boolean;
  disabled?: boolean;
  onClose: () => void;
}

/** The end of a form: what went wrong, and the two ways out. */
export function FormEnd({ children, error, isPending, disabled, onClose }: FormEndProps) {
  return (
    <>
      <ProblemAlert error={error} />
      <Group justify="flex-end">
        <Button onClick={onClose} variant="default">
          <Trans>Cancel</Trans>
        </Button>
        <Button disabled={disabled ?? false} loading={isPending} type="submit">
          {children ?? <Trans>Save</Trans>}
        </Button>
      </Group>
    </>
  );
}
