import { Trans } from "@lingui/react/macro";
import { Alert, Group, Text } from "@mantine/core";
import { IconShieldCheck } from "@tabler/icons-react";
import type { ReactNode, Ref } from "react";
import type { CallOut, DispositionOut, ReceiptOut } from "@/shared/api/generated/model";
import { OUTCOMES, word } from "@/shared/trade/words";
import type { Doings } from "../keys";
import { isLive, isOpen } from "../seat";
import { useDispositionWord } from "../use-disposition-word";
import type { DraftHandle } from "../use-draft";
import { CallbackBooking } from "./callback-booking";
import classes from "./desk.module.css";
import { Dispositions } from "./dispositions";
import { Fields } from "./fields";
import { Notes } from "./notes";
import { History, Person, Why } from "./person";
import { Script } from "./script";
import type { Sitting } from "./state-bar";
import { TalkLine } from "./talk-line";

interface ConversationProps {
  seat: Sitting;
  call: CallOut;
  /** The name of who sits here. */
  me: string;
  wantsYes: boolean;
  draft: DraftHandle;
  doings: Doings;
  keysTaken: ReadonlySet<string>;
  chosen: DispositionOut | null;
  canSave: boolean;
  waiting: boolean;
  booking: boolean;
  setBooking: (on: boolean) => void;
  receipt: ReceiptOut | null;
  /** Digits, a transfer or a message: what is being done with the line stands above the script. */
  panel: ReactNode;
  /** Who picked up: a word that may be said as long as the call is on the screen. */
  heard: ReactNode;
  notesField: Ref<HTMLTextAreaElement>;
}

/** Ringing, talking and wrap-up are one screen: who, what to say, what it came to. Nothing moves between them. */
export function Conversation(props: ConversationProps) {
  const { seat, call, draft, doings, chosen, receipt } = props;
  const dispositionWord = useDispositionWord();
  const live = isLive(seat);
  const done = !isOpen(call) || props.waiting;
  return (
    <div className={classes.stage} data-call={call.id} data-testid="card">
      <div className={classes.column}>
        <Person contact={call.contact} number={call.number}>
          {seat.kind === "talking" ? <TalkLine me={props.me} talk={call.talk} wantsYes={props.wantsYes} /> : null}
        </Person>
        <Why why={call.why} />
        <History history={call.history} />
      </div>

      <div className={classes.column}>
        {props.panel}
        {receipt ? <Receipt receipt={receipt} /> : null}
        {!live && call.outcome && call.outcome !== "connected" ? (
          <Text c="dimmed" size="sm">
            <Trans>How the call ended: {word(OUTCOMES, call.outcome)}</Trans>
          </Text>
        ) : null}
        {props.booking && chosen && !done ? (
          <CallbackBooking
            at={draft.draft.callbackAt}
            campaign={"campaign" in seat ? seat.campaign.id : undefined}
            contact={call.contact}
            onChoose={(callbackAt) => draft.change({ callbackAt })}
            onClose={() => props.setBooking(false)}
          />
        ) : null}
        <Script text={call.script} />
        <Fields call={call.id} contact={call.contact} />
      </div>

      <div className={classes.column}>
        <Notes disabled={done} draft={draft} field={props.notesField} />
        {done ? (
          <Alert color="leaf" radius="md" role="status" variant="light">
            {props.waiting ? (
              <Trans>Kept here: {dispositionWord(draft.draft.code)}. It is sent when the connection is back.</Trans>
            ) : (
              <Trans>Saved: {dispositionWord(call.disposition)}. The next person comes by itself.</Trans>
            )}
          </Alert>
        ) : (
          <Dispositions
            canSave={props.canSave}
            chosen={chosen}
            dispositions={call.dispositions}
            inTalk={live}
            onChoose={doings.choose}
            onSave={doings.save}
            taken={props.keysTaken}
          />
        )}
        {props.heard}
      </div>
    </div>
  );
}

/** What to read out when somebody does not want to be called again. */
function Receipt({ receipt }: { receipt: ReceiptOut }) {
  return (
    <section aria-live="polite" className={`surface ${classes.receipt}`}>
      <Group gap="sm" wrap="nowrap">
        <IconShieldCheck aria-hidden color="#17703d" size={26} />
        <div>
          <Text size="sm">
            <Trans>Read out: “Your number is on the do-not-call list from now on. Your receipt number is”</Trans>
          </Text>
          <div className={`tabular ${classes.receiptNumber}`} data-testid="receipt">
            {receipt.receipt}
          </div>
        </div>
      </Group>
    </section>
  );
}
