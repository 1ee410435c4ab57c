import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Stack, Text, Title } from "@mantine/core";
import { useState } from "react";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { dateTime, fullDate, languageName } from "@/shared/time/format";
import { CONTACT_FIELDS, word } from "@/shared/trade/words";
import { NamedValues } from "@/shared/ui/named-values";
import { AddConsent } from "./add-consent";
import { AddRelationship } from "./add-relationship";
import { Consent } from "./consent";
import { ConsentTimeline } from "./consent-timeline";
import { CorrectFields } from "./correct-fields";
import { CAPACITIES, RELATIONSHIPS } from "./kinds";

const SHOWN = ["company", "address", "postal_code", "email", "language", "capacity", "external_id"] as const;

/** What is kept about the person besides the numbers, what allows a call, and what was corrected. */
export function OnRecord({ person }: { person: Person }) {
  const { t } = useLingui();
  const edits = useMay("edit_contacts");
  const [correcting, setCorrecting] = useState(false);
  const fields = SHOWN.filter((name) => person[name]).map(
    (name) =>
      [
        name === "capacity" ? t({ message: "Calls as", context: "person" }) : word(CONTACT_FIELDS, name),
        name === "capacity"
          ? word(CAPACITIES, person[name])
          : name === "language"
            ? languageName(person[name])
            : person[name],
      ] as const,
  );
  const own = Object.entries(person.fields).filter(([, value]) => value);
  return (
    <>
      <Stack className="surface" gap="xs" p="md">
        <Group justify="space-between">
          <Title order={2}>
            <Trans>On record</Trans>
          </Title>
          {edits ? (
            <Button onClick={() => setCorrecting(true)} size="compact-sm" variant="default">
              <Trans>Correct</Trans>
            </Button>
          ) : null}
        </Group>
        {fields.length + own.length === 0 ? (
          <Text c="dimmed" size="sm">
            <Trans>Nothing but the numbers.</Trans>
          </Text>
        ) : (
          <NamedValues label={t`On record`} lines={[...fields, ...own]} />
        )}
        {person.changes.length > 0 ? (
          <>
            <Title order={3}>
              <Trans>Corrections</Trans>
            </Title>
            <Stack gap={2}>
              {person.changes.map((change) => (
                <Text key={`${change.field}${change.at}`} size="sm">
                  <span className="tabular">{dateTime(change.at)}</span> ·{" "}
                  {word(CONTACT_FIELDS, change.field.replace(/^fields\./, ""))}: “{change.before}” → “{change.after}”
                  {change.by ? ` (${change.by})` : ""}
                </Text>
              ))}
            </Stack>
          </>
        ) : null}
      </Stack>
      <Grounds person={person} />
      <CorrectFields onClose={() => setCorrecting(false)} opened={correcting} person={person} />
    </>
  );
}

/** What ties the person to the seller, and what they agreed to. */
function Grounds({ person }: { person: Person }) {
  const edits = useMay("edit_contacts");
  const [adding, setAdding] = useState<"consent" | "relationship" | null>(null);
  return (
    <Stack className="surface" gap="xs" p="md">
      <Title order={2}>
        <Trans>Relationship and consent</Trans>
      </Title>
      {person.relationships.length + person.consents.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Neither is on record.</Trans>
        </Text>
      ) : null}
      {person.relationships.map((one) => (
        <Text key={one.id} size="sm">
          {word(RELATIONSHIPS, one.kind)}: {fullDate(one.last_on)}
          {one.product ? ` · ${one.product}` : ""}
          {one.ended_on ? (
            <>
              {" "}
              · <Trans>ended {fullDate(one.ended_on)}</Trans>
            </>
          ) : null}
          {one.source ? ` · ${one.source}` : ""}
        </Text>
      ))}
      {person.consents.map((one) => (
        <Consent consent={one} key={one.id} person={person} />
      ))}
      {edits ? (
        <Group gap="xs">
          <Button onClick={() => setAdding("consent")} size="compact-sm" variant="default">
            <Trans>Add a consent</Trans>
          </Button>
          <Button onClick={() => setAdding("relationship")} size="compact-sm" variant="default">
            <Trans>Add a relationship</Trans>
          </Button>
        </Group>
      ) : null}
      {person.phones.length > 0 ? <ConsentTimeline person={person} /> : null}
      <AddConsent onClose={() => setAdding(null)} opened={adding === "consent"} person={person} />
      <AddRelationship onClose={() => setAdding(null)} opened={adding === "relationship"} person={person} />
    </Stack>
  );
}
