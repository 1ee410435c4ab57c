import { useLingui } from "@lingui/react/macro";
import { Modal, type ModalProps } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ReactNode } from "react";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";

/** What every small form about a person is handed. */
export interface PersonFormProps {
  person: Person;
  opened: boolean;
  onClose: () => void;
}

/** A window whose form begins anew each time it is opened. */
export function PersonModal({
  opened,
  ...props
}: Pick<ModalProps, "children" | "onClose" | "opened" | "size" | "title">) {
  const { t } = useLingui();
  return (
    <Modal closeButtonProps={{ "aria-label": t`Close` }} opened={opened} {...props}>
      {opened ? props.children : null}
    </Modal>
  );
}

/** Writes something down about a person: then the page is asked again and the form closes; what is wrong stands at its field. */
export function useWriting<Values>(
  person: Person,
  onClose: () => void,
  form: { setErrors: (errors: Record<string, ReactNode>) => void },
  write: (values: Values) => Promise<unknown>,
) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: write,
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [`/api/contacts/${person.id}`] });
      onClose();
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
}
