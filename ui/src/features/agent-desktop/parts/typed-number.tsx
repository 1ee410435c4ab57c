import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, TextInput } from "@mantine/core";
import { IconPhone } from "@tabler/icons-react";
import { type RefObject, useState } from "react";
import type { DialIn } from "@/shared/api/generated/model";
import { Key } from "@/shared/ui/key";
import classes from "./desk.module.css";

interface TypedNumberProps {
  busy: boolean;
  field: RefObject<HTMLInputElement | null>;
  onDial: (what: DialIn) => void;
}

/** A number typed by hand. It asks for the same leave as any other. */
export function TypedNumber({ busy, field, onDial }: TypedNumberProps) {
  const { t } = useLingui();
  const [number, setNumber] = useState("");
  const ready = number.replace(/\D/g, "").length >= 5;
  return (
    <section className={`surface ${classes.card}`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (ready && !busy) onDial({ number });
        }}
      >
        <Group align="flex-end" gap="xs">
          <TextInput
            description={t`Checked like every other call before it rings`}
            flex={1}
            inputMode="tel"
            label={
              <>
                <Trans>Call a number</Trans> <Key name="T" />
              </>
            }
            onChange={(event) => setNumber(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key === "Escape") event.currentTarget.blur();
            }}
            placeholder="+1 212 555 0123"
            ref={field}
            type="tel"
            value={number}
          />
          <Button disabled={!ready || busy} leftSection={<IconPhone aria-hidden size={16} />} type="submit">
            <Trans>Call</Trans>
          </Button>
        </Group>
      </form>
    </section>
  );
}
