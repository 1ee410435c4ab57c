import { Trans, useLingui } from "@lingui/react/macro";
import { ActionIcon, Badge, Group, Menu, Modal, Select, Stack, Text, Textarea, Title } from "@mantine/core";
import { IconDots } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { contactsPutPhoneState } from "@/shared/api/generated/lists";
import type { ContactPage as Person, PhonePage as Phone, PhoneStateIn } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { SuppressForm } from "@/shared/suppressions/suppress-form";
import { dateTime } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { LINE_TYPES, PHONE_STATES } from "./kinds";

/** Each number with a state of its own: a wrong number retires the phone, not the person. */
export function Phones({ person }: { person: Person }) {
  return (
    <Stack className="surface" gap="sm" p="md">
      <Title order={2}>
        <Trans>Numbers</Trans>
      </Title>
      {person.phones.map((phone) => (
        <PhoneLine key={phone.id} person={person} phone={phone} />
      ))}
    </Stack>
  );
}

function PhoneLine({ phone, person }: { phone: Phone; person: Person }) {
  const { t } = useLingui();
  return (
    <Group gap="xs" justify="space-between" wrap="nowrap">
      <Stack gap={0}>
        <Text className="tabular" fw={600}>
          {phone.e164}
        </Text>
        <Text c="dimmed" size="xs">
          {[
            phone.label,
            phone.line_type ? word(LINE_TYPES, phone.line_type) : t`line type unknown`,
            phone.zones.join(", ") || t`time zone unknown`,
          ]
            .filter(Boolean)
            .join(" · ")}
        </Text>
        {phone.state_at ? (
          <Text c="dimmed" size="xs">
            {[dateTime(phone.state_at), phone.state_reason].filter(Boolean).join(" · ")}
          </Text>
        ) : null}
      </Stack>
      <Group gap={6} style={{ flexShrink: 0 }} wrap="nowrap">
        {phone.suppressed ? (
          <Badge color="brick" maw="none">
            <Trans context="number">Do not call</Trans>
          </Badge>
        ) : null}
        <Badge color={phone.state === "usable" ? "leaf" : "gray"} maw="none" variant="light">
          {word(PHONE_STATES, phone.state)}
        </Badge>
        <PhoneDeeds person={person} phone={phone} />
      </Group>
    </Group>
  );
}

function PhoneDeeds({ phone, person }: { phone: Phone; person: Person }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const edits = useMay("edit_contacts");
  const suppresses = useMay("suppress");
  const [open, setOpen] = useState<"retire" | "suppress" | null>(null);
  const bringBack = useMutation({
    mutationFn: () => contactsPutPhoneState(phone.id, { state: "usable", reason: "" }),
    onSuccess: () => queries.invalidateQueries({ queryKey: [`/api/contacts/${person.id}`] }),
  });
  if (!edits && !(suppresses && !phone.suppressed)) return null;
  return (
    <>
      <Menu position="bottom-end">
        <Menu.Target>
          <ActionIcon aria-label={t`What to do with ${phone.e164}`} size="lg" variant="subtle">
            <IconDots size={18} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {suppresses && !phone.suppressed ? (
            <Menu.Item color="brick" onClick={() => setOpen("suppress")}>
              <Trans>Do not call this number</Trans>
            </Menu.Item>
          ) : null}
          {edits && phone.state === "usable" ? (
            <Menu.Item onClick={() => setOpen("retire")}>
              <Trans>Retire this number</Trans>
            </Menu.Item>
          ) : null}
          {edits && phone.state !== "usable" ? (
            <Menu.Item onClick={() => bringBack.mutate()}>
              <Trans>Bring this number back</Trans>
            </Menu.Item>
          ) : null}
        </Menu.Dropdown>
      </Menu>
      <ProblemAlert error={bringBack.error} />
      <SuppressForm
        number={phone.e164}
        onClose={() => setOpen(null)}
        opened={open === "suppress"}
        seller={person.seller}
      />
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setOpen(null)}
        opened={open === "retire"}
        title={t`Retire ${phone.e164}`}
      >
        {open === "retire" ? <RetireForm onClose={() => setOpen(null)} person={person} phone={phone} /> : null}
      </Modal>
    </>
  );
}

function RetireForm({ phone, person, onClose }: { phone: Phone; person: Person; onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [state, setState] = useState<PhoneStateIn["state"]>("wrong_number");
  const [reason, setReason] = useState("");
  const put = useMutation({
    mutationFn: () => contactsPutPhoneState(phone.id, { state, reason: reason.trim() }),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: [`/api/contacts/${person.id}`] });
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        put.mutate();
      }}
    >
      <Stack>
        <Select
          allowDeselect={false}
          data={Object.keys(PHONE_STATES)
            .filter((one) => one !== "usable")
            .map((one) => ({ value: one, label: word(PHONE_STATES, one) }))}
          data-autofocus
          label={t`What is wrong with it`}
          onChange={(value) => value && setState(value as PhoneStateIn["state"])}
          value={state}
        />
        <Textarea
          autosize
          label={t`Reason`}
          minRows={2}
          onChange={(event) => setReason(event.currentTarget.value)}
          value={reason}
        />
        <Text c="dimmed" size="sm">
          <Trans>The person stays, with the other numbers. You can bring this one back.</Trans>
        </Text>
        <FormEnd error={put.error} isPending={put.isPending} onClose={onClose}>
          <Trans>Retire</Trans>
        </FormEnd>
      </Stack>
    </form>
  );
}
