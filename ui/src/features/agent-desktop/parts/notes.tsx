import { Trans, useLingui } from "@lingui/react/macro";
import { Group, Text, Textarea } from "@mantine/core";
import { IconCheck, IconDots } from "@tabler/icons-react";
import type { Ref } from "react";
import { Key } from "@/shared/ui/key";
import type { DraftHandle } from "../use-draft";
import classes from "./desk.module.css";

interface NotesProps {
  draft: DraftHandle;
  disabled: boolean;
  field: Ref<HTMLTextAreaElement>;
}

/** Notes save themselves; the tick says that the server has them. Escape leaves the field, so that keys work again. */
export function Notes({ draft, disabled, field }: NotesProps) {
  const { t } = useLingui();
  const { text, unsaved } = draft.draft;
  return (
    <section className={`surface ${classes.card}`}>
      <Group justify="space-between" mb={6}>
        <label className={classes.label} htmlFor="notes">
          <Trans>Notes</Trans> <Key name="N" />
        </label>
        <Text aria-live="polite" c="dimmed" component="span" data-testid="draft-state" size="xs">
          {unsaved ? (
            <Group component="span" gap={4}>
              <IconDots aria-hidden size={14} /> <Trans>kept here</Trans>
            </Group>
          ) : text ? (
            <Group component="span" gap={4}>
              <IconCheck aria-hidden size={14} /> <Trans>saved</Trans>
            </Group>
          ) : null}
        </Text>
      </Group>
      <Textarea
        classNames={{ input: classes.notes }}
        disabled={disabled}
        id="notes"
        maxLength={20_000}
        onChange={(event) => draft.change({ text: event.currentTarget.value })}
        onKeyDown={(event) => {
          if (event.key === "Escape") event.currentTarget.blur();
        }}
        placeholder={t`Saved as you type. Esc leaves the field.`}
        ref={field}
        rows={3}
        value={text}
      />
    </section>
  );
}
