import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Code, Group, Radio, Skeleton, Stack, Text, Textarea, Title } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { consentsLedgerEndConsent, getConsentsLedgerConsentsQueryOptions } from "@/shared/api/generated/consents";
import type {
  ConsentOnPage,
  ConsentOut,
  EndConsentIn,
  EventOut,
  ContactPage as Person,
} from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { dateTime, fullDate } from "@/shared/time/format";
import { CHANNELS, PURPOSES, word } from "@/shared/trade/words";
import { FormEnd } from "@/shared/ui/form-end";
import { NamedValues } from "@/shared/ui/named-values";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { CONSENT_FORMS, CONSENT_LEVELS, DOORS, FLAWS, METHODS, MOMENTS, REGISTRY_STATES } from "./kinds";
import { type PersonFormProps, PersonModal, useWriting } from "./person-form";
import { RevokeConsent } from "./revoke-consent";

/** One consent in a line, with what can be done about it. */
export function Consent({ consent, person }: { consent: ConsentOnPage; person: Person }) {
  const { t } = useLingui();
  const revokes = useMay("suppress");
  const [opened, setOpened] = useState<"whole" | "revoke" | "end" | null>(null);
  const given = dateTime(consent.given_at);
  const lost = consent.channels.filter((channel) => !consent.channels_left.includes(channel));
  const close = () => setOpened(null);
  return (
    <Group gap="xs" justify="space-between" wrap="nowrap">
      <Stack gap={0}>
        <Text size="sm" td={consent.is_live ? undefined : "line-through"}>
          <Trans>Consent of {given}</Trans> · <span className="tabular">{consent.e164}</span>
          {consent.form ? ` · ${word(CONSENT_FORMS, consent.form)}` : ""}
          {consent.words ? ` · “${consent.words}”` : ""}
          {consent.source ? ` · ${consent.source}` : ""}
          {consent.registry_state ? ` · ${word(REGISTRY_STATES, consent.registry_state)}` : ""}
        </Text>
        <Text c="dimmed" size="xs">
          {consent.channels_left.length > 0 ? t`for ${channelWords(consent.channels_left)}` : t`no channel named`}
          {consent.is_live && lost.length > 0 ? ` · ${t`withdrawn: ${channelWords(lost)}`}` : ""}
          {consent.until ? ` · ${t`until ${dateTime(consent.until)}`}` : ""}
          {consent.revoked_at ? ` · ${t`withdrawn ${dateTime(consent.revoked_at)}`}` : ""}
        </Text>
      </Stack>
      <Group gap={6} style={{ flexShrink: 0 }} wrap="nowrap">
        <Button
          aria-label={t`Details of the consent of ${given}`}
          onClick={() => setOpened("whole")}
          size="compact-xs"
          variant="default"
        >
          <Trans>Details</Trans>
        </Button>
        {revokes && consent.is_live ? (
          <Button
            aria-label={t`Withdraw the consent of ${given}`}
            onClick={() => setOpened("revoke")}
            size="compact-xs"
            variant="default"
          >
            <Trans>Withdraw</Trans>
          </Button>
        ) : null}
      </Group>
      <PersonModal onClose={close} opened={opened === "whole"} size="lg" title={t`Consent of ${given}`}>
        <Whole consent={consent} onEnd={() => setOpened("end")} person={person} />
      </PersonModal>
      <RevokeConsent consent={consent} onClose={close} opened={opened === "revoke"} person={person} />
      <EndConsent consent={consent} onClose={close} opened={opened === "end"} person={person} />
    </Group>
  );
}

function channelWords(channels: readonly string[]): string {
  return channels.map((channel) => word(CHANNELS, channel)).join(", ");
}

/** All that was written down of a consent, and what became of it, oldest first. */
function Whole({ consent, person, onEnd }: { consent: ConsentOnPage; person: Person; onEnd: () => void }) {
  const { t } = useLingui();
  const edits = useMay("edit_contacts");
  const found = useQuery(getConsentsLedgerConsentsQueryOptions({ number: consent.e164, seller: person.seller }));
  if (found.error) return <ProblemAlert error={found.error} retry={() => void found.refetch()} />;
  const whole = found.data?.find((one) => one.id === consent.id);
  if (!whole) return <Skeleton height={240} />;
  return (
    <Stack>
      {whole.words ? (
        <Text className="surface" p="sm" style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
          “{whole.words}”
        </Text>
      ) : null}
      <NamedValues label={t`Consent`} lines={linesOf(whole, t)} />
      {whole.snapshot ? (
        <Stack gap={2}>
          <Anchor
            download={whole.snapshot_name}
            href={`/api/consents/snapshots/${whole.snapshot}/file`}
            size="sm"
            underline="always"
          >
            {whole.snapshot_name}
          </Anchor>
          <Code style={{ overflowWrap: "anywhere" }}>SHA-256 {whole.snapshot_sha256}</Code>
        </Stack>
      ) : null}
      <Title order={3}>
        <Trans>What became of it</Trans>
      </Title>
      {whole.events.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Nothing: it stands as it was given.</Trans>
        </Text>
      ) : (
        <Stack gap="xs">
          {whole.events.map((event) => (
            <Happened event={event} key={event.id} />
          ))}
        </Stack>
      )}
      {edits && whole.is_live ? (
        <Group>
          <Button onClick={onEnd} size="compact-sm" variant="default">
            <Trans>End it without the person's word</Trans>
          </Button>
        </Group>
      ) : null}
    </Stack>
  );
}

