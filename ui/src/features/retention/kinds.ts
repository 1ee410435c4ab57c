import { msg } from "@lingui/core/macro";

/** Classes of record, each with a term of its own. */
export const CLASSES = {
  calls: msg`Calls, with rulings and permits`,
  journal: msg`The dialler's journal`,
  audit: msg`Audit log`,
  recordings: msg`Recordings`,
  consents: msg`Consents`,
  relationships: msg`Business relationships`,
  registry_reports: msg`Reports to consent registries`,
  suppressions: msg`Wishes not to be called`,
  calls_back: msg`Calls back to a seller's number`,
  code_calls: msg`Calls that read a code out`,
  contacts: msg`People who were never called`,
  imports: msg`Files that brought lists`,
  page: msg`Entries on the public page`,
  complaints: msg`Closed complaints`,
  requests: msg`Decided data requests`,
  vendor_posts: msg`Answers to lead vendors`,
  jobs: msg`The worker's finished jobs`,
  sign_ins: msg`Failed sign-ins and ended sessions`,
  learned: msg`Figures that pacing learned`,
};

/** Why a class is kept at all, or why no longer. */
export const WHY = {
  calls: msg`Each ruling and journal line covers the one before.`,
  journal: msg`Only from it a day can be decided again.`,
  audit: msg`Who did what, for seven years at least.`,
  recordings: msg`Days are set by campaign and seller, under Recordings.`,
  consents: msg`Proof of consent: while it is valid, and then its term.`,
  relationships: msg`Proof of the relationship that calls rested on.`,
  registry_reports: msg`Proof that a registry was told in time.`,
  suppressions: msg`Without it the next list would bring the person back.`,
  calls_back: msg`Some asked on these calls not to be called.`,
  code_calls: msg`Proof that nobody was rung against their wish.`,
  contacts: msg`In no campaign that goes on: no duty keeps them.`,
  imports: msg`And their refused rows; the list itself stays.`,
  page: msg`What strangers typed in.`,
  complaints: msg`Until claims are out of time, counted from closing.`,
  requests: msg`Proof that the answer came in time, counted from the decision.`,
  vendor_posts: msg`Of whom a lead was is not in it.`,
  jobs: msg`Names and ids; no people's data.`,
  sign_ins: msg`Failed ones as keyed hashes.`,
  learned: msg`No people's data.`,
};

/** How a class goes. */
export const DEEDS = {
  purge: msg`nightly purge`,
  itself: msg`a job of its own`,
  chained: msg`stays, chained`,
  never: msg`never goes`,
};

/** What a hold keeps, in counts. */
export const COVERED = {
  calls: msg`Calls`,
  recordings: msg`Recordings`,
  contacts: msg`People`,
  consents: msg`Consents`,
  relationships: msg`Business relationships`,
  requests: msg`Data requests`,
  code_calls: msg`Calls that read a code out`,
  complaints: msg`Complaints`,
  imports: msg`Imported files`,
};
