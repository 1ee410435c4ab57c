import { plural } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { HoldCountOut, TermSpanOut } from "@/shared/api/generated/model";
import { number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { NamedValues } from "@/shared/ui/named-values";
import { COVERED } from "./kinds";

/** Does a deed and has everything of retention asked again. */
export function useDeed<Given = void>(act: (given: Given) => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: act,
    onSuccess: () =>
      queries.invalidateQueries({
        predicate: ({ queryKey: [key] }) => typeof key === "string" && key.startsWith("/api/retention"),
      }),
  });
}

/** 5 years, 18 months, 90 days; empty where there is no term. */
export function spanWords({ months, days }: TermSpanOut): string {
  const years = months / 12;
  const long = Number.isInteger(years)
    ? plural(years, { one: "# year", other: "# years" })
    : plural(months, { one: "# month", other: "# months" });
  return [months > 0 ? long : "", days > 0 ? plural(days, { one: "# day", other: "# days" }) : ""]
    .filter(Boolean)
    .join(", ");
}

/** How many rows of which class a hold keeps. */
export function Counts({ counts }: { counts: readonly HoldCountOut[] }) {
  const { t } = useLingui();
  if (counts.length === 0) {
    return (
      <Text c="dimmed" size="sm">
        <Trans>Nothing that is here now. What comes later and fits is kept too.</Trans>
      </Text>
    );
  }
  return (
    <NamedValues
      label={t`What it keeps`}
      lines={counts.map((one) => [
        word(COVERED, one.code),
        <span className="tabular" key={one.code}>
          {one.more ? t`more than ${number(one.count)}` : number(one.count)}
        </span>,
      ])}
    />
  );
}
