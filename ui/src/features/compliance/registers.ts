/** Registries whose files the server reads, and how old the law lets a copy be. */

/**
 * Days a copy may be old: 16 CFR 310.4(b)(3)(iv) and 47 CFR 64.1200(c)(2)(i)(D); CRTC Unsolicited Telecommunications
 * Rules II.9; 28 days for the British registers. Only for the warning on this screen; the rulebook holds the number
 * that decides. A register that is not here has no limit that we know.
 */
const DAYS_AT_MOST: Readonly<Record<string, number>> = { "US-FTC": 31, "CA-DNCL": 31, "GB-TPS": 28, "GB-CTPS": 28 };

export function daysAtMost(code: string): number | undefined {
  return DAYS_AT_MOST[code];
}

/** States that keep a list of their own; others are loaded by the command line or the API. */
export const STATES: readonly (readonly [code: string, name: string])[] = [
  ["CO", "Colorado"],
  ["FL", "Florida"],
  ["IN", "Indiana"],
  ["LA", "Louisiana"],
  ["MA", "Massachusetts"],
  ["MO", "Missouri"],
  ["OK", "Oklahoma"],
  ["PA", "Pennsylvania"],
  ["TN", "Tennessee"],
  ["TX", "Texas"],
  ["WY", "Wyoming"],
];

/** Only North American files cover some area codes and not others, and only they come as changes. */
export function coversAreas(code: string): boolean {
  return code.startsWith("US-") || code.startsWith("CA-");
}
