import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import classes from "./desk.module.css";

/** What to say, with this person's words already in it. */
export function Script({ text }: { text: string }) {
  const { t } = useLingui();
  return (
    <section aria-label={t`Script`} className={`surface ${classes.card}`}>
      <h2 className={classes.label} style={{ margin: "0 0 6px" }}>
        <Trans>Script</Trans>
      </h2>
      {text ? (
        <div className={classes.script}>{text}</div>
      ) : (
        <Text c="dimmed" size="sm">
          <Trans>This campaign has no script.</Trans>
        </Text>
      )}
    </section>
  );
}
