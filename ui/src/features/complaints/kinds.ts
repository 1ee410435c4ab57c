import { msg } from "@lingui/core/macro";

/** Where a case stands. */
export const STATES = {
  received: msg({ message: "Received", context: "complaint" }),
  investigating: msg`Being looked into`,
  needs_counsel: msg`Needs counsel`,
  answered: msg({ message: "Answered", context: "complaint" }),
  closed: msg({ message: "Closed", context: "complaint" }),
};

export const STATE_COLORS: Record<string, string> = {
  received: "amber",
  investigating: "blue",
  needs_counsel: "brick",
  answered: "leaf",
  closed: "gray",
};

/** What a deed that takes a case to a state is called. */
export const MOVES = {
  investigating: msg`Look into it`,
  needs_counsel: msg`Needs counsel`,
  answered: msg`It was answered`,
  closed: msg`Close it`,
};

export const NEXT: Record<string, (keyof typeof MOVES)[]> = {
  received: ["investigating", "needs_counsel", "answered", "closed"],
  investigating: ["needs_counsel", "answered", "closed"],
  needs_counsel: ["investigating", "answered", "closed"],
  answered: ["investigating", "needs_counsel", "closed"],
  closed: ["investigating"],
};

/** How it reached us. */
export const DOORS = {
  voice: msg`By telephone`,
  email: msg`By e-mail`,
  letter: msg`By letter`,
  web: msg`Over the web`,
  sms: msg`By SMS`,
  agent: msg`Said to an agent`,
  registry: msg`Through an authority's portal`,
};

export const DUE_WHAT = {
  stop: msg`Stop calling`,
  acknowledge: msg`Say that it came`,
  answer: msg({ message: "Answer", context: "deadline" }),
};

export const MARKS = {
  verified: msg`checked against the text`,
  secondary: msg`from accounts of it`,
  memory: msg`not yet checked`,
  house: msg`our own day; no law sets one`,
};

export const STANDINGS = {
  proposed: msg`read in the mail`,
  confirmed: msg`the number called`,
  dismissed: msg`somebody else's`,
};

/** What could not be read of a mail. */
export const MAIL_NOTES = {
  no_text: msg`The mail holds no text.`,
  no_date: msg`The mail has no date; it counts as received today.`,
  bad_date: msg`The mail's date cannot be; it counts as received today.`,
  date_in_future: msg`The mail's date lies in the future; it counts as received today.`,
  cut_short: msg`The mail is so long that only its beginning was read.`,
  broken: msg`The mail is damaged; what could be read stands here.`,
  no_number: msg`No telephone number can be read in the mail. Ask for it and add it here.`,
  many_numbers: msg`The mail names more numbers than are shown here: it is a list.`,
};

/** What is not as it should be with a ruling or the journal. */
export const FINDINGS = {
  missing_ruling: msg`No ruling is kept`,
  ruling_changed: msg`The ruling does not say what it said when it was written`,
  ruling_gap: msg`A ruling before it is missing`,
  ruling_unlinked: msg`The ruling does not follow the one before it`,
  difference: msg`Decided again, it comes out otherwise`,
  dialled_though_barred: msg`Dialled, though the ruling did not allow it`,
  no_rulebook: msg`The laws by which it was decided are not here`,
  journal_missing: msg`The journal does not know this call`,
  journal_gap: msg`Lines of the journal are missing`,
  journal_changed: msg`A line of the journal was changed`,
  journal_unlinked: msg`A line of the journal does not follow the one before it`,
};

/** What should not have been dialled. */
export const VIOLATIONS = {
  barred: msg`Dialled, though a law bars it`,
  unproven: msg`Dialled with facts missing`,
  no_ruling: msg`Dialled without a ruling`,
  no_permit: msg`Dialled without a permit that fits`,
  after_stop: msg`Dialled after a stop`,
  late_stop: msg`A stop that was written down too late`,
  disclosure: msg`Without what must be said`,
  abandonment: msg`More abandoned than the law allows`,
};

export const NOTE_KINDS = {
  note: msg({ message: "Note", context: "complaint" }),
  state: msg`Changed`,
  repeat: msg`Came again`,
  number: msg({ message: "Number", context: "complaint" }),
  redecision: msg`Decided again`,
  assigned: msg`Given to somebody`,
  bundle: msg({ message: "Evidence", context: "complaint" }),
};

/** Why something is not in a bundle. */
export const NOT_IN_IT = {
  not_asked: msg`without recordings, as asked`,
  no_recording_key: msg`the key that opens it is not here; its hash stands in its place`,
  recording_file_gone: msg`its file is not there; its hash stands in its place`,
  broken_seal: msg`its file is not what was sealed; its hash stands in its place`,
  deleted: msg`it was deleted in its time`,
  not_kept: msg`nothing of it could be kept`,
  no_mail: msg`the mail's file is not there or has changed`,
};
