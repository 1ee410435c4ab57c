import { Trans, useLingui } from "@lingui/react/macro";
import { CloseButton, Group, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { getDialingTalkDropSoundsQueryOptions } from "@/shared/api/generated/calls";
import { useKeys } from "@/shared/keyboard/keyboard";
import { span } from "@/shared/time/format";
import { Key } from "@/shared/ui/key";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import classes from "./desk.module.css";

interface LeaveMessageProps {
  call: string;
  onLeave: (sound: string) => void;
  onClose: () => void;
}

/** A machine answered: a digit leaves that recording on it, and you are free at once. */
export function LeaveMessage({ call, onLeave, onClose }: LeaveMessageProps) {
  const { t } = useLingui();
  const { data: messages, error } = useQuery(getDialingTalkDropSoundsQueryOptions(call));
  useKeys(
    useMemo(
      () => [
        ...(messages ?? []).slice(0, 9).map(({ id, name }, index) => ({
          key: String(index + 1),
          label: name,
          run: () => onLeave(id),
        })),
        { key: "Escape", label: t`Close`, run: onClose },
      ],
      [messages, onLeave, onClose, t],
    ),
  );
  return (
    <section aria-label={t`Leave message`} className={`surface ${classes.card}`}>
      <Group justify="space-between">
        <h2 className={classes.label} style={{ margin: 0 }}>
          <Trans>Leave on the machine; you are free at once</Trans>
        </h2>
        <CloseButton aria-label={t`Close`} onClick={onClose} size="sm" />
      </Group>
      <ProblemAlert error={error} />
      {messages?.length === 0 ? (
        <Text c="dimmed" mt={6} size="sm">
          <Trans>No recording is approved for this. Campaign managers bring them on the Sounds page.</Trans>
        </Text>
      ) : null}
      <div className={classes.dispositions} style={{ marginTop: 8 }}>
        {messages?.slice(0, 9).map((message, index) => (
          <button className={classes.disposition} key={message.id} onClick={() => onLeave(message.id)} type="button">
            <Key name={String(index + 1)} />
            <span>
              {message.name}{" "}
              <span className="tabular">
                ({message.language}, {span(message.seconds * 1000)})
              </span>
            </span>
          </button>
        ))}
      </div>
    </section>
  );
}
