/**
 * Who picked up, as it counts: somebody's word, or else what the call came to. The server counts the same way.
 *
 * Rule 1: a word goes before a result.
 * Rule 2: of a call that nobody and nothing took there is nothing to say.
 */
import type { HeardIn } from "@/shared/api/generated/model";

export type Was = HeardIn["was"];

/** What an attempt and a call on the desk have in common. */
export interface Taken {
  answered_at: string | null;
  connected_at: string | null;
  outcome: string;
  disposition: string;
}

export type Standing = { was: Was; by: "word" | "result" } | null;

const MACHINES = ["voicemail_left", "no_message"];
const NO_RESULT = ["", "not_dispositioned"];

export function maySayWho({ answered_at }: Taken): boolean {
  return answered_at !== null;
}

/** Null where nobody has said it, and no result says it either. */
export function standingOf(said: Was | null, { connected_at, outcome, disposition }: Taken): Standing {
  if (said) return { was: said, by: "word" };
  if (connected_at === null) return null;
  if (outcome === "machine" || MACHINES.includes(disposition)) return { was: "machine", by: "result" };
  return NO_RESULT.includes(disposition) ? null : { was: "person", by: "result" };
}
