/**
 * What became of a transfer that came to nothing: the engine's warning about the call on the screen, in words.
 *
 * Rule 1: only what is said of this very call is for this desk; a supervisor's tab hears of every seat.
 */
import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import type { FromServer } from "@/shared/live/protocol";

const NEWS: Record<string, MessageDescriptor> = {
  transfer_found_nobody: msg`Nobody was free to take the call. The person is still with you.`,
  transfer_failed: msg`The colleague did not take the call. The person is with you again.`,
};

/** Null for everything that is not about a transfer of this call. */
export function transferNews(message: FromServer, call: string | null): MessageDescriptor | null {
  if (message.type !== "changed" || message.topic !== "warnings" || !call) return null;
  const [kind = "", about] = message.id.split(" ");
  return about === call ? (NEWS[kind] ?? null) : null;
}