type Say = ReturnType<typeof useLingui>["t"];

/** What is known of a consent, line by line; what is not known says so, for the law asks. */
function linesOf(one: ConsentOut, t: Say): [string, string][] {
  const unknown = t`not known`;
  const said = (value: boolean | null) => (value === null ? unknown : value ? t`yes` : t`no`);
  const lost = one.channels.filter((channel) => !one.channels_left.includes(channel));
  const listed = (codes: readonly string[], words: Parameters<typeof word>[0]) =>
    codes.length > 0 ? codes.map((code) => word(words, code)).join(", ") : unknown;
  return [
    [t`Number`, one.e164],
    [t`Given at`, dateTime(one.given_at)],
    [t`How`, one.form ? word(CONSENT_FORMS, one.form) : unknown],
    [t`How far it goes`, one.level ? word(CONSENT_LEVELS, one.level) : unknown],
    [t({ message: "For", context: "consent" }), listed(one.channels, CHANNELS)],
    ...(lost.length > 0 ? ([[t`Withdrawn for`, listed(lost, CHANNELS)]] as [string, string][]) : []),
    [t`In which way`, listed(one.methods, METHODS)],
    [t`For which purposes`, listed(one.purposes, PURPOSES)],
    [t`For the brand`, one.brand || t`none named`],
    [t`For the product`, one.product || t`none named`],
    ...(one.window ? ([[t`Hours asked for`, windowWords(one.window)]] as [string, string][]) : []),
    [t`Version of the words`, one.words_version || unknown],
    [t`Ends at`, one.until ? dateTime(one.until) : t`when it is withdrawn`],
    ...(one.ends_at && one.ends_at !== one.until ? ([[t`Ended`, dateTime(one.ends_at)]] as [string, string][]) : []),
    [t`Source`, one.source || unknown],
    [t`A copy of the proof is on file`, said(one.proof_kept)],
    [t`It is signed`, said(one.signed)],
    [t`Does a purchase depend on it?`, said(one.conditional)],
    ...(one.flaws.length > 0
      ? ([[t`What is wrong with how it was taken`, listed(one.flaws, FLAWS)]] as [string, string][])
      : []),
    ...(one.registry_state
      ? ([[t`At the registry`, word(REGISTRY_STATES, one.registry_state)]] as [string, string][])
      : []),
  ];
}

/** 18:00–19:00, 24.11.2026 */
export function windowWords(window: Record<string, string>): string {
  const hours = window.from || window.to ? `${window.from ?? "00:00"}–${window.to ?? "24:00"}` : "";
  return [hours, window.on ? fullDate(window.on) : ""].filter(Boolean).join(", ");
}

function Happened({ event }: { event: EventOut }) {
  const about = [
    dateTime(event.at),
    channelWords(event.channels),
    event.registry,
    event.registry_state ? word(REGISTRY_STATES, event.registry_state) : "",
    event.registry_reference,
    event.door ? word(DOORS, event.door) : "",
  ];
  return (
    <Stack gap={0}>
      <Text fw={600} size="sm">
        {word(MOMENTS, event.kind)}
      </Text>
      <Text c="dimmed" size="xs">
        {about.filter(Boolean).join(" · ")}
      </Text>
      {event.said ? <Text size="sm">“{event.said}”</Text> : null}
    </Stack>
  );
}

/** Without the person's word: it no longer holds, or it was never given as it was written down. */
function EndConsent({ opened, onClose, ...rest }: PersonFormProps & { consent: ConsentOnPage }) {
  const { t } = useLingui();
  return (
    <PersonModal onClose={onClose} opened={opened} title={t`End it without the person's word`}>
      <EndForm onClose={onClose} {...rest} />
    </PersonModal>
  );
}

function EndForm({ consent, person, onClose }: Omit<PersonFormProps, "opened"> & { consent: ConsentOnPage }) {
  const { t } = useLingui();
  const form = useForm({
    initialValues: { kind: "taken_back", reason: "" },
    validate: { reason: (value) => (value.trim() ? null : t`Say why`) },
  });
  const end = useWriting(person, onClose, form, (values: typeof form.values) =>
    consentsLedgerEndConsent(consent.id, { kind: values.kind as EndConsentIn["kind"], reason: values.reason.trim() }),
  );
  return (
    <form onSubmit={form.onSubmit((values) => end.mutate(values))}>
      <Stack>
        <Radio.Group label={t`What is the case`} {...form.getInputProps("kind")}>
          <Stack gap={6} mt={6}>
            <Radio data-autofocus label={t`It was written down in error: as if it had never been`} value="taken_back" />
            <Radio label={t`It holds no longer: the number changed hands, or its term is over`} value="expired" />
          </Stack>
        </Radio.Group>
        <Textarea autosize label={t`Reason`} minRows={2} withAsterisk {...form.getInputProps("reason")} />
        <Text c="dimmed" size="sm">
          <Trans>What was written down stays on record. It is in force for the next call.</Trans>
        </Text>
        <FormEnd error={end.error} isPending={end.isPending} onClose={onClose} />
      </Stack>
    </form>
  );
}
