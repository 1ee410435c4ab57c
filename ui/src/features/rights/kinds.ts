import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What somebody may ask for. */
export const KINDS: Record<string, MessageDescriptor> = {
  access: msg`What is on record`,
  correction: msg`A correction`,
  erasure: msg`Erasure`,
  objection: msg`Not to be called`,
};

/** Where a request stands. */
export const STATES: Record<string, MessageDescriptor> = {
  open: msg`waits for an answer`,
  doing: msg`is being carried out`,
  done: msg`done`,
  refused: msg`refused`,
};
