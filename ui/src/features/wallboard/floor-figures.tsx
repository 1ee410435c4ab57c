import { useLingui } from "@lingui/react/macro";
import { SimpleGrid } from "@mantine/core";
import type { FloorOut } from "@/shared/api/generated/model";
import { number, share } from "@/shared/time/format";
import { Figure } from "@/shared/ui/figure";
import { sumOf, toneOf, worstBudget } from "./floor";

/** The numbers one reads from five metres. Waiting agents stand before waiting calls: this floor calls out. */
export function FloorFigures({ floor }: { floor: FloorOut }) {
  const { t } = useLingui();
  const count = (state: string) => floor.seats.filter((seat) => seat.state === state).length;
  const attempts = sumOf(floor.campaigns, (one) => one.attempts);
  const answered = sumOf(floor.campaigns, (one) => one.answered);
  const budget = worstBudget(floor.campaigns);
  const ringing = floor.calls.filter(({ state }) => state !== "talking").length;
  return (
    <SimpleGrid cols={{ base: 2, sm: 3, md: 6 }} spacing="sm">
      <Figure
        definition={t`Seats with a person on the line`}
        label={t`Talking`}
        large
        tone="good"
        value={number(count("talking"))}
      />
      <Figure
        definition={t`Ready seats without a call`}
        label={t`Waiting agents`}
        large
        value={number(count("ready"))}
      />
      <Figure
        definition={t`Dialled, ringing, or answered and not yet with an agent`}
        label={t`Calls in flight`}
        large
        value={number(ringing)}
      />
      <Figure
        definition={t`Answered by anything or anybody, of all dialled today`}
        label={t`Answer rate`}
        large
        note={t`${number(answered)} of ${number(attempts)} today`}
        value={attempts > 0 ? share(answered / attempts, 0) : "–"}
      />
      <Figure
        definition={t`People spoken to per hour, all campaigns together`}
        label={t`Contacts per hour`}
        large
        value={number(sumOf(floor.campaigns, (one) => one.contacts_per_hour))}
      />
      <Figure
        definition={t`How many more calls may be abandoned in the law's period before the limit, in the tightest campaign`}
        label={t`Abandonment left`}
        large
        note={budget ? t`${share(budget.share)} of ${share(budget.cap)} in ${budget.period_days} days` : undefined}
        tone={budget ? toneOf(budget) : "plain"}
        value={budget ? number(budget.left) : "–"}
      />
    </SimpleGrid>
  );
}
