import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Text } from "@mantine/core";
import { serverNow } from "@/shared/time/clock";
import { dateTime, relative } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { STATE_COLORS, STATES } from "./kinds";

export function StateBadge({ state }: { state: string }) {
  return (
    <Badge color={STATE_COLORS[state] ?? "gray"} maw="none" variant="light">
      {word(STATES, state)}
    </Badge>
  );
}

/** When something is due, how long that is, and whether it is past. */
export function Due({ at, overdue }: { at: string | null; overdue: boolean }) {
  const { t } = useLingui();
  if (!at) {
    return (
      <Text c="dimmed" size="sm">
        <Trans>nothing is due</Trans>
      </Text>
    );
  }
  return (
    <span className="nowrap">
      <span className="tabular">{dateTime(at)}</span>{" "}
      <Badge color={overdue ? "brick" : "gray"} maw="none" variant={overdue ? "filled" : "light"}>
        {overdue ? t`overdue ${relative(at, serverNow())}` : relative(at, serverNow())}
      </Badge>
    </span>
  );
}
