import { useLingui } from "@lingui/react";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getCampaignsPauseCodesQueryOptions } from "@/shared/api/generated/campaigns";

export interface PauseCodeWord {
  code: string;
  label: string;
}

const SELDOM_MS = 10 * 60_000;

/** Why one may step back, in the house's own words. */
export function usePauseCodes(): PauseCodeWord[] {
  const { i18n } = useLingui();
  const codes = useQuery(getCampaignsPauseCodesQueryOptions({ query: { staleTime: SELDOM_MS } }));
  return useMemo(
    () =>
      (codes.data ?? []).map(({ code, label_en, label_tr }) => ({
        code,
        label: i18n.locale === "tr" ? label_tr : label_en,
      })),
    [codes.data, i18n.locale],
  );
}
