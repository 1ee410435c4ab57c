import { msg } from "@lingui/core/macro";
import { useLingui } from "@lingui/react";
import { useMemo } from "react";

/** The usual reasons to step back; each new tenant begins with them. */
const USUAL = [
  { code: "break", label: msg`Break` },
  { code: "lunch", label: msg`Lunch` },
  { code: "meeting", label: msg`Meeting` },
  { code: "training", label: msg`Training` },
  { code: "paperwork", label: msg`Paperwork` },
  { code: "technical", label: msg`Technical problem` },
];

export interface PauseCodeWord {
  code: string;
  label: string;
}

export function usePauseCodes(): PauseCodeWord[] {
  const { i18n } = useLingui();
  return useMemo(() => USUAL.map(({ code, label }) => ({ code, label: i18n._(label) })), [i18n]);
}
