import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, CloseButton, Group, Text, TextInput } from "@mantine/core";
import { IconSpeakerphone, IconUser } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { type KeyboardEvent, type ReactNode, useId, useState } from "react";
import { getDialingTalkTransferTargetsQueryOptions } from "@/shared/api/generated/calls";
import { SEAT_STATES, word } from "@/shared/trade/words";
import { Key } from "@/shared/ui/key";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import type { Consult } from "../seat";
import { meantBy, step, type Target, targetsOf } from "../targets";
import classes from "./desk.module.css";

const ASK_EVERY_MS = 2_000;

interface TransferProps {
  onTransfer: (target: Target, warm: boolean) => void;
  onClose: () => void;
}

/** Hand the person over: type who, Enter at once, Shift and Enter to speak with the colleague first. */
export function Transfer({ onTransfer, onClose }: TransferProps) {
  const { i18n, t } = useLingui();
  const list = useId();
  const [query, setQuery] = useState("");
  const [at, setAt] = useState<number | null>(null);
  const targets = useQuery(
    getDialingTalkTransferTargetsQueryOptions({ query: { staleTime: 0, refetchInterval: ASK_EVERY_MS } }),
  );
  const found = meantBy(query, targets.data ? targetsOf(targets.data) : [], i18n.locale);
  // What is typed points at the first who is free; an empty line points at nobody, so that Enter alone does nothing.
  const active = at ?? (query.trim() && found[0]?.free ? 0 : -1);

  function walk(event: KeyboardEvent): void {
    if (event.key === "Escape") onClose();
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt(step(found, active, event.key === "ArrowDown" ? 1 : -1));
    }
    const chosen = found[active];
    if (event.key === "Enter" && chosen?.free) {
      event.preventDefault();
      onTransfer(chosen, event.shiftKey);
    }
  }

  return (
    <section aria-label={t`Transfer`} className={`surface ${classes.card}`}>
      <Group justify="space-between">
        <h2 className={classes.label} style={{ margin: 0 }}>
          <Trans>Transfer to</Trans>
        </h2>
        <CloseButton aria-label={t`Close`} onClick={onClose} size="sm" />
      </Group>
      <TextInput
        aria-activedescendant={active >= 0 ? `${list}-${active}` : undefined}
        aria-autocomplete="list"
        aria-controls={list}
        aria-expanded
        aria-label={t`A colleague or a campaign`}
        autoComplete="off"
        autoFocus
        mt={6}
        onChange={(event) => {
          setQuery(event.currentTarget.value);
          setAt(null);
        }}
        onKeyDown={walk}
        placeholder={t`Name of a colleague or a campaign`}
        role="combobox"
        value={query}
      />
      <ProblemAlert error={targets.error} />
      <div aria-label={t`To whom`} className={classes.targets} id={list} role="listbox">
        {found.map((target, index) => (
          // biome-ignore lint/a11y/useKeyWithClickEvents: the field above walks the list, as a combobox does
          // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field above
          <div
            aria-disabled={!target.free || undefined}
            aria-selected={index === active}
            className={classes.target}
            id={`${list}-${index}`}
            key={target.id}
            onClick={() => target.free && setAt(index)}
            onDoubleClick={() => target.free && onTransfer(target, false)}
            role="option"
          >
            <Group gap={8} wrap="nowrap">
              {target.kind === "seat" ? <IconUser aria-hidden size={16} /> : <IconSpeakerphone aria-hidden size={16} />}
              <span>{target.name}</span>
            </Group>
            <Text component="span" inherit size="sm">
              {target.kind === "seat" ? (
                word(SEAT_STATES, target.state)
              ) : (
                <Plural one="# ready" other="# ready" value={target.ready} />
              )}
            </Text>
          </div>
        ))}
      </div>
      {targets.data && found.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>Nobody of that name is at a desk.</Trans>
        </Text>
      ) : null}
      <Text c="dimmed" mt={6} size="xs">
        <Key name="Enter" /> <Trans>hands over at once</Trans> · <Key name="Shift" /> <Key name="Enter" />{" "}
        <Trans>speaks with the colleague first; the person hears music</Trans>
      </Text>
    </section>
  );
}

interface ConsultProps {
  consult: Consult;
  onComplete: () => void;
  onBack: () => void;
  onAll: () => void;
}

/** A colleague is in it: who, how they stand, and the ways out. */
export function Consulting({ consult, onComplete, onBack, onAll }: ConsultProps) {
  const { t } = useLingui();
  const { name, joined, together } = consult;
  if (consult.part === "asked") {
    return (
      <section aria-label={t`Talk with a colleague`} aria-live="polite" className={`surface ${classes.consult}`}>
        <Text fw={550}>
          {together ? (
            <Trans>All three of you speak. Your colleague hands the person over, or goes on alone.</Trans>
          ) : (
            <Trans>A colleague asks you to take this person over. The person hears music meanwhile.</Trans>
          )}
        </Text>
      </section>
    );
  }
  return (
    <section aria-label={t`Talk with a colleague`} aria-live="polite" className={`surface ${classes.consult}`}>
      <Text className={classes.label}>
        {together ? (
          <Trans>All three of you speak; the colleague:</Trans>
        ) : (
          <Trans>The person hears music; you speak with:</Trans>
        )}
      </Text>
      <Group gap={8} mb={8}>
        <Text fw={650} size="lg">
          {name}
        </Text>
        <Badge color={joined ? "leaf" : "amber"} variant="light">
          {joined ? <Trans>hears you</Trans> : <Trans>is put through</Trans>}
        </Badge>
      </Group>
      <Group gap={6}>
        <WayOut disabled={!joined} keyName="Enter" onClick={onComplete} primary>
          <Trans>Hand over</Trans>
        </WayOut>
        <WayOut keyName="U" onClick={onBack}>
          {together ? <Trans>Without the colleague</Trans> : <Trans>Back to the person</Trans>}
        </WayOut>
        {together ? null : (
          <WayOut disabled={!joined} keyName="J" onClick={onAll}>
            <Trans>All three speak</Trans>
          </WayOut>
        )}
      </Group>
    </section>
  );
}

interface WayOutProps {
  keyName: string;
  primary?: boolean;
  disabled?: boolean;
  onClick: () => void;
  children: ReactNode;
}

function WayOut({ keyName, primary, disabled, onClick, children }: WayOutProps) {
  return (
    <Button
      disabled={disabled ?? false}
      onClick={onClick}
      rightSection={<Key name={keyName} />}
      size="xs"
      variant={primary ? "filled" : "default"}
    >
      {children}
    </Button>
  );
}
