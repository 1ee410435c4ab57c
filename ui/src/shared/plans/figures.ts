import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";
import { number, seconds, share } from "@/shared/time/format";

/** A figure of a simulated evening: its name on the screen, what it counts, and how it is written. */
export interface Shown {
  name: string;
  label: MessageDescriptor;
  says: MessageDescriptor;
  write: (value: number) => string;
  isMoney?: boolean;
}

const whole = (value: number) => number(value);
const wait = (value: number) => seconds(value, value < 10 ? 1 : 0);
const percent = (value: number) => share(value, value < 0.1 ? 2 : 1);
const money = (cents: number) => number(cents / 100, cents < 100_000 ? 2 : 0);

export const SHOWN: readonly Shown[] = [
  { name: "talks", label: msg`Talks`, says: msg`Talks with people in one evening`, write: whole },
  {
    name: "sales",
    label: msg`Sales`,
    says: msg`Talks that reach their aim in one evening`,
    write: whole,
  },
  {
    name: "wait_s",
    label: msg`Wait between calls`,
    says: msg`How long an agent waits for the next person, on average`,
    write: wait,
  },
  {
    name: "busy_share",
    label: msg`Agents busy`,
    says: msg`Share of the agents' time in talk and wrap-up`,
    write: percent,
  },
  {
    name: "abandoned_share",
    label: msg`Abandoned`,
    says: msg`Of answers that the law counts, the share that found no agent in time`,
    write: percent,
  },
  {
    name: "cost_cents",
    label: msg`Cost`,
    says: msg`Seats, minutes and dials of one evening at the prices you gave, in your currency`,
    write: money,
    isMoney: true,
  },
  {
    name: "cost_per_sale_cents",
    label: msg`Cost per sale`,
    says: msg`The evening's cost divided by its sales`,
    write: money,
    isMoney: true,
  },
  { name: "dials", label: msg`Dials`, says: msg`Numbers dialled in one evening`, write: whole },
  {
    name: "finished",
    label: msg`Contacts finished`,
    says: msg`Contacts who are not called again after that evening`,
    write: whole,
  },
];

/** The figures that a chart over the evening has. */
export const THROUGH = ["talks", "wait_s", "busy_share", "abandoned_share"] as const;

export function shownOf(name: string): Shown {
  return SHOWN.find((one) => one.name === name) ?? (SHOWN[0] as Shown);
}
