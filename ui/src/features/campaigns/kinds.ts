import { msg } from "@lingui/core/macro";

/** What a script tells the called person, as the law names it. */
export const DISCLOSURES = {
  identity: msg`Who is calling`,
  principal: msg`On whose behalf`,
  purpose: msg({ message: "Why", context: "disclosure" }),
  goods: msg`What is offered`,
  no_purchase_needed: msg`No purchase is needed to win`,
  opt_out: msg`How to be left in peace`,
};

/** Why a number of the pool is not shown for a while. */
export const REST_REASONS = {
  few_answer: msg`few answer it`,
  complaints: msg`it was complained about`,
};
