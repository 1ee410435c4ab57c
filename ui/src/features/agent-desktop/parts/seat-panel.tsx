import { useLingui } from "@lingui/react/macro";
import { Box } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useMutation } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { dialingRemoveMe } from "@/shared/api/generated/calls";
import type { PhoneOut, ReceiptOut, SeatCounts } from "@/shared/api/generated/model";
import { useHeard } from "@/shared/heard/use-heard";
import { WhoPickedUp } from "@/shared/heard/who-picked-up";
import { randomId } from "@/shared/ids";
import { useKeys } from "@/shared/keyboard/keyboard";
import { useHear } from "@/shared/live/live-provider";
import { useMe } from "@/shared/session/session";
import type { OwnPhone } from "@/shared/softphone/own-phone";
import { PhoneButton, PhoneTrouble } from "@/shared/softphone/phone-button";
import { usePhone, useSoftphone } from "@/shared/softphone/phone-provider";
import { sentence } from "@/shared/ui/sentence";
import { type Doings, deskKeys, keysTaken, WHO_KEYS } from "../keys";
import { asksToRecord, callOf, consultOf, isLive, mayDispose } from "../seat";
import type { Target } from "../targets";
import { transferNews } from "../transfer-news";
import { useDraft } from "../use-draft";
import { useOutbox } from "../use-outbox";
import { useSeatDeeds } from "../use-seat-deeds";
import { Announcer } from "./announcer";
import { CallBar, type Panel } from "./call-bar";
import { CallWord } from "./call-word";
import { Conversation } from "./conversation";
import { Idle } from "./idle";
import { Keypad } from "./keypad";
import { LeaveMessage } from "./leave-message";
import { Preview } from "./preview";
import { type Sitting, StateBar } from "./state-bar";
import { Consulting, Transfer } from "./transfer";

const LAST_CODE = "ahize.last-code";

const RECEIPT = "ahize.receipt";

interface Given {
  call: string;
  receipt: ReceiptOut;
}

/** The receipt of this call outlives a reload: it may still have to be read out. */
function keptReceipt(): Given | null {
  try {
    return JSON.parse(sessionStorage.getItem(RECEIPT) ?? "null") as Given | null;
  } catch {
    return null;
  }
}

interface SeatPanelProps {
  seat: Sitting;
  counts: SeatCounts;
  phone: PhoneOut;
  own: OwnPhone;
}

