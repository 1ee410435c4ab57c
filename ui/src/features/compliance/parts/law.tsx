import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Group, List, Stack, Text } from "@mantine/core";
import type { LawRule } from "@/shared/api/generated/model";
import { number, share } from "@/shared/time/format";
import { WEEKDAYS } from "./measures";

/** A title of the law in the reader's language; where it has none, the English one, marked as such. */
export function LawTitle({ rule }: { rule: { title: string; title_tr: string } }) {
  const { i18n } = useLingui();
  if (i18n.locale === "tr" && rule.title_tr) return <span lang="tr">{rule.title_tr}</span>;
  return (
    <>
      <span lang="en">{rule.title}</span>
      {i18n.locale === "tr" ? (
        <Badge color="gray" ml={6} size="xs" variant="outline">
          <Trans>in English</Trans>
        </Badge>
      ) : null}
    </>
  );
}

/** What the laws call their values, with its place in the phrase; others are told by their unit alone. */
const VALUES: Record<string, (text: string) => string> = {
  opens: (text) => i18n._(msg`from ${text}`),
  closes: (text) => i18n._(msg`until ${text}`),
  hours: (text) => i18n._(msg`hours ${text}`),
  monday_to_friday: (text) => i18n._(msg`Monday to Friday ${text}`),
  holiday: (text) => i18n._(msg`holidays ${text}`),
  holiday_monday_to_friday: (text) => i18n._(msg`holidays from Monday to Friday ${text}`),
  half_day: (text) => i18n._(msg`half holidays ${text}`),
  attempts_max: (text) => i18n._(msg`at most ${text} attempts`),
  span_days: (text) => i18n._(msg`in ${text} days`),
  span_hours: (text) => i18n._(msg`in ${text} hours`),
  pause: (text) => i18n._(msg`pause of ${text} business days`),
  share_max: (text) => i18n._(msg`at most ${share(Number(text))}`),
  period_days: (text) => i18n._(msg`over ${text} days`),
  age_days_max: (text) => i18n._(msg`at most ${text} days old`),
  ring_s_min: (text) => i18n._(msg`at least ${text} s`),
  rest_hours: (text) => i18n._(msg`rest of ${text} hours`),
  binds_from_day: (text) => i18n._(msg`binds from day ${text}`),
};
const UNITS: Record<string, MessageDescriptor> = {
  days: msg`days`,
  "business days": msg`business days`,
  hours: msg`hours`,
  months: msg`months`,
  minutes: msg`minutes`,
  seconds: msg`seconds`,
  attempts: msg`attempts`,
  messages: msg`messages`,
  words: msg`words`,
};

/** One value of a rule in words. */
export function valueText(value: { name: string; unit: string; text: string }): string {
  const text = value.text === "none" ? i18n._(msg`none`) : value.text;
  const day = WEEKDAYS[value.name];
  if (day) return `${i18n._(day)} ${text}`;
  const unit = UNITS[value.unit];
  return VALUES[value.name]?.(text) ?? (unit ? `${text} ${i18n._(unit)}` : text);
}

/** So many of the laws stand open; the others are one key away, so that a row stays a row. */
const OPEN_RULES = 4;

/** The laws' own limits beside a measure. */
export function LawLimits({ rules }: { rules: readonly LawRule[] }) {
  if (rules.length === 0) {
    return (
      <Text c="dimmed" size="xs">
        <Trans>No law sets this.</Trans>
      </Text>
    );
  }
  const rest = rules.slice(OPEN_RULES);
  return (
    <Stack gap={2}>
      <Limits rules={rules.slice(0, OPEN_RULES)} />
      {rest.length > 0 ? (
        <details>
          <Text component="summary" size="xs">
            <Trans>and {number(rest.length)} more</Trans>
          </Text>
          <Limits rules={rest} />
        </details>
      ) : null}
    </Stack>
  );
}

function Limits({ rules }: { rules: readonly LawRule[] }) {
  return (
    <List listStyleType="none" size="xs" spacing={2}>
      {rules.map((rule) => (
        <List.Item key={`${rule.layer} ${rule.id} ${rule.part}`}>
          <Group component="span" display="inline-flex" gap={6} wrap="wrap">
            <Text component="span" fw={600} size="xs">
              {rule.layer}
            </Text>
            <span className="nowrap">{rule.id}</span>
            <span className="tabular">
              {[rule.registry, ...rule.values.map(valueText)].filter(Boolean).join(" · ") || rule.cites.join(", ")}
            </span>
          </Group>
        </List.Item>
      ))}
    </List>
  );
}
