import { Trans, useLingui } from "@lingui/react/macro";
import { Stack, Text } from "@mantine/core";
import { Fragment, type ReactNode } from "react";
import type { HoldScopeOut } from "@/shared/api/generated/model";
import { dateTime } from "@/shared/time/format";
import { TextLink } from "@/shared/ui/link-button";

/** What a hold is over: a line each, all that is named in a line together. */
export function ScopeLines({ scope, most = scope.length }: { scope: readonly HoldScopeOut[]; most?: number }) {
  return (
    <Stack gap={2}>
      {scope.slice(0, most).map((line, at) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a hold never change
        <ScopeLine key={at} line={line} />
      ))}
      {scope.length > most ? (
        <Text c="dimmed" size="sm">
          <Trans>and {scope.length - most} more</Trans>
        </Text>
      ) : null}
    </Stack>
  );
}

function ScopeLine({ line }: { line: HoldScopeOut }) {
  const { t } = useLingui();
  const parts: [string, ReactNode][] = [];
  if (line.number)
    parts.push([
      "number",
      <span className="tabular nowrap" key="n">
        {line.number}
      </span>,
    ]);
  if (line.contact)
    parts.push([
      "contact",
      <TextLink key="c" params={{ id: line.contact }} size="sm" to="/people/$id">
        <Trans>a contact</Trans>
      </TextLink>,
    ]);
  if (line.case)
    parts.push([
      "case",
      line.case_number === null ? (
        t`a complaint that is gone`
      ) : (
        <TextLink key="k" params={{ id: line.case }} size="sm" to="/complaints/$id">
          <Trans>Complaint {line.case_number}</Trans>
        </TextLink>
      ),
    ]);
  if (line.campaign) parts.push(["campaign", t`campaign ${line.campaign_name}`]);
  if (line.list) parts.push(["list", t`list ${line.list_name}`]);
  if (line.since) parts.push(["since", t`from ${dateTime(line.since)}`]);
  if (line.until) parts.push(["until", t`before ${dateTime(line.until)}`]);
  return (
    <Text size="sm">
      {parts.map(([id, part], at) => (
        <Fragment key={id}>
          {at > 0 ? ", " : ""}
          {part}
        </Fragment>
      ))}
    </Text>
  );
}
