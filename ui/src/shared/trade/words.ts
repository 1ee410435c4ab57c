/**
 * The trade's codes as words. The API speaks codes; every screen takes its words from here, so they never differ.
 *
 * A code that this build does not know is shown as it is: better a raw word than a wrong one.
 */
import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

type Words = Record<string, MessageDescriptor>;

export const SEAT_STATES: Words = {
  closed: msg`Away`,
  paused: msg`Paused`,
  ready: msg`Ready`,
  previewing: msg`Looking at a person`,
  ringing: msg`Ringing`,
  talking: msg`Talking`,
  wrap_up: msg`Wrap-up`,
};

/** The usual pause codes, and the engine's own; a house may add to them. */
export const PAUSES: Words = {
  break: msg`Break`,
  lunch: msg`Lunch`,
  meeting: msg`Meeting`,
  training: msg`Training`,
  paperwork: msg`Paperwork`,
  technical: msg`Technical problem`,
  supervisor: msg`Paused by a supervisor`,
  signed_in: msg`Just sat down`,
  lost: msg`Tab was silent`,
  parked: msg`Parked a call`,
  listening: msg`Listened to a colleague's call`,
  no_phone: msg`No phone yet`,
  phone_lost: msg`Phone gone`,
  no_answer: msg`Did not take a call`,
};

export const OUTCOMES: Words = {
  connected: msg`Connected`,
  abandoned: msg`Abandoned`,
  hung_up: msg`Hung up during the greeting`,
  played: msg`Message heard to its end`,
  machine: msg`Answering machine`,
  fax: msg`Fax or modem`,
  no_answer: msg`No answer`,
  busy: msg`Busy`,
  rejected: msg`Rejected`,
  disconnected: msg`Number out of service`,
  congestion: msg`Network congestion`,
  failed: msg`Network failure`,
  cancelled: msg`Cancelled by us`,
  withdrawn: msg`Withdrawn before dialling`,
  refused: msg`Refused by the gate`,
  unknown: msg`End unknown`,
};

export const ORIGINS: Words = {
  dialer: msg`the dialler chose this person`,
  preview: msg`you looked and called`,
  typed: msg`a typed number`,
  callback: msg`a promised callback`,
  api: msg`another program asked`,
};

export const MODES: Words = {
  manual: msg`Manual`,
  preview: msg`Preview`,
  progressive: msg`Progressive`,
  ratio: msg`Ratio`,
  predictive: msg`Predictive`,
  broadcast: msg`Broadcast`,
};

export const CAMPAIGN_STATES: Words = {
  draft: msg`Draft`,
  running: msg`Running`,
  paused: msg({ message: "Paused", context: "campaign" }),
  ended: msg`Ended`,
};

export const PURPOSES: Words = {
  sales: msg`Sales`,
  appointment: msg`Appointment`,
  lead_qualification: msg`Lead qualification`,
  survey: msg`Survey`,
  fundraising: msg`Fundraising`,
  political: msg`Political call`,
  service: msg`Service`,
  public_information: msg`Public information`,
};

export const ROLES: Words = {
  agent: msg`Agent`,
  supervisor: msg`Supervisor`,
  campaign_manager: msg`Campaign manager`,
  list_manager: msg`List manager`,
  compliance_officer: msg`Compliance officer`,
  administrator: msg`Administrator`,
};

/** What the law makes the agent do in this call; the engine keeps the rest by itself. */
export const SPOKEN_DUTIES: Words = {
  identify_caller: msg`Say your name`,
  identify_seller: msg`Say for whom you call`,
  state_purpose: msg`Say why you call`,
  no_purchase_needed: msg`Say that no purchase is needed`,
  offer_opt_out: msg`Offer not to call again`,
  announce_recording: msg`Say that the call is recorded`,
  ask_recording_consent: msg`Ask whether you may record`,
  disclose_ai: msg`Say that a machine speaks`,
  human_on_request: msg`Offer a person`,
  written_confirmation: msg`A written confirmation must follow`,
  withdrawal_right: msg`Explain the right of withdrawal`,
  state_source_of_data: msg`Say where the number comes from`,
};

