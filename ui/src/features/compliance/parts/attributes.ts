import { i18n, type MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What a preference register may bar of a number, in the words of a ruling's facts and in ours. */
const MODES: Record<string, MessageDescriptor> = {
  voice: msg`calls by people`,
  sms: msg`texts`,
  auto_prerecorded: msg`automated, recorded`,
  auto_live: msg`automated, live`,
  robocall: msg`robot calls`,
};

const DAYS: Record<string, MessageDescriptor> = {
  mon: msg`Monday`,
  tue: msg`Tuesday`,
  wed: msg`Wednesday`,
  thu: msg`Thursday`,
  fri: msg`Friday`,
  sat: msg`Saturday`,
  sun: msg`Sunday`,
  holiday: msg`holidays`,
};

/** Each way of calling with its name. */
export function modesInWords(): [string, string][] {
  return Object.entries(MODES).map(([word, name]) => [word, i18n._(name)]);
}

/** Each day with its name. */
export function daysInWords(): [string, string][] {
  return Object.entries(DAYS).map(([word, name]) => [word, i18n._(name)]);
}

/** What a copy says that the register bars of each number, one line a kind; empty where it says nothing. */
export function attributesInWords(attributes: Readonly<Record<string, readonly string[]>>): string[] {
  const say = (words: readonly string[] | undefined, names: Record<string, MessageDescriptor>) =>
    (words ?? []).map((word) => (names[word] ? i18n._(names[word]) : word)).join(", ");
  return [
    say(attributes.categories, {}),
    say(attributes.modes, MODES),
    say(attributes.bands, {}),
    say(attributes.days, DAYS),
  ].filter(Boolean);
}
