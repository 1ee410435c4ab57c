import { msg } from "@lingui/core/macro";

/** Where the wish not to be called came from. */
export const SOURCES = {
  agent: msg`asked for in a call`,
  screen: msg`written down here`,
  upload: msg`from an own list`,
  import: msg`from an imported list`,
  complaint: msg`complaint`,
  letter: msg`letter`,
  email: msg`e-mail`,
  voice: msg`said to a machine`,
  key_press: msg`a key was pressed`,
  sms: msg`text message`,
  web: msg`web page`,
  registry: msg`from a registry`,
  called_page: msg`the page for people who are called`,
  objection: msg`an objection`,
  erasure: msg`an erasure`,
};
