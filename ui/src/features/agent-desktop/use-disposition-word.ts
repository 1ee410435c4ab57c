import { useLingui } from "@lingui/react";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { getDialingSeatQueryKey } from "@/shared/api/generated/calls";
import type { SeatOut } from "@/shared/api/generated/model";
import { DISPOSITIONS, word } from "@/shared/trade/words";

/** A disposition's label: the campaign's own where this call offers it, else the trade's word. */
export function useDispositionWord(): (code: string) => string {
  const { i18n } = useLingui();
  const queries = useQueryClient();
  return useCallback(
    (code) => {
      const seat = queries.getQueryData<SeatOut>(getDialingSeatQueryKey());
      const own = seat?.call?.dispositions.find((one) => one.code === code);
      if (own) return i18n.locale === "tr" ? own.label_tr : own.label_en;
      return word(DISPOSITIONS, code);
    },
    [queries, i18n.locale],
  );
}
