import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Group, Stack, Text, Title } from "@mantine/core";
import type { ContactPage as Person } from "@/shared/api/generated/model";
import { dateTime } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { LINE_TYPES, PHONE_STATES } from "./kinds";

/** Each number with a state of its own: a wrong number retires the phone, not the person. */
export function Phones({ person }: { person: Person }) {
  const { t } = useLingui();
  return (
    <Stack className="surface" gap="xs" p="md">
      <Title order={2}>
        <Trans>Numbers</Trans>
      </Title>
      {person.phones.map((phone) => (
        <Group gap="xs" justify="space-between" key={phone.id}>
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
                {dateTime(phone.state_at)} {phone.state_reason}
              </Text>
            ) : null}
          </Stack>
          <Group gap={6}>
            {phone.suppressed ? (
              <Badge color="brick">
                <Trans>Do not call</Trans>
              </Badge>
            ) : null}
            <Badge color={phone.state === "usable" ? "leaf" : "gray"} variant="light">
              {word(PHONE_STATES, phone.state)}
            </Badge>
          </Group>
        </Group>
      ))}
    </Stack>
  );
}
