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
