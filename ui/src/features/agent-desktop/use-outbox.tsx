import { Trans } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useRef, useState, useSyncExternalStore } from "react";
import { dialingDispose, dialingUndo } from "@/shared/api/generated/calls";
import type { DisposedOut, DisposeIn } from "@/shared/api/generated/model";
import { connection } from "@/shared/api/http";
import { useLive } from "@/shared/live/live-provider";
import { serverNow } from "@/shared/time/clock";
import { sentence } from "@/shared/ui/sentence";
import { forget } from "./draft";
import { flush, queue, waiting } from "./outbox";

const TRY_EVERY_MS = 3_000;

/** The outbox at work: sends at once, keeps trying, and tells the person what became of each disposition. */
export function useOutbox(): { waitingCalls: readonly string[]; dispose: (call: string, body: DisposeIn) => void } {
  const queries = useQueryClient();
  const { connected } = useLive();
  const reachable = useSyncExternalStore(connection.subscribe, connection.isReachable);
  const [waitingCalls, setWaiting] = useState<readonly string[]>(() => waiting().map(({ call }) => call));
  const busy = useRef(false);

  const send = useCallback(async () => {
    if (busy.current || waiting().length === 0) return;
    busy.current = true;
    const told = await flush((call, body) => dialingDispose(call, body)).finally(() => {
      busy.current = false;
    });
    setWaiting(waiting().map(({ call }) => call));
    for (const one of told) {
      if ("answer" in one) {
        forget(one.waiting.call);
        tellSaved(one.answer, () => void queries.invalidateQueries({ queryKey: ["/api/to-fix"] }));
      } else {
        notifications.show({
          autoClose: false,
          color: "brick",
          title: one.refused.message,
          message: one.refused.nextStep || <Trans>The call stands on your to-fix list.</Trans>,
        });
      }
    }
    if (told.length > 0) {
      void queries.invalidateQueries({ queryKey: ["/api/seat"] });
      void queries.invalidateQueries({ queryKey: ["/api/to-fix"] });
      void queries.invalidateQueries({ queryKey: ["/api/callbacks/mine"] });
    }
  }, [queries]);

  useEffect(() => {
    if (waitingCalls.length === 0) return;
    const timer = setInterval(() => void send(), TRY_EVERY_MS);
    return () => clearInterval(timer);
  }, [waitingCalls, send]);

  useEffect(() => {
    if (connected && reachable) void send();
  }, [connected, reachable, send]);

  const dispose = useCallback(
    (call: string, body: DisposeIn) => {
      queue({ call, body });
      setWaiting(waiting().map((one) => one.call));
      void send();
    },
    [send],
  );
  return { waitingCalls, dispose };
}

function tellSaved(answer: DisposedOut, afterUndo: () => void): void {
  const left = Date.parse(answer.undo_until) - serverNow();
  const id = `saved-${answer.id}`;
  notifications.show({
    id,
    color: "leaf",
    autoClose: Math.max(2_000, Math.min(left, 15_000)),
    message: (
      <Group justify="space-between" wrap="nowrap">
        <Text size="sm">
          {answer.receipt ? <Trans>Saved. Receipt {answer.receipt}</Trans> : <Trans>Disposition saved</Trans>}
        </Text>
        <Button
          color="gray"
          onClick={() => {
            notifications.hide(id);
            void dialingUndo(answer.attempt).then(
              () => {
                notifications.show({ message: <Trans>Taken back. The call stands on your to-fix list.</Trans> });
                afterUndo();
              },
              (error: unknown) => notifications.show({ color: "brick", message: sentence(error) }),
            );
          }}
          size="compact-sm"
          variant="default"
        >
          <Trans>Undo</Trans>
        </Button>
      </Group>
    ),
  });
}