/** Why nothing comes to a ready seat, honestly. */
export const SEAT_REASONS: Words = {
  dialer_not_running: msg`The dialler is not running. Your administrator sees it too.`,
  gate_away: msg`The telephone line is away. Dialling begins again by itself when it is back.`,
  no_telephone_line: msg`No telephone line is set up, so nothing can be dialled.`,
  stopped: msg`A supervisor has stopped all dialling.`,
  campaign_draft: msg`The campaign has not been started yet.`,
  campaign_paused: msg`The campaign is paused.`,
  campaign_ended: msg`The campaign has ended.`,
  outside_hours: msg`Outside calling hours for everybody who is left on the lists.`,
  nothing_due: msg`Nobody is due right now: all contacts are called, waiting for their time, or barred.`,
  waiting_for_call: msg`Dialling. The next person who answers is yours.`,
  waiting_for_offer: msg`Looking for the next person to show you.`,
  manual: msg`Manual campaign: type a number or take a callback.`,
  manual_mode: msg`Manual campaign: type a number or take a callback.`,
  budget_spent: msg`Dialling waits: one more abandoned call would break the limit.`,
  barred: msg`The last number may not be called now.`,
  lost: msg`This tab was silent for too long, so the seat was paused.`,
  silent: msg`This tab was silent for too long, so the seat was paused.`,
  supervisor: msg`A supervisor paused your seat.`,
  finish_after: msg`You asked to finish after that call.`,
  leaving: msg`You pause as soon as nobody rings for you.`,
  shift_over: msg`Your shift is over. Press Ready if you go on.`,
  no_phone: msg`Your phone has not signed in yet; nobody is put through without it.`,
  phone_lost: msg`Your phone is gone; nobody is put through until it is back.`,
  parked: msg`You parked a call. Whoever is free takes it; press Ready to go on.`,
  listening: msg`You listened to a colleague's call. Press Ready to take calls again.`,
  no_answer: msg`A call was brought to you and your phone did not take it. Check the phone, then press Ready.`,
};

/** A way to reach somebody. */
export const CHANNELS: Words = {
  voice: msg`Calls`,
  sms: msg`Text messages`,
  fax: msg({ message: "Fax", context: "channel" }),
  email: msg`E-mails`,
};

/** The usual dispositions; a campaign may name its own, which come with their labels. */
export const DISPOSITIONS: Words = {
  sale: msg`Sale`,
  order_verified: msg`Order verified`,
  order_cancelled: msg`Order cancelled`,
  appointment_set: msg`Appointment set`,
  appointment_confirmed: msg`Appointment confirmed`,
  no_show: msg`Did not appear`,
  donation: msg`Donation`,
  pledge: msg`Pledge`,
  pledge_paid: msg`Pledge paid`,
  pledge_refused: msg`Pledge refused`,
  survey_complete: msg`Survey complete`,
  survey_partial: msg`Survey broken off`,
  screened_out: msg`Screened out`,
  quota_full: msg`Quota full`,
  qualified_lead: msg`Qualified`,
  transferred_warm: msg`Passed to a colleague`,
  supports: msg`Supports`,
  undecided: msg`Undecided`,
  opposes: msg`Opposes`,
  acted: msg`Will act`,
  data_confirmed: msg`Data confirmed`,
  data_corrected: msg`Data corrected`,
  won_back: msg`Won back`,
  callback_mine: msg`Call back (me)`,
  callback_any: msg`Call back (anyone)`,
  not_interested: msg`Not interested`,
  hung_up: msg`Hung up`,
  language_barrier: msg`Language barrier`,
  not_eligible: msg`Not eligible`,
  deceased: msg`Deceased`,
  wrong_number: msg`Wrong number`,
  business_number: msg`Business number`,
  gatekeeper: msg`Not let through`,
  do_not_call: msg`Remove me`,
  complaint: msg`Complaint`,
  threatens_legal: msg`Threatens legal action`,
  abusive: msg`Abusive`,
  voicemail_left: msg`Voicemail left`,
  no_message: msg`Machine, no message`,
  not_dispositioned: msg`No result chosen`,
};

/** Fields that most lists have; a list's own columns are shown as their file names them. */
export const CONTACT_FIELDS: Words = {
  name: msg`Name`,
  first_name: msg`First name`,
  last_name: msg`Last name`,
  title: msg`Title`,
  company: msg`Company`,
  email: msg`E-mail`,
  address: msg`Address`,
  street: msg`Street`,
  city: msg`City`,
  state: msg({ message: "State", context: "field" }),
  region: msg`Region`,
  postal_code: msg`Postal code`,
  country: msg`Country`,
  external_id: msg`Their number in the list`,
  language: msg({ message: "Language", context: "field" }),
};

/** The word for a code, in the reader's language. */
export function word(words: Words, code: string): string {
  const known = words[code];
  return known ? i18n._(known) : code.replaceAll("_", " ");
}
