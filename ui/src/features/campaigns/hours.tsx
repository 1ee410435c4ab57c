import { Trans, useLingui } from "@lingui/react/macro";
import { Checkbox, Group, Stack, Text, TextInput } from "@mantine/core";
import type { CampaignOutHours } from "@/shared/api/generated/model";

const DAYS = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"] as const;
// 5 January 2026 was a Monday: the names of days come from the reader's language, not from a list of ours.
const MONDAY = Date.UTC(2026, 0, 5);
const FIRST: [string, string] = ["09:00", "20:00"];

interface HoursProps {
  value: CampaignOutHours;
  onChange: (hours: CampaignOutHours) => void;
}

/** One span a day; a day without one is not called on. The law's own hours hold besides. */
export function Hours({ value, onChange }: HoursProps) {
  const { t, i18n } = useLingui();
  const dayName = (index: number) =>
    new Intl.DateTimeFormat(i18n.locale, { weekday: "long", timeZone: "UTC" }).format(MONDAY + index * 86_400_000);
  const put = (day: string, spans: string[][]) => {
    const { [day]: _, ...rest } = value;
    onChange(spans.length > 0 ? { ...rest, [day]: spans } : rest);
  };
  return (
    <Stack gap={6}>
      {DAYS.map((day, index) => {
        const [from, until] = value[day]?.[0] ?? [];
        const on = from !== undefined && until !== undefined;
        return (
          <Group gap="sm" key={day}>
            <Checkbox
              checked={on}
              label={dayName(index)}
              onChange={(event) => put(day, event.currentTarget.checked ? [FIRST] : [])}
              w={140}
            />
            {on ? (
              <>
                <TextInput
                  aria-label={t`${dayName(index)}, from`}
                  onChange={(event) => put(day, [[event.currentTarget.value, until]])}
                  size="xs"
                  type="time"
                  value={from}
                />
                <Text size="sm">–</Text>
                <TextInput
                  aria-label={t`${dayName(index)}, until`}
                  onChange={(event) => put(day, [[from, event.currentTarget.value]])}
                  size="xs"
                  type="time"
                  value={until}
                />
              </>
            ) : (
              <Text c="dimmed" size="sm">
                <Trans>nobody is called</Trans>
              </Text>
            )}
          </Group>
        );
      })}
    </Stack>
  );
}
