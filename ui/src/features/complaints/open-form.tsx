import { Trans, useLingui } from "@lingui/react/macro";
import {
  Alert,
  Button,
  Checkbox,
  FileInput,
  Group,
  List,
  Modal,
  Select,
  SimpleGrid,
  Stack,
  Tabs,
  Text,
  Textarea,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "@tanstack/react-router";
import { useState } from "react";
import {
  complaintsOpenComplaint,
  complaintsOpenMail,
  getComplaintsComplaintAuthoritiesQueryOptions,
} from "@/shared/api/generated/complaints";
import type { ComplaintIn, OpenedComplaint } from "@/shared/api/generated/model";
import { getTenantsSellersQueryOptions } from "@/shared/api/generated/tenants";
import { Problem } from "@/shared/api/problem";
import { word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { DOORS } from "./kinds";
import { renewComplaints } from "./renew";

interface OpenProps {
  opened: boolean;
  onClose: () => void;
  /** What stands in the field of numbers. */
  number?: string;
}

/** A complaint comes in: typed, or as the mail it came by. From the answer on nobody calls its numbers. */
export function OpenComplaint({ opened, onClose, number }: OpenProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={opened}
      size="lg"
      title={t`New complaint`}
    >
      {opened ? <Body number={number ?? ""} onClose={onClose} /> : null}
    </Modal>
  );
}

function Body({ number, onClose }: { number: string; onClose: () => void }) {
  const [done, setDone] = useState<OpenedComplaint | null>(null);
  const queries = useQueryClient();
  const opened = (answer: OpenedComplaint) => {
    setDone(answer);
    return renewComplaints(queries);
  };
  if (done) return <Done done={done} onClose={onClose} />;
  return (
    <Tabs defaultValue="typed" keepMounted={false}>
      <Tabs.List mb="md">
        <Tabs.Tab value="typed">
          <Trans>Type it</Trans>
        </Tabs.Tab>
        <Tabs.Tab value="mail">
          <Trans>Bring the mail</Trans>
        </Tabs.Tab>
      </Tabs.List>
      <Tabs.Panel value="typed">
        <Typed number={number} onClose={onClose} onDone={opened} />
      </Tabs.Panel>
      <Tabs.Panel value="mail">
        <Mail onClose={onClose} onDone={opened} />
      </Tabs.Panel>
    </Tabs>
  );
}

function Done({ done, onClose }: { done: OpenedComplaint; onClose: () => void }) {
  const { t } = useLingui();
  const navigate = useNavigate();
  return (
    <Stack>
      <Alert
        color={done.repeated ? "amber" : "leaf"}
        role="status"
        title={done.repeated ? t`It is here already` : t`Complaint ${done.complaint.number}`}
        variant="light"
      >
        <List size="sm">
          {done.told.map((one) => (
            <List.Item key={one}>{one}</List.Item>
          ))}
        </List>
      </Alert>
      <Group justify="flex-end">
        <Button onClick={onClose} variant="default">
          <Trans>Close</Trans>
        </Button>
        <Button
          data-autofocus
          onClick={() => {
            onClose();
            void navigate({ to: "/complaints/$id", params: { id: done.complaint.id } });
          }}
        >
          <Trans>To the complaint</Trans>
        </Button>
      </Group>
    </Stack>
  );
}

interface PartProps {
  onDone: (answer: OpenedComplaint) => Promise<void>;
  onClose: () => void;
}

function Typed({ number, onDone, onClose }: PartProps & { number: string }) {
  const { t } = useLingui();
  const sellers = useQuery(getTenantsSellersQueryOptions());
  const authorities = useQuery(getComplaintsComplaintAuthoritiesQueryOptions());
  const form = useForm({
    initialValues: {
      numbers: number,
      door: "voice",
      seller: "",
      every_seller: false,
      who: "",
      contact: "",
      said: "",
      received_at: "",
      happened_at: "",
      due_at: "",
      authority: "",
      authority_reference: "",
    },
    validate: { numbers: (value) => (value.trim() ? null : t`Type the number that was called`) },
  });
  const open = useMutation({
    mutationFn: ({ numbers, seller, received_at, happened_at, due_at, ...rest }: typeof form.values) =>
      complaintsOpenComplaint({
        ...rest,
        door: rest.door as ComplaintIn["door"],
        numbers: numbers
          .split(/[\n;,]+/)
          .map((one) => one.trim())
          .filter(Boolean),
        seller: seller || null,
        received_at: received_at ? new Date(received_at).toISOString() : null,
        happened_at: happened_at ? new Date(happened_at).toISOString() : null,
        // A day counts to its end.
        due_at: due_at ? new Date(new Date(`${due_at}T00:00`).getTime() + 86_400_000).toISOString() : null,
      }),
    onSuccess: onDone,
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <form onSubmit={form.onSubmit((values) => open.mutate(values))}>
      <Stack gap="sm">
        <Textarea
          autosize
          data-autofocus
          description={t`Several with a comma or a line each.`}
          label={t`Number called`}
          minRows={1}
          placeholder="+1 212 555 0123"
          withAsterisk
          {...form.getInputProps("numbers")}
        />
        <Textarea autosize label={t`What they say`} minRows={3} {...form.getInputProps("said")} />
        <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="sm">
          <TextInput label={t`Who complains`} {...form.getInputProps("who")} />
          <TextInput label={t`How to reach them`} {...form.getInputProps("contact")} />
          <Select
            allowDeselect={false}
            data={Object.keys(DOORS).map((one) => ({ value: one, label: word(DOORS, one) }))}
            label={t`How it came`}
            {...form.getInputProps("door")}
          />
          <TextInput
            description={t`Empty: just now.`}
            label={t`When it came`}
            type="datetime-local"
            {...form.getInputProps("received_at")}
          />
          <TextInput label={t`When the call was`} type="datetime-local" {...form.getInputProps("happened_at")} />
          <Select
            allowDeselect={false}
            data={[
              { value: "", label: t`Whoever called` },
              ...(sellers.data ?? []).map((one) => ({ value: one.id, label: one.name })),
            ]}
            label={t`Seller complained of`}
            {...form.getInputProps("seller")}
          />
          <Select
            allowDeselect={false}
            data={[
              { value: "", label: t`None: the person's own` },
              ...(authorities.data ?? []).map((one) => ({ value: one.id, label: one.name })),
            ]}
            label={t`Authority`}
            {...form.getInputProps("authority")}
          />
          <TextInput label={t`Its reference`} {...form.getInputProps("authority_reference")} />
          <TextInput
            description={t`If its letter names a day.`}
            label={t`Answer by`}
            type="date"
            {...form.getInputProps("due_at")}
          />
        </SimpleGrid>
        <Checkbox
          label={t`Stop the numbers for every seller of the house`}
          {...form.getInputProps("every_seller", { type: "checkbox" })}
        />
        <Text c="dimmed" size="sm">
          <Trans>
            With the complaint the numbers are stopped for each seller that called them and for the one complained of,
            and what the people had agreed to ends.
          </Trans>
        </Text>
        <FormEnd error={open.error} isPending={open.isPending} onClose={onClose}>
          <Trans>Open the complaint</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}

function Mail({ onDone, onClose }: PartProps) {
  const { t } = useLingui();
  const [file, setFile] = useState<File | null>(null);
  const open = useMutation({
    mutationFn: () => complaintsOpenMail({ file: file as File }),
    onSuccess: onDone,
  });
  return (
    <form
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault();
        setFile(event.dataTransfer.files[0] ?? null);
      }}
      onSubmit={(event) => {
        event.preventDefault();
        if (file) open.mutate();
      }}
    >
      <Stack>
        <FileInput
          accept=".eml,message/rfc822"
          clearable
          data-autofocus
          description={t`The mail as a file (.eml), as your mail program saves it; it can be dropped here too.`}
          label={t`Mail`}
          onChange={setFile}
          placeholder={t`Choose a file`}
          value={file}
        />
        <Text c="dimmed" size="sm">
          <Trans>
            It is kept as it is. The numbers in it are proposed for you to confirm; those that we have called are
            stopped at once.
          </Trans>
        </Text>
        <FormEnd disabled={!file} error={open.error} isPending={open.isPending} onClose={onClose}>
          <Trans>Read the mail</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
