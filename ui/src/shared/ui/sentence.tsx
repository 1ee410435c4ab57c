import { Trans } from "@lingui/react/macro";
import { Unreachable } from "@/shared/api/problem";

/** An error in one line, for a toast. */
export function sentence(error: unknown) {
  if (error instanceof Unreachable) return <Trans>The server does not answer. Try again.</Trans>;
  return error instanceof Error && error.message ? error.message : <Trans>Something went wrong. Try again.</Trans>;
}
