import { msg } from "@lingui/core/macro";
import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Text } from "@mantine/core";
import { notifications } from "@mantine/notifications";
import { IconEar, IconPhoneIncoming } from "@tabler/icons-react";
import { useNavigate } from "@tanstack/react-router";
import { useCallback, useMemo } from "react";
import type { FloorSeat } from "@/shared/api/generated/model";
import { useKeys, useSheet } from "@/shared/keyboard/keyboard";
import { PhoneButton, PhoneTrouble } from "@/shared/softphone/phone-button";
import { SEAT_STATES, word } from "@/shared/trade/words";
import { Key } from "@/shared/ui/key";
import { Since } from "@/shared/ui/local-time";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { sentence } from "@/shared/ui/sentence";
import { type How, useEars } from "./ears";
import classes from "./wallboard.module.css";

const WAYS = [
  { how: "listen", key: "l", label: msg`Listen`, doing: msg`You are listening to` },
  { how: "whisper", key: "w", label: msg`Whisper`, doing: msg`You whisper; only the agent hears you:` },
  { how: "barge", key: "b", label: msg`Join in`, doing: msg`You speak with both:` },
] as const;

interface EarsBarProps {
  seat: FloorSeat;
  how: How;
  onHow: (how: How) => void;
  onEnd: () => void;
}

/** Nobody forgets that they are listening, or that they can be heard. */
export function EarsBar({ seat, how, onHow, onEnd }: EarsBarProps) {
  const { i18n, t } = useLingui();
  const navigate = useNavigate();
  const { armedKey } = useSheet();
  const { phone, own, ready, asked, error, takeOver } = useEars(seat.id, how);
  const take = useCallback(() => {
    takeOver().then(
      () => void navigate({ to: "/desk" }),
      (refused: unknown) => notifications.show({ color: "brick", message: sentence(refused) }),
    );
  }, [takeOver, navigate]);
  useKeys(
    useMemo(
      () => [
        ...WAYS.map((way) => ({ key: way.key, label: way.label, run: () => onHow(way.how) })),
        { key: "o", label: msg`Take the person over (twice, or hold)`, run: take, twice: true },
        { key: "F9", label: msg`End listening`, run: onEnd },
      ],
      [onHow, onEnd, take],
    ),
  );
  const now = WAYS.find((way) => way.how === how) ?? WAYS[0];
  return (
    <section aria-label={t`Listening in`} className={classes.ears} data-how={how}>
      <Group justify="space-between">
        <Group gap="sm" role="status" wrap="nowrap">
          <IconEar aria-hidden size={26} />
          <div>
            <Text fw={650} size="lg">
              {ready ? i18n._(now.doing) : <Trans>Your phone is put through to</Trans>} {seat.name}
            </Text>
            <Text size="sm">
              {word(SEAT_STATES, seat.state)} <Since at={seat.since} />
              {" · "}
              {how === "barge" ? (
                <Trans>The person hears you.</Trans>
              ) : (
                <Trans>The person hears nothing of you. It stands in the audit log.</Trans>
              )}
            </Text>
          </div>
        </Group>
        <Group gap={6}>
          {phone.needed ? <PhoneButton free={false} own={own} phone={phone} /> : null}
          {WAYS.map((way) => (
            <Button
              aria-pressed={way.how === how}
              color={way.how === how ? "lake" : "gray"}
              key={way.how}
              onClick={() => onHow(way.how)}
              rightSection={<Key name={way.key} />}
              size="xs"
              variant={way.how === how ? "filled" : "default"}
            >
              {i18n._(way.label)}
            </Button>
          ))}
          <Button
            color="brick"
            disabled={!asked || seat.state !== "talking"}
            leftSection={<IconPhoneIncoming aria-hidden size={16} />}
            onDoubleClick={take}
            rightSection={
              <>
                <Key name="O" /> <Key name="O" />
              </>
            }
            size="xs"
            title={t`Press O twice, hold it, or double-click`}
            variant={armedKey === "o" ? "filled" : "light"}
          >
            {armedKey === "o" ? <Trans>Once more to take over</Trans> : <Trans>Take over</Trans>}
          </Button>
          <Button color="dark" onClick={onEnd} rightSection={<Key name="F9" />} size="sm">
            <Trans>End listening</Trans>
          </Button>
        </Group>
      </Group>
      {phone.needed ? <PhoneTrouble own={own} phone={phone} /> : null}
      <ProblemAlert error={error} />
    </section>
  );
}
