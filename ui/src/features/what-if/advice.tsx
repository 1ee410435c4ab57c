import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { getPlanningAdviceQueryOptions } from "@/shared/api/generated/planning";
import { number } from "@/shared/time/format";
import { MODES, word } from "@/shared/trade/words";

interface AdviceProps {
  campaign: string;
  seats: number;
  cap: number;
}

/** How a team of this size had best dial, and how long its agents would wait between two calls. */
export function Advice({ campaign, seats, cap }: AdviceProps) {
  const { t } = useLingui();
  const [asked] = useDebouncedValue({ seats, cap: cap / 100 }, 400);
  const canBe = seats >= 1 && seats <= 1000 && cap >= 0 && cap < 100;
  const advice = useQuery({
    ...getPlanningAdviceQueryOptions(campaign, asked),
    enabled: canBe && asked.seats >= 1 && asked.seats <= 1000,
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });
  if (!canBe || !advice.data) return null;
  const { mode, why, wait_s, other_s, full_speed_after, of_dials, seats: team } = advice.data;
  const best = word(MODES, mode);
  const wait = number(wait_s, 0);
  const other = number(other_s ?? 0, 0);
  const answers = number(full_speed_after, 0);
  return (
    <Text aria-live="polite" className="tabular" size="sm">
      <Plural one="Advice for # seat:" other="Advice for # seats:" value={team} /> <b>{best}</b>.{" "}
      {why === "no_allowance" ? (
        <Trans>No call may be abandoned here; agents wait about {wait} s between two calls.</Trans>
      ) : other_s === null ? (
        <Trans>Agents wait about {wait} s between two calls; dialling ahead would not shorten that.</Trans>
      ) : why === "no_gain" ? (
        <Trans>
          Agents wait about {wait} s between two calls; dialling ahead would bring {other} s, not worth the calls that
          would be abandoned.
        </Trans>
      ) : (
        <Trans>
          Agents wait about {wait} s between two calls, one by one {other} s. Kept strictly, the limit allows full speed
          after {answers} live answers.
        </Trans>
      )}{" "}
      <Text c="dimmed" component="span" inherit>
        {of_dials > 0 ? t`An estimate from the campaign's own calls.` : t`An estimate from usual figures.`}
      </Text>
    </Text>
  );
}
