import { Trans } from "@lingui/react/macro";
import { Tabs, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import type { RefObject } from "react";
import { getDialingTalkParkedQueryOptions } from "@/shared/api/generated/calls";
import type { DialIn, SeatCounts } from "@/shared/api/generated/model";
import { useNow } from "@/shared/time/clock";
import { usePauseCodes } from "@/shared/trade/use-pause-codes";
import { PAUSES, SEAT_REASONS, word } from "@/shared/trade/words";
import type { Seat } from "../seat";
import { useUsualWait } from "../use-usual-wait";
import classes from "./desk.module.css";
import { MyCallbacks } from "./my-callbacks";
import { Parked } from "./parked";
import { ToFix } from "./to-fix";
import { TypedNumber } from "./typed-number";

const ASK_EVERY_MS = 5_000;

interface IdleProps {
  seat: Extract<Seat, { kind: "paused" } | { kind: "ready" }>;
  counts: SeatCounts;
  busy: boolean;
  numberField: RefObject<HTMLInputElement | null>;
  onDial: (what: DialIn) => void;
  /** Take somebody who waits parked. */
  onTake: (call: string) => void;
}

/** Between calls: the honest reason why nothing comes, and the small work that waits. */
export function Idle({ seat, counts, busy, numberField, onDial, onTake }: IdleProps) {
  const parked = useQuery(getDialingTalkParkedQueryOptions({ query: { staleTime: 0, refetchInterval: ASK_EVERY_MS } }));
  return (
    <div className={classes.idle}>
      <div className={classes.column}>
        {seat.kind === "ready" ? <WhyNothing seat={seat} /> : <WhyPaused seat={seat} />}
        <TypedNumber busy={busy} field={numberField} onDial={onDial} />
      </div>
      <section className={`surface ${classes.card}`}>
        <Tabs defaultValue="callbacks" keepMounted={false}>
          <Tabs.List>
            <Tabs.Tab value="callbacks">
              <Trans>My callbacks</Trans> ({counts.callbacks})
            </Tabs.Tab>
            <Tabs.Tab value="to-fix">
              <Trans>To fix</Trans> ({counts.to_fix})
            </Tabs.Tab>
            <Tabs.Tab value="parked">
              <Trans>Parked</Trans> ({parked.data?.length ?? 0})
            </Tabs.Tab>
          </Tabs.List>
          <Tabs.Panel pt="sm" value="callbacks">
            <MyCallbacks busy={busy} onDial={(callback) => onDial({ callback })} />
          </Tabs.Panel>
          <Tabs.Panel pt="sm" value="to-fix">
            <ToFix />
          </Tabs.Panel>
          <Tabs.Panel pt="sm" value="parked">
            <Parked busy={busy} onTake={onTake} people={parked.data ?? []} />
          </Tabs.Panel>
        </Tabs>
      </section>
    </div>
  );
}

function WhyNothing({ seat }: { seat: Extract<Seat, { kind: "ready" }> }) {
  const usual = useUsualWait(seat.since);
  const now = useNow();
  if (seat.leaving) {
    const seconds = seat.leavesAt ? Math.max(0, Math.ceil((Date.parse(seat.leavesAt) - now) / 1000)) : 0;
    return (
      <section className={`surface ${classes.card}`} role="status">
        <Text fw={550} size="lg">
          <Trans>You pause as soon as nobody rings for you.</Trans>
        </Text>
        <Text c="dimmed" size="sm">
          <Trans>
            A number is ringing that only you could take, so the pause waits, at most {seconds} s. Nothing new is
            dialled for you. Press F2 to pause at once.
          </Trans>
        </Text>
      </section>
    );
  }
  return (
    <section className={`surface ${classes.card}`}>
      <Text fw={550} size="lg">
        {word(SEAT_REASONS, seat.reason || "waiting_for_call")}
      </Text>
      {usual ? (
        <Text c="dimmed" size="sm">
          <Trans>
            Today you usually wait {usual.from} to {usual.until} s
          </Trans>
        </Text>
      ) : null}
    </section>
  );
}

function WhyPaused({ seat }: { seat: Extract<Seat, { kind: "paused" }> }) {
  const codes = usePauseCodes();
  const own = codes.find((one) => one.code === seat.code)?.label;
  const code = own ?? (seat.code === "" || seat.code === "signed_in" ? "" : word(PAUSES, seat.code));
  return (
    <section className={`surface ${classes.card}`}>
      <Text fw={550} size="lg">
        {code ? <Trans>Paused: {code}</Trans> : <Trans>You are paused. Nothing rings here.</Trans>}
      </Text>
      <Text c="dimmed" size="sm">
        {seat.reason ? word(SEAT_REASONS, seat.reason) : <Trans>Press F2 when you are ready for calls.</Trans>}
      </Text>
    </section>
  );
}
