import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { SimpleGrid } from "@mantine/core";
import { fullDate, number, share } from "@/shared/time/format";
import { Figure } from "@/shared/ui/figure";
import type { Side } from "./figure-table";

/** What the law may cost, and when the list is done. */
export function LawAndFinish({ sides, laws }: { sides: readonly Side[]; laws: Readonly<Record<string, number>> }) {
  return (
    <SimpleGrid cols={{ base: 1, sm: 2, xl: 4 }}>
      {sides.map((side) => [
        <Exposure key={`${side.which} law`} law={laws[side.which] ?? 1} side={side} />,
        side.actual ? null : <Finish key={`${side.which} finish`} side={side} />,
      ])}
    </SimpleGrid>
  );
}

function Exposure({ side, law }: { side: Side; law: number }) {
  const { t } = useLingui();
  const { violations, expected_cents, over, examples } = side.result.exposure;
  return (
    <Figure
      definition={t`Calls outside lawful hours or without a permit, people left in silence, more abandoned calls than the law's period allows`}
      label={t`${side.name}: legal exposure`}
      note={
        <>
          {violations === 0 ? (
            <Trans>No violation in any evening; expected penalty {number(expected_cents / 100, 2)}.</Trans>
          ) : (
            <>
              <Trans>Expected penalty {number(expected_cents / 100, 2)} an evening.</Trans> {examples[0]}
            </>
          )}{" "}
          {over > 0 ? (
            <Plural
              one="# evening ends over the law's cap and is made good the next day."
              other="# evenings end over the law's cap and are made good the next day."
              value={over}
            />
          ) : law < 1 ? (
            <Trans>No evening ends over the law's cap of {share(law)}.</Trans>
          ) : null}
        </>
      }
      tone={violations > 0 ? "bad" : "good"}
      value={<Plural one="# violation" other="# violations" value={violations} />}
    />
  );
}

function Finish({ side }: { side: Side }) {
  const { t } = useLingui();
  const finish = side.result.finish;
  const day = (on: string | null | undefined) => (on ? fullDate(`${on}T12:00:00`) : t`in more than a year`);
  return (
    <Figure
      definition={t`The evenings' pace carried forward, one evening on each day of the campaign's week: when every contact has an end or no tries left`}
      label={t`${side.name}: list done`}
      note={
        finish ? (
          <>
            {finish.middle === null ? null : (
              <Trans>
                after {number(finish.low ?? 0)} to {finish.high === null ? "260+" : number(finish.high)} evenings:{" "}
                {day(finish.low_on)} to {day(finish.high_on)}.
              </Trans>
            )}{" "}
            {finish.unreachable > 0 ? (
              <Plural
                one="# contact may not be called in these hours at all."
                other="# contacts may not be called in these hours at all."
                value={finish.unreachable}
              />
            ) : null}
          </>
        ) : (
          <Trans>Comes with the first whole evening.</Trans>
        )
      }
      value={finish ? day(finish.middle_on) : "…"}
    />
  );
}
