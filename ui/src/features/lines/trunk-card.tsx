import { Plural, Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, Progress, SimpleGrid, Stack, Text } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type ReactNode, useState } from "react";
import { getLinesLinesQueryKey, linesChangeTrunk, linesRemoveTrunk } from "@/shared/api/generated/lines";
import type { TrunkOut } from "@/shared/api/generated/model";
import { serverNow } from "@/shared/time/clock";
import { fullDate, number, relative } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { Ago } from "@/shared/ui/local-time";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { CODECS, TRANSPORTS, TRUNK_ADVICE, TRUNK_KINDS, TRUNK_STATES, TRUNK_TONES } from "./kinds";
import { TestCall } from "./test-call";

const DAY_MS = 86_400_000;
const NEAR_DAYS = 30;

interface TrunkCardProps {
  trunk: TrunkOut;
  edits: boolean;
  /** In the made-up world nobody hears of it: that is no reason for advice. */
  quiet: boolean;
  onEdit: () => void;
}

/** One line to a carrier: how it stands in words, how full it is, what it carries. */
export function TrunkCard({ trunk, edits, quiet, onEdit }: TrunkCardProps) {
  const { i18n, t } = useLingui();
  const queries = useQueryClient();
  const [removing, setRemoving] = useState(false);
  const renew = () => queries.invalidateQueries({ queryKey: getLinesLinesQueryKey() });
  const turn = useMutation({
    mutationFn: () => linesChangeTrunk(trunk.id, { enabled: !trunk.enabled }),
    onSuccess: renew,
  });
  const { state, reason, since, channels } = trunk.state;
  const advice = TRUNK_ADVICE[state as keyof typeof TRUNK_ADVICE];
  const bad = state === "unreachable" || state === "rejected";
  return (
    <Stack aria-label={trunk.name} className="surface" component="section" gap="sm" p="md">
      <Group align="flex-start" justify="space-between">
        <div>
          <Group gap="xs">
            <Text component="h2" fw={650} m={0} size="lg">
              {trunk.name}
            </Text>
            <Badge color={TRUNK_TONES[state] ?? "gray"} variant="light">
              {word(TRUNK_STATES, state)}
            </Badge>
          </Group>
          <Text c="dimmed" size="sm">
            {trunk.host}:{trunk.port} {TRANSPORTS[trunk.transport]} · {word(TRUNK_KINDS, trunk.kind)}
            {since ? (
              <>
                {" · "}
                <Trans>
                  changed <Ago at={since} />
                </Trans>
              </>
            ) : null}
          </Text>
        </div>
        {edits ? (
          <Group gap="xs">
            <TestCall trunk={trunk} />
            <Button loading={turn.isPending} onClick={() => turn.mutate()} size="xs" variant="default">
              {trunk.enabled ? <Trans>Switch off</Trans> : <Trans>Switch on</Trans>}
            </Button>
            <Button aria-label={t`Edit: ${trunk.name}`} onClick={onEdit} size="xs" variant="default">
              <Trans>Edit</Trans>
            </Button>
            <Button
              aria-label={t`Remove: ${trunk.name}`}
              color="brick"
              onClick={() => setRemoving(true)}
              size="xs"
              variant="subtle"
            >
              <Trans>Remove</Trans>
            </Button>
          </Group>
        ) : null}
      </Group>
      <ProblemAlert error={turn.error} />
      {advice && trunk.enabled && !quiet ? (
        <Alert color={bad ? "brick" : "amber"} p="xs" variant="light">
          {i18n._(advice)} {reason ? <Trans>The carrier said: {reason}</Trans> : null}
        </Alert>
      ) : null}
      <SimpleGrid cols={{ base: 2, md: 4 }} spacing="md">
        <Fact label={t`Channels in use`}>
          {number(channels)} / {number(trunk.channels_max)}
          <Progress
            aria-label={t`Channels in use`}
            color={channels >= trunk.channels_max ? "amber" : "lake"}
            mt={4}
            size="sm"
            value={(100 * channels) / trunk.channels_max}
          />
        </Fact>
        <Fact label={t`New calls per second, at most`}>{number(Number(trunk.per_second_max), 1)}</Fact>
        <Fact label={t`Codecs, the first choice first`}>
          {trunk.codecs.map((codec) => CODECS[codec] ?? codec).join(", ")}
        </Fact>
        <Fact label={t`Prices`}>
          {trunk.prices.length === 0 ? (
            <Trans>not known</Trans>
          ) : (
            <Plural one="# prefix" other="# prefixes" value={trunk.prices.length} />
          )}{" "}
          {trunk.currency}
        </Fact>
        <Fact label={t`Caller IDs`}>
          {trunk.caller_ids.length === 0 ? (
            <Trans>all of the house</Trans>
          ) : (
            <Plural one="# number" other="# numbers" value={trunk.caller_ids.length} />
          )}
        </Fact>
        <Fact label={t`Signed calls (STIR/SHAKEN)`}>
          {trunk.attestation && trunk.has_stir_key ? (
            <Trans>with level {trunk.attestation}</Trans>
          ) : (
            <Trans>no: the carrier may sign them</Trans>
          )}
        </Fact>
        {trunk.certificate_until ? (
          <Fact label={t`Certificate until`}>
            <Until at={trunk.certificate_until} />
          </Fact>
        ) : null}
      </SimpleGrid>
      <ReasonModal
        color="brick"
        deed={t`Remove`}
        note={<Trans>Calls in the air end as they would have. What was called over it stays on record.</Trans>}
        onClose={() => setRemoving(false)}
        onDeed={async () => {
          await linesRemoveTrunk(trunk.id);
          await renew();
        }}
        opened={removing}
        title={t`Remove trunk ${trunk.name}`}
      />
    </Stack>
  );
}

function Fact({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div>
      <Text c="dimmed" size="xs">
        {label}
      </Text>
      <Text className="tabular" component="div" fw={550} size="sm">
        {children}
      </Text>
    </div>
  );
}

function Until({ at }: { at: string }) {
  const now = serverNow();
  const days = (Date.parse(at) - now) / DAY_MS;
  return (
    <Group gap={6}>
      {fullDate(at)}
      <Badge color={days <= 0 ? "brick" : days <= NEAR_DAYS ? "amber" : "leaf"} variant="light">
        {days <= 0 ? <Trans>expired</Trans> : relative(at, now)}
      </Badge>
    </Group>
  );
}
