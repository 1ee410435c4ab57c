import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Group, Text } from "@mantine/core";
import type { Budget } from "@/shared/api/generated/model";
import { share } from "@/shared/time/format";
import { toneOf } from "./floor";
import classes from "./wallboard.module.css";

/** The abandoned share as a bar with the limit drawn on it; words and shape say what the colour says. */
export function BudgetBar({ budget }: { budget: Budget }) {
  const { t } = useLingui();
  const scale = Math.max(budget.cap * 1.5, budget.share * 1.1, 0.001);
  const tone = toneOf(budget);
  return (
    <div style={{ marginTop: 10 }}>
      <Group gap="xs" justify="space-between">
        <Text size="sm">
          <Trans>
            Abandoned {share(budget.share)} of {share(budget.cap)} allowed
          </Trans>
        </Text>
        <Text className="tabular" fw={600} size="sm">
          {budget.left <= 0 ? (
            <Trans>Nothing left: only sure calls are dialled</Trans>
          ) : (
            <Plural one="# more call may be abandoned" other="# more calls may be abandoned" value={budget.left} />
          )}
        </Text>
      </Group>
      <meter className="visually-hidden" aria-label={t`Abandoned share`} max={scale} value={budget.share} />
      <div aria-hidden className={classes.track}>
        <div
          className={classes.fill}
          data-tone={tone}
          style={{ width: `${Math.min(100, (budget.share / scale) * 100)}%` }}
        />
        <div className={classes.limit} style={{ left: `${(budget.cap / scale) * 100}%` }} />
      </div>
    </div>
  );
}
