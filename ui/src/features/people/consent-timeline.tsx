import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Group, Modal, Select, Skeleton, Stack, Text, Timeline } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getConsentsLedgerConsentTimelineQueryOptions } from "@/shared/api/generated/consents";
import type { MomentOut, ContactPage as Person } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { SOURCES } from "@/shared/suppressions/sources";
import { dateTime } from "@/shared/time/format";
import { CHANNELS, word } from "@/shared/trade/words";
import { EmptyState } from "@/shared/ui/empty-state";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { CONSENT_FORMS, CONSENT_LEVELS, DOORS, MOMENTS, REGISTRY_STATES } from "./kinds";

/** All that was ever said about a number of this person and calls to it, in one line of time. */
export function ConsentTimeline({ person }: { person: Person }) {
  const { t } = useLingui();
  const sees = useMay("see_consents");
  const numbers = [...new Set(person.phones.map((phone) => phone.e164))];
  const [opened, setOpened] = useState(false);
  const [number, setNumber] = useState(numbers[0] ?? "");
  if (!sees) return null;
  return (
    <>
      <Group>
        <Button onClick={() => setOpened(true)} size="compact-sm" variant="subtle">
          <Trans>History of a number</Trans>
        </Button>
      </Group>
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setOpened(false)}
        opened={opened}
        size="lg"
        title={t`History of ${number}`}
      >
        {opened ? (
          <Stack>
            {numbers.length > 1 ? (
              <Select
                allowDeselect={false}
                data={numbers}
                label={t`Number`}
                onChange={(value) => setNumber(value ?? number)}
                value={number}
              />
            ) : null}
            <Moments number={number} seller={person.seller} />
          </Stack>
        ) : null}
      </Modal>
    </>
  );
}

function Moments({ number, seller }: { number: string; seller: string }) {
  const moments = useQuery(getConsentsLedgerConsentTimelineQueryOptions({ number, seller }));
  if (moments.error) return <ProblemAlert error={moments.error} retry={() => void moments.refetch()} />;
  if (!moments.data) return <Skeleton height={160} />;
  if (moments.data.length === 0) {
    return (
      <EmptyState>
        <Trans>Nothing was ever said about this number.</Trans>
      </EmptyState>
    );
  }
  return (
    <Timeline bulletSize={14} lineWidth={2}>
      {moments.data.map((moment, place) => (
        <Timeline.Item
          // biome-ignore lint/suspicious/noArrayIndexKey: moments have no id of their own and never move.
          key={place}
          title={`${word(MOMENTS, moment.kind)}${moment.registry ? ` (${moment.registry})` : ""}`}
        >
          <Moment moment={moment} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

function Moment({ moment }: { moment: MomentOut }) {
  const about = [
    moment.form ? word(CONSENT_FORMS, moment.form) : "",
    moment.level ? word(CONSENT_LEVELS, moment.level) : "",
    moment.channels.map((channel) => word(CHANNELS, channel)).join(", "),
    moment.brand,
    moment.product,
    moment.door ? word(DOORS, moment.door) : "",
    moment.registry_state ? word(REGISTRY_STATES, moment.registry_state) : "",
    moment.kind === "suppressed" ? word({ ...DOORS, ...SOURCES }, moment.source) : moment.source,
    moment.by,
  ];
  return (
    <Stack gap={2}>
      <Text c="dimmed" size="xs">
        {[dateTime(moment.at), ...about].filter(Boolean).join(" · ")}
      </Text>
      {moment.words ? (
        <Text size="sm" style={{ overflowWrap: "anywhere" }}>
          “{moment.words}”
          {moment.words_version ? (
            <Text c="dimmed" component="span" size="xs">
              {" "}
              <Trans>version {moment.words_version}</Trans>
            </Text>
          ) : null}
        </Text>
      ) : null}
      {moment.said ? <Text size="sm">“{moment.said}”</Text> : null}
      {moment.snapshot ? (
        <Anchor
          download={moment.snapshot_name}
          href={`/api/consents/snapshots/${moment.snapshot}/file`}
          size="sm"
          title={`SHA-256 ${moment.snapshot_sha256}`}
        >
          {moment.snapshot_name}
        </Anchor>
      ) : null}
    </Stack>
  );
}