/** One seat, one screen: the union decides what stands on the stage, the map decides what the keys do. */
export function SeatPanel({ seat, counts, phone, own }: SeatPanelProps) {
  const { i18n, t } = useLingui();
  const me = useMe();
  const { deeds, isPending } = useSeatDeeds();
  const outbox = useOutbox();
  const call = callOf(seat);
  const draft = useDraft(call);
  const [pauseOpen, setPauseOpen] = useState(false);
  const [booking, setBooking] = useState(false);
  const [receipt, setReceipt] = useState(keptReceipt);
  const [panel, setPanel] = useState<Panel>(null);
  const [pausedIn, setPausedIn] = useState<string | null>(null);
  const softphone = useSoftphone();
  const { muted } = usePhone();
  const notesField = useRef<HTMLTextAreaElement>(null);
  const numberField = useRef<HTMLInputElement>(null);

  const callId = call?.id ?? null;
  const heard = useHeard(callId);
  useHear((message) => {
    const news = transferNews(message, callId);
    if (news) notifications.show({ autoClose: false, color: "amber", message: i18n._(news), role: "alert" });
  });
  // biome-ignore lint/correctness/useExhaustiveDependencies: another call, another booking
  useEffect(() => setBooking(false), [callId]);

  // The next person is heard and hears: neither a panel nor silence outlives its talk.
  const talking = seat.kind === "talking";
  // biome-ignore lint/correctness/useExhaustiveDependencies: another call, another line
  useEffect(() => {
    setPanel(null);
    softphone.mute(false);
  }, [callId, talking, softphone]);

  const removal = useMutation({
    mutationFn: (id: string) => dialingRemoveMe(id, {}),
    onSuccess: (answer, id) => {
      const given = { call: id, receipt: answer };
      sessionStorage.setItem(RECEIPT, JSON.stringify(given));
      setReceipt(given);
      // What else would it come to? A promise to call again is off the table.
      const stop = dispositions.find(({ flags }) => flags.includes("stop"));
      if (id === callId && stop && !chosen?.flags.includes("stop")) choose(stop.code);
    },
    onError: (error) => notifications.show({ color: "brick", message: sentence(error) }),
  });

  const dispositions = call?.dispositions ?? [];
  const chosen = dispositions.find(({ code }) => code === draft?.draft.code) ?? null;
  const needsTime = chosen?.flags.includes("callback") ?? false;
  const canSave = mayDispose(seat) && chosen !== null && (!needsTime || Boolean(draft?.draft.callbackAt));

  function choose(code: string): void {
    draft?.change({ code });
    setBooking(dispositions.find((one) => one.code === code)?.flags.includes("callback") ?? false);
  }

  function save(): void {
    if (!call || !draft || !chosen || !canSave) {
      if (needsTime) setBooking(true);
      return;
    }
    localStorage.setItem(LAST_CODE, chosen.code);
    outbox.dispose(call.id, {
      code: chosen.code,
      notes: draft.draft.text,
      callback_at: needsTime ? draft.draft.callbackAt : null,
      callback_mine: chosen.flags.includes("mine"),
      idempotency_key: randomId(),
    });
  }

  const talk = call?.talk ?? null;
  const consult = talk ? consultOf(talk, me.name) : null;
  // Where the law wants a yes first, the talk begins unrecorded: that is no pause of ours.
  const wantsYes = Boolean(talk?.recording_paused) && pausedIn !== callId && asksToRecord(call);
  const closePanel = useCallback(() => setPanel(null), []);
  const toggle = (which: Panel) => setPanel((before) => (before === which ? null : which));
  const leaveMessage = useCallback(
    (sound: string) => {
      setPanel(null);
      if (callId) deeds.leaveMessage(callId, sound);
    },
    [callId, deeds],
  );

  function transfer(to: Target, warm: boolean): void {
    setPanel(null);
    if (callId) deeds.transfer(callId, to.kind === "seat" ? { to: to.id, warm } : { campaign: to.id, warm });
  }

  const doings: Doings = {
    ready: deeds.ready,
    pause: () => (seat.kind === "ready" && seat.leaving ? deeds.pause(seat.leaving) : setPauseOpen(true)),
    finishAfter: () => deeds.finishAfter(!seat.finishAfter),
    hangUp: () => callId && deeds.hangUp(callId),
    hold: () => callId && talk && deeds.hold(callId, !talk.held),
    mute: () => softphone.mute(!muted),
    keypad: () => toggle("keypad"),
    transfer: () => toggle("transfer"),
    park: () => callId && deeds.park(callId, true),
    recording: () => {
      if (!callId || !talk) return;
      if (!talk.recording_paused) setPausedIn(callId);
      deeds.pauseRecording(callId, !talk.recording_paused);
    },
    leaveMessage: () => toggle("message"),
    callWord: () => toggle("word"),
    closing: () => {
      if (!callId) return;
      deeds.closing(callId);
      notifications.show({ autoClose: 2500, message: t`Noted: this talk comes to its end.` });
    },
    machine: () => heard.say("machine"),
    person: () => heard.say("person"),
    complete: () => callId && consult?.joined && deeds.endTransfer(callId, "complete"),
    back: () => callId && deeds.endTransfer(callId, "back"),
    all: () => callId && consult?.joined && !consult.together && deeds.endTransfer(callId, "all"),
    removeMe: () => callId && !removal.isPending && removal.mutate(callId),
    note: () => notesField.current?.focus(),
    callback: () => {
      const promise = dispositions.find(({ flags }) => flags.includes("callback"));
      if (promise) choose(promise.code);
    },
    repeat: () => {
      const last = localStorage.getItem(LAST_CODE);
      if (dispositions.some(({ code }) => code === last)) choose(last ?? "");
    },
    save,
    call: () => seat.kind === "previewing" && deeds.dial({ contact: seat.offer.contact.id }),
    skip: deeds.skip,
    typeNumber: () => numberField.current?.focus(),
    choose,
  };
  const latest = useRef(doings);
  latest.current = doings;

  // The keys change with the state, not with each render: what they do is looked up when they are pressed.
  const inBrowser = phone.needed && phone.kind === "browser";
  const part = consult?.part ?? null;
  const without = useMemo(() => ({ mute: !inBrowser, consult: part }), [inBrowser, part]);
  const keys = useMemo(() => deskKeys(seat, followed(latest), i18n.locale, without), [seat, i18n.locale, without]);
  useKeys(keys);

  const waiting = callId !== null && outbox.waitingCalls.includes(callId);
  return (
    <Box>
      <StateBar
        busy={isPending}
        counts={counts}
        onClose={deeds.close}
        onFinishAfter={deeds.finishAfter}
        onPause={(code) => {
          setPauseOpen(false);
          deeds.pause(code);
        }}
        onReady={deeds.ready}
        onShiftEnds={deeds.shiftEnds}
        onResume={talking && talk?.recording_paused && !wantsYes ? doings.recording : null}
        phone={phone.needed ? <PhoneButton free={seat.kind === "paused"} own={own} phone={phone} /> : null}
        pauseOpen={pauseOpen}
        seat={seat}
        setPauseOpen={setPauseOpen}
      />
      {phone.needed ? <PhoneTrouble own={own} phone={phone} /> : null}
      <Announcer muted={muted} seat={seat} />
      {call && talk ? (
        <CallBar
          consult={consult}
          doings={doings}
          live={isLive(seat)}
          muted={inBrowser ? muted : null}
          panel={panel}
          removed={receipt?.call === call.id}
          talk={talk}
          talking={talking}
          wantsYes={wantsYes}
        />
      ) : null}
      {seat.kind === "paused" || seat.kind === "ready" ? (
        <Idle
          busy={isPending}
          counts={counts}
          numberField={numberField}
          onDial={deeds.dial}
          onTake={(parked) => deeds.park(parked, false)}
          seat={seat}
        />
      ) : seat.kind === "previewing" ? (
        <Preview busy={isPending} onCall={doings.call} onSkip={doings.skip} seat={seat} />
      ) : draft && call ? (
        <Conversation
          booking={booking}
          call={call}
          canSave={canSave}
          chosen={chosen}
          doings={doings}
          draft={draft}
          heard={seat.kind === "ringing" ? null : <WhoPickedUp call={call} heard={heard} keys={WHO_KEYS} />}
          me={me.name}
          wantsYes={wantsYes}
          keysTaken={keysTaken(seat, without)}
          notesField={notesField}
          panel={
            !talking ? null : consult ? (
              <Consulting consult={consult} onAll={doings.all} onBack={doings.back} onComplete={doings.complete} />
            ) : panel === "keypad" ? (
              <Keypad onClose={closePanel} onDigit={(digit) => deeds.digits(call.id, digit)} />
            ) : panel === "transfer" ? (
              <Transfer onClose={closePanel} onTransfer={transfer} />
            ) : panel === "message" ? (
              <LeaveMessage call={call.id} onClose={closePanel} onLeave={leaveMessage} />
            ) : panel === "word" ? (
              <CallWord call={call.id} onClose={closePanel} />
            ) : null
          }
          receipt={receipt?.call === call.id ? receipt.receipt : null}
          seat={seat}
          setBooking={setBooking}
          waiting={waiting}
        />
      ) : null}
    </Box>
  );
}

/** Doings that always do what the latest render says. */
function followed(latest: { current: Doings }): Doings {
  return new Proxy({} as Doings, {
    get: (_, name: keyof Doings) => (code: string) => latest.current[name](code),
  });
}
