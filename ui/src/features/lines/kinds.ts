import { msg } from "@lingui/core/macro";

export const TRUNK_KINDS = {
  registration: msg`Signs in with a name and a password`,
  ip: msg`Known by its address`,
};

export const TRUNK_STATES = {
  registered: msg`Signed in at the carrier`,
  reachable: msg`The carrier answers`,
  unreachable: msg`The carrier does not answer`,
  rejected: msg`The carrier refuses the sign-in`,
  disabled: msg`Switched off`,
  unknown: msg`Nothing heard of it yet`,
};

/** What to do about a state that is none of the good ones. */
export const TRUNK_ADVICE = {
  unreachable: msg`Check address, port and transport, and that the network lets the switch out. Nothing is dialled over it meanwhile.`,
  rejected: msg`Check user name and password with the carrier, then save them here again.`,
  unknown: msg`The switch says how it stands within seconds of being there.`,
};

export const TRUNK_TONES: Record<string, string> = {
  registered: "leaf",
  reachable: "leaf",
  unreachable: "brick",
  rejected: "brick",
  disabled: "gray",
  unknown: "amber",
};

export const TRANSPORTS = { udp: "UDP", tcp: "TCP", tls: "TLS" };

export const ATTESTATIONS = {
  "": msg`Calls are not signed`,
  A: msg`A: we know the caller and their right to the number`,
  B: msg`B: we know the caller, not their right to the number`,
  C: msg`C: we only pass the call on`,
};

export const CODECS: Record<string, string> = {
  ulaw: "G.711 µ-law",
  alaw: "G.711 A-law",
  g722: "G.722",
  opus: "Opus",
  gsm: "GSM",
};

export const TEST_STATES = {
  asked: msg`Asking for leave`,
  sealed: msg`About to ring`,
  refused: msg`Not called`,
  ringing: msg`Ringing`,
  answered: msg`Answered: listen and speak`,
  ended: msg`Ended`,
};

/** Why a test was not made. */
export const TEST_REFUSALS = {
  caller_id: msg`The number to be shown is no caller ID of a seller that may be shown now.`,
  not_own: msg`The number is not the house's own.`,
  suppressed: msg`The number is on the do-not-call list.`,
  on_a_list: msg`The number stands on a calling list: whoever is on a list is called only through a campaign.`,
};

/** Whose number a test may ring. */
export const OWN_KINDS = {
  mine: msg`of mine`,
  caller_id: msg`a caller ID`,
  seller: msg`a seller's telephone`,
};

export const SOUND_USES = {
  voicemail: msg`Left on answering machines`,
  prompt: msg`Played in flows`,
};
