import { msg } from "@lingui/core/macro";

export const ORG_TYPES = {
  commercial: msg`Company`,
  charity: msg`Charity`,
  religious: msg`Religious body`,
  political_party: msg`Political party`,
  candidate: msg`Candidate`,
  public_body: msg`Public body`,
  education: msg`School or university`,
  media: msg`Media`,
  newspaper: msg`Newspaper`,
  research: msg`Research institute`,
  nonprofit: msg`Non-profit`,
  union: msg`Trade union`,
};

export const SECTORS = {
  retail: msg`Retail`,
  telecom: msg`Telecommunications`,
  energy: msg`Energy`,
  finance: msg`Finance`,
  insurance: msg`Insurance`,
  pension: msg`Pensions`,
  claims: msg`Claims management`,
  health: msg`Health`,
  travel: msg`Travel`,
  real_estate: msg`Real estate`,
  home_improvement: msg`Home improvement`,
  training: msg`Training`,
  debt: msg`Debt`,
  office_supplies: msg`Office supplies`,
  funeral: msg`Funeral services`,
  other: msg`Other`,
};

export const CALLER_ID_KINDS = {
  geographic: msg`Geographic`,
  mobile: msg`Mobile`,
  freephone: msg`Freephone`,
  special: msg`Special service`,
  dedicated: msg`Reserved for telemarketing`,
};

/** As what somebody calls for a seller. */
export const CALLER_ROLES = {
  in_house: msg`Own people elsewhere`,
  outsourced: msg`Agency`,
  telefunder: msg`Paid fundraiser`,
  volunteer: msg`Volunteers`,
};

/** What a record is evidence of. */
export const EVIDENCE_KINDS = {
  charity: msg`Charity registration`,
  party: msg`Party registration`,
  candidate: msg`Candidacy`,
  registry_subscription: msg`Subscription to a do-not-call registry`,
  state_licence: msg`State registration or licence`,
  bond: msg`Bond`,
  recorded_calls: msg`Permit for recorded calls`,
  provincial_licence: msg`Provincial licence`,
  brand: msg`Brand at İYS`,
  aid_permit: msg`Permit to collect aid (Turkey)`,
  authorisation: msg`Financial authorisation (UK)`,
  platform: msg`Telephone platform (India)`,
  membership: msg`Membership of the code (New Zealand)`,
  transfer: msg`Safeguard of data sent abroad`,
  other: msg`Another document`,
};
