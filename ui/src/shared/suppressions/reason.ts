import { t } from "@lingui/core/macro";
import { DISPOSITIONS, word } from "@/shared/trade/words";

const BY_DISPOSITION = /^disposition (\w+)$/;

/** Why a number is not called: somebody's own words, or the disposition that said so. */
export function reasonWords(reason: string): string {
  const code = BY_DISPOSITION.exec(reason)?.[1];
  if (!code) return `“${reason}”`;
  const outcome = word(DISPOSITIONS, code);
  return t`the call came to “${outcome}”`;
}
