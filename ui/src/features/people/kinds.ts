import { msg } from "@lingui/core/macro";

/** What ties a person to a seller. */
export const RELATIONSHIPS = {
  purchase: msg`Purchase`,
  transaction: msg`Transaction`,
  lease: msg`Lease`,
  inquiry: msg`Inquiry`,
  application: msg`Application`,
  contract: msg`Contract`,
  donation: msg({ message: "Donation", context: "relationship" }),
  membership: msg`Membership`,
  volunteer: msg`Volunteer`,
  attendance: msg`Attendance`,
  personal: msg`Personal acquaintance`,
};

export const PHONE_STATES = {
  usable: msg`Usable`,
  wrong_number: msg({ message: "Wrong number", context: "phone" }),
  disconnected: msg`Out of service`,
  fax: msg`Fax`,
  retired: msg`Retired`,
};

export const LINE_TYPES = {
  mobile: msg`Mobile`,
  fixed: msg`Landline`,
  voip: msg`Internet line`,
  fax: msg`Fax`,
};

/** In which capacity somebody is called. */
export const CAPACITIES = {
  consumer: msg`Consumer`,
  sole_trader: msg`Sole trader`,
  business: msg`Business`,
  public_body: msg`Public body`,
};

export const CONSENT_FORMS = {
  written: msg`In writing`,
  esign: msg`Electronic signature`,
  web: msg`Web form`,
  voice_recorded: msg`By voice, recorded`,
  verbal: msg`By word of mouth`,
  paper: msg`On paper`,
  registry: msg`Through a registry`,
};

export const CONSENT_LEVELS = {
  express: msg`Express`,
  express_written: msg`Express, in writing`,
  invitation: msg`Invitation`,
};

export const METHODS = {
  live: msg`A person speaks`,
  automated: msg`Dialled or spoken by a machine`,
  ai: msg`An artificial voice speaks`,
};

/** By which door somebody's word came in. */
export const DOORS = {
  voice: msg({ message: "By voice, to a machine", context: "door" }),
  key_press: msg`By a key`,
  sms: msg`By text message`,
  email: msg`By e-mail`,
  web: msg`On a web page`,
  agent: msg`To an agent`,
  letter: msg`By letter`,
  registry: msg`Through a registry`,
  import: msg`In an imported list`,
};

/** What happened to what is on record about a number. */
export const MOMENTS = {
  given: msg`Consent given`,
  revoked: msg`Consent withdrawn`,
  expired: msg`Consent ended`,
  taken_back: msg`Consent taken back as entered in error`,
  registry: msg`Answer of the registry`,
  suppressed: msg({ message: "Do not call", context: "number" }),
  suppression_ended: msg`“Do not call” lifted`,
};

/** Where a consent stands with the registry that must know of it. */
export const REGISTRY_STATES = {
  pending: msg`on its way to the registry`,
  accepted: msg`recorded by the registry`,
  refused: msg`refused by the registry`,
};

/** What is wrong with how a consent was taken. */
export const FLAWS = {
  preticked: msg`The box was ticked beforehand`,
  bundled: msg`It was one with other terms`,
  not_informed: msg`The person was not told what for`,
};
