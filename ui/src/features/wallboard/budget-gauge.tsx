import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Group, Text } from "@mantine/core";
import type { FloorCampaign } from "@/shared/api/generated/model";
import { number, share } from "@/shared/time/format";
import { toneOf } from "./floor";
import { gaugeOf } from "./outlook";
import classes from "./pacing.module.css";

/** Abandoned calls so far and at worst, on a scale with the limit drawn; words and shape say what the colour says. */
export function BudgetGauge({ campaign }: { campaign: FloorCampaign }) {
  const { t } = useLingui();
  const { budget } = campaign;
  const gauge = gaugeOf(budget, campaign);
  const { abandoned, atWorst, allowed } = gauge;
  const part = (calls: number) => `${Math.min(100, (calls / gauge.scale) * 100)}%`;
  const sum = t`Abandoned ${abandoned}, at worst ${atWorst}, allowed ${allowed}`;
  return (
    <div className={classes.root} style={{ marginTop: 10 }}>
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
      <div aria-label={sum} className={classes.gauge} role="img">
        <div className={classes.worst} style={{ width: part(atWorst) }} />
        <div className={classes.happened} data-tone={toneOf(budget)} style={{ width: part(abandoned) }} />
        <div className={classes.limit} style={{ left: part(allowed) }} />
      </div>
      <Group aria-hidden className={classes.keys} gap="md">
        <span>
          <i className={classes.happened} data-tone={toneOf(budget)} /> <Trans>Abandoned: {number(abandoned)}</Trans>
        </span>
        <span title={t`If everything in the air were answered now and no seat came free`}>
          <i className={classes.worst} /> <Trans>at worst: {number(atWorst)}</Trans>
        </span>
        <span>
          <i className={classes.limit} /> <Trans>allowed: {number(allowed)}</Trans>
        </span>
      </Group>
    </div>
  );
}
