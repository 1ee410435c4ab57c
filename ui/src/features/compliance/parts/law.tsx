import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Group, List, Text } from "@mantine/core";
import type { LawRule } from "@/shared/api/generated/model";

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

/** One value of a rule as the law writes it, its name in words. */
export function valueText(value: { name: string; unit: string; text: string }): string {
  return `${value.name.replaceAll("_", " ")} ${value.text}`;
}

/** The laws' own limits beside a measure. */
export function LawLimits({ rules }: { rules: readonly LawRule[] }) {
  if (rules.length === 0) {
    return (
      <Text c="dimmed" size="xs">
        <Trans>No law sets this.</Trans>
      </Text>
    );
  }
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
