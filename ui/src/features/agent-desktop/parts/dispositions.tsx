import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Text } from "@mantine/core";
import type { DispositionOut } from "@/shared/api/generated/model";
import { Key } from "@/shared/ui/key";
import classes from "./desk.module.css";

interface DispositionsProps {
  dispositions: readonly DispositionOut[];
  chosen: DispositionOut | null;
  /** Keys that do something else now. */
  taken: ReadonlySet<string>;
  canSave: boolean;
  /** In the talk a disposition is only chosen ahead. */
  inTalk: boolean;
  onChoose: (code: string) => void;
  onSave: () => void;
}

/** What it came to: only what makes sense now, each with its key. */
export function Dispositions({ dispositions, chosen, taken, canSave, inTalk, onChoose, onSave }: DispositionsProps) {
  const { i18n, t } = useLingui();
  return (
    <section aria-label={t`Disposition`} className={`surface ${classes.card}`}>
      <h2 className={classes.label} style={{ margin: "0 0 8px" }}>
        <Trans>What it came to</Trans>
      </h2>
      <div className={classes.dispositions}>
        {dispositions.map((one) => (
          <button
            aria-pressed={one.code === chosen?.code}
            className={classes.disposition}
            data-choice
            data-code={one.code}
            data-stop={one.flags.includes("stop") || undefined}
            key={one.code}
            onClick={() => onChoose(one.code)}
            type="button"
          >
            {one.key && !taken.has(one.key) ? <Key name={one.key} /> : null}
            <span>{i18n.locale === "tr" ? one.label_tr : one.label_en}</span>
          </button>
        ))}
      </div>
      <Button disabled={!canSave} fullWidth mt="sm" onClick={onSave} rightSection={<Key name="Enter" />}>
        <Trans>Save and go on</Trans>
      </Button>
      {inTalk ? (
        <Text c="dimmed" mt={6} size="xs">
          <Trans>You can choose now; it is saved after the call.</Trans>
        </Text>
      ) : chosen?.flags.includes("callback") && !canSave ? (
        <Text c="dimmed" mt={6} size="xs">
          <Trans>Choose the promised time first.</Trans>
        </Text>
      ) : null}
    </section>
  );
}
