import { Trans, useLingui } from "@lingui/react/macro";
import { Button, CloseButton, Group, Skeleton, Text, Tooltip } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getDialingCallbackSlotsQueryOptions } from "@/shared/api/generated/calls";
import type { ContactCard, SlotOut } from "@/shared/api/generated/model";
import { serverNow } from "@/shared/time/clock";
import { clockTime, isoDay, shortDay, zoneName } from "@/shared/time/format";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { zoneOf } from "../seat";
import classes from "./desk.module.css";

const DAYS_AHEAD = 14;
const DAY_MS = 86_400_000;

interface CallbackBookingProps {
  contact: ContactCard;
  campaign?: string | undefined;
  at: string | null;
  onChoose: (at: string) => void;
  onClose: () => void;
}

/** A promise in the person's own time. An hour that would be barred can't be chosen, and says why. */
export function CallbackBooking({ contact, campaign, at, onChoose, onClose }: CallbackBookingProps) {
  const { t } = useLingui();
  const zone = zoneOf(contact);
  const [day, setDay] = useState(() => isoDay(at ?? serverNow(), zone));
  const [page, setPage] = useState(0);
  const slots = useQuery(
    getDialingCallbackSlotsQueryOptions(contact.id, { on: day, ...(campaign ? { campaign } : {}) }),
  );
  const days = Array.from({ length: 5 }, (_, index) => serverNow() + (page * 5 + index) * DAY_MS);
  return (
    <section aria-label={t`Callback`} className={`surface ${classes.card}`}>
      <Group justify="space-between">
        <h2 className={classes.label} style={{ margin: 0 }}>
          {zone ? (
            <Trans>Promised time, on their clock ({zoneName(serverNow(), zone)})</Trans>
          ) : (
            <Trans>Promised time</Trans>
          )}
        </h2>
        <CloseButton aria-label={t`Close`} onClick={onClose} size="sm" />
      </Group>
      <Group gap={4} my="xs">
        {days.map((one) => {
          const iso = isoDay(one, zone);
          return (
            <Button
              aria-pressed={iso === day}
              color={iso === day ? "lake" : "gray"}
              key={iso}
              onClick={() => setDay(iso)}
              size="compact-xs"
              variant={iso === day ? "filled" : "default"}
            >
              {shortDay(one, zone)}
            </Button>
          );
        })}
        <Button
          aria-label={t`Later days`}
          color="gray"
          onClick={() => setPage((page + 1) % Math.ceil(DAYS_AHEAD / 5))}
          size="compact-xs"
          variant="default"
        >
          …
        </Button>
      </Group>
      <ProblemAlert error={slots.error} />
      {slots.isPending ? <Skeleton height={120} /> : null}
      {slots.data?.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>No time can be promised on this day.</Trans>
        </Text>
      ) : null}
      <div className={classes.slots}>
        {slots.data?.map((slot) => (
          <Slot
            chosen={at !== null && Date.parse(at) === Date.parse(slot.at)}
            key={slot.at}
            onChoose={onChoose}
            slot={slot}
            zone={zone}
          />
        ))}
      </div>
    </section>
  );
}

interface SlotProps {
  slot: SlotOut;
  zone: string | undefined;
  chosen: boolean;
  onChoose: (at: string) => void;
}

function Slot({ slot, zone, chosen, onChoose }: SlotProps) {
  // The server writes their wall clock into local_time; where the zone is known both say the same.
  const time = zone ? clockTime(slot.at, zone) : slot.local_time.slice(11, 16);
  return (
    <Tooltip disabled={slot.lawful} label={slot.because} multiline w={260}>
      <button
        aria-disabled={!slot.lawful || undefined}
        aria-label={slot.lawful ? undefined : `${time}: ${slot.because ?? ""}`}
        aria-pressed={chosen}
        className={`tabular ${classes.slot}`}
        data-choice
        onClick={() => slot.lawful && onChoose(slot.at)}
        type="button"
      >
        {time}
      </button>
    </Tooltip>
  );
}
