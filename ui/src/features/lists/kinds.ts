import { msg } from "@lingui/core/macro";

export const IMPORT_STATES = {
  received: msg`Waits for its columns`,
  reading: msg`Is being read`,
  ready: msg`Waits for your yes`,
  accepted: msg`Accepted`,
  discarded: msg`Thrown away`,
  undone: msg`Undone`,
  cancelled: msg`Cancelled`,
  failed: msg`Failed`,
};

export const LIST_STATES = {
  draft: msg({ message: "Draft", context: "list" }),
  published: msg`Published`,
  undone: msg`Undone`,
};

export const DELIMITERS: Record<string, string> = { ",": ",", ";": ";", "\t": "⇥", "|": "|" };
