import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Modal, Select, Skeleton, Stack, Text } from "@mantine/core";
import { IconPhoneOutgoing } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  dialingOwnCallsTestCall,
  getDialingOwnCallsOneTestCallQueryOptions,
  getDialingOwnCallsTestCallsQueryKey,
  getDialingOwnCallsTestCallsQueryOptions,
  getDialingOwnCallsTestNumbersQueryOptions,
} from "@/shared/api/generated/calls";
import type { TestCallOut, TrunkOut } from "@/shared/api/generated/model";
import { gradeOf } from "@/shared/softphone/quality";
import { GRADES } from "@/shared/softphone/words";
import { number, share } from "@/shared/time/format";
import { phoneWords } from "@/shared/trade/phone";
import { word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { LocalMoment } from "@/shared/ui/local-time";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { CODECS, OWN_KINDS, TEST_REFUSALS, TEST_STATES } from "./kinds";

const ASK_EVERY_MS = 1_000;
const OVER: readonly string[] = ["refused", "ended"];

/** Have oneself called over this trunk: does it ring, is one heard, and how well? */
export function TestCall({ trunk }: { trunk: TrunkOut }) {
  const { t } = useLingui();
  const [opened, setOpened] = useState(false);
  return (
    <>
      <Button
        aria-label={t`Test call over ${trunk.name}`}
        leftSection={<IconPhoneOutgoing aria-hidden size={14} />}
        onClick={() => setOpened(true)}
        size="xs"
        variant="default"
      >
        <Trans>Test call</Trans>
      </Button>
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setOpened(false)}
        opened={opened}
        size="lg"
        title={t`Test call over ${trunk.name}`}
      >
        {opened ? <Test trunk={trunk} /> : null}
      </Modal>
    </>
  );
}

function Test({ trunk }: { trunk: TrunkOut }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const numbers = useQuery(getDialingOwnCallsTestNumbersQueryOptions());
  const before = useQuery(getDialingOwnCallsTestCallsQueryOptions(trunk.id));
  const [chosen, setChosen] = useState<string | null>(null);
  const [shown, setShown] = useState("");
  const [id, setId] = useState<string | null>(null);
  const to = chosen ?? numbers.data?.[0]?.number ?? null;
  const call = useMutation({
    mutationFn: (target: string) => dialingOwnCallsTestCall(trunk.id, { number: target, caller_id: shown }),
    onSuccess: (made) => setId(made.id),
  });
  const running = useQuery({
    ...getDialingOwnCallsOneTestCallQueryOptions(id ?? ""),
    enabled: id !== null,
    refetchInterval: ({ state }) => {
      const over = state.data !== undefined && OVER.includes(state.data.state);
      if (over) void queries.invalidateQueries({ queryKey: getDialingOwnCallsTestCallsQueryKey(trunk.id) });
      return over ? false : ASK_EVERY_MS;
    },
  });
  const isRunning = id !== null && !(running.data && OVER.includes(running.data.state));
  return (
    <Stack>
      <Text size="sm">
        <Trans>
          Your own telephone rings over this trunk. Take it, speak, and hear yourself; the figures stand here after it.
        </Trans>
      </Text>
      <ProblemAlert error={numbers.error ?? call.error ?? running.error} />
      {numbers.data?.length === 0 ? (
        <Alert color="amber" variant="light">
          <Trans>There is no number of the house's own yet. Add yours below the trunks and have it approved.</Trans>
        </Alert>
      ) : null}
      {numbers.data ? (
        <>
          <Select
            allowDeselect={false}
            data={numbers.data.map((one) => ({
              value: one.number,
              label: [phoneWords(one.number), one.label || word(OWN_KINDS, one.what)].join(" · "),
            }))}
            data-autofocus
            label={t`Call this number`}
            onChange={setChosen}
            value={to}
          />
          <Group align="flex-end">
            <Select
              clearable
              data={trunk.caller_ids.map((one) => ({ value: one, label: phoneWords(one) }))}
              flex={1}
              label={t`and show`}
              onChange={(value) => setShown(value ?? "")}
              placeholder={t`the first that may be shown`}
              value={shown || null}
            />
            <Button disabled={to === null || isRunning} loading={call.isPending} onClick={() => to && call.mutate(to)}>
              <Trans>Call me</Trans>
            </Button>
          </Group>
        </>
      ) : (
        <Skeleton height={60} />
      )}
      {running.data ? <Outcome call={running.data} /> : null}
      <Past calls={(before.data ?? []).filter((one) => one.id !== id)} />
    </Stack>
  );
}

function Outcome({ call }: { call: TestCallOut }) {
  const { t } = useLingui();
  const why = call.why ? word(TEST_REFUSALS, call.why) : "";
  const color = call.state === "refused" ? "brick" : call.state === "ended" && call.answered_at ? "leaf" : "lake";
  return (
    <Alert color={color} role="status" title={word(TEST_STATES, call.state)} variant="light">
      {why ? <Text size="sm">{why}</Text> : null}
      {call.quality ? <Quality call={call} /> : null}
      {call.state === "ended" && !call.answered_at ? (
        <Text size="sm">
          {call.cause === null ? t`Nobody took it.` : t`Nobody took it. The network said ${call.cause} (Q.850).`}
        </Text>
      ) : null}
    </Alert>
  );
}

function Quality({ call: { quality } }: { call: TestCallOut }) {
  const { i18n } = useLingui();
  if (!quality || quality.mos === null) return null;
  const codec = quality.codec ? (CODECS[quality.codec] ?? quality.codec) : "–";
  const rtt = quality.rtt_ms === null ? "–" : `${number(quality.rtt_ms)} ms`;
  return (
    <Text className="tabular" size="sm">
      <Trans>
        {i18n._(GRADES[gradeOf(quality.mos)])}: MOS {number(quality.mos, 2)} · {codec} · loss{" "}
        {share(quality.loss_share ?? 0)} · jitter {number(quality.jitter_ms ?? 0)} ms · there and back {rtt}
      </Trans>
    </Text>
  );
}

function Past({ calls }: { calls: readonly TestCallOut[] }) {
  const { t } = useLingui();
  if (calls.length === 0) return null;
  const columns: Column<TestCallOut>[] = [
    { id: "at", header: t`When`, cell: (row) => <LocalMoment at={row.at} /> },
    { id: "number", header: t`Number`, cell: (row) => <span className="tabular">{phoneWords(row.number)}</span> },
    { id: "state", header: t`What came of it`, cell: (row) => word(TEST_STATES, row.state) },
    {
      id: "mos",
      header: "MOS",
      align: "right",
      cell: (row) => (typeof row.quality?.mos === "number" ? number(row.quality.mos, 2) : "–"),
    },
  ];
  return <DataTable columns={columns} label={t`Earlier tests`} rowKey={(row) => row.id} rows={calls.slice(0, 5)} />;
}
