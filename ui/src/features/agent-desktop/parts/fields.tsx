import { Plural, Trans } from "@lingui/react/macro";
import { Button, SimpleGrid, Text, TextInput } from "@mantine/core";
import { IconCheck } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import { dialingCorrectContact, getDialingSeatQueryKey } from "@/shared/api/generated/calls";
import type { ContactCard, ContactField } from "@/shared/api/generated/model";
import { CONTACT_FIELDS, word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import classes from "./desk.module.css";

/** What we know of the person; what the agent may correct is a field, the rest is text. */
export function Fields({ call, contact }: { call: string; contact: ContactCard }) {
  const queries = useQueryClient();
  const correct = useMutation({
    mutationFn: (field: { name: string; value: string }) =>
      dialingCorrectContact(call, { fields: { [field.name]: field.value } }),
    onSuccess: () => void queries.invalidateQueries({ queryKey: getDialingSeatQueryKey() }),
  });
  const [all, showAll] = useState(false);
  const filled = contact.fields.filter(({ value }) => value !== "");
  const shown = all ? contact.fields : filled;
  const hidden = contact.fields.length - filled.length;
  if (contact.fields.length === 0) return null;
  return (
    <section className={`surface ${classes.card}`}>
      <h2 className={classes.label} style={{ margin: "0 0 6px" }}>
        <Trans>What we know</Trans>
      </h2>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="xs" verticalSpacing="xs">
        {shown.map((field) =>
          field.editable ? (
            <EditableField
              field={field}
              key={`${contact.id}-${field.name}`}
              onSave={(value) => correct.mutate({ name: field.name, value })}
              saved={correct.isSuccess && correct.variables?.name === field.name}
            />
          ) : (
            <div key={field.name}>
              <Text className={classes.label}>{word(CONTACT_FIELDS, field.name)}</Text>
              <Text size="sm">{field.value || "–"}</Text>
            </div>
          ),
        )}
      </SimpleGrid>
      {hidden > 0 && !all ? (
        <Button color="gray" mt="xs" onClick={() => showAll(true)} size="compact-xs" variant="subtle">
          <Plural one="# empty field" other="# empty fields" value={hidden} />
        </Button>
      ) : null}
      <ProblemAlert error={correct.error} />
    </section>
  );
}

interface EditableFieldProps {
  field: ContactField;
  saved: boolean;
  onSave: (value: string) => void;
}

function EditableField({ field, saved, onSave }: EditableFieldProps) {
  const [value, setValue] = useState(field.value);
  useEffect(() => setValue(field.value), [field.value]);
  const finish = () => value !== field.value && onSave(value);
  return (
    <TextInput
      label={word(CONTACT_FIELDS, field.name)}
      onBlur={finish}
      onChange={(event) => setValue(event.currentTarget.value)}
      onKeyDown={(event) => {
        if (event.key === "Enter") event.currentTarget.blur();
        if (event.key === "Escape") setValue(field.value);
      }}
      rightSection={
        saved && value === field.value ? <IconCheck aria-hidden color="var(--mantine-color-leaf-6)" size={16} /> : null
      }
      size="xs"
      value={value}
    />
  );
}
