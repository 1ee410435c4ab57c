import { Trans, useLingui } from "@lingui/react/macro";
import {
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  List,
  Modal,
  Progress,
  Select,
  Stack,
  Text,
  Title,
} from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { complaintsAskBundle, complaintsRedecideComplaint } from "@/shared/api/generated/complaints";
import type { ComplaintOut, EvidenceBundleIn } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { dateTime, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { useDeed } from "./deed";
import { FINDINGS, NOT_IN_IT } from "./kinds";
import { renewComplaints } from "./renew";

/** What the law says of these calls when it is asked again. */
export function Again({ complaint, handles }: { complaint: ComplaintOut; handles: boolean }) {
  const redecide = useDeed(() => complaintsRedecideComplaint(complaint.id));
  const came = complaint.redecision;
  return (
    <Stack className="surface" gap="xs" p="md">
      <Group justify="space-between">
        <Title order={2}>
          <Trans>Decided again</Trans>
        </Title>
        {handles ? (
          <Button loading={redecide.isPending} onClick={() => redecide.mutate()} size="compact-sm" variant="default">
            <Trans>Decide again now</Trans>
          </Button>
        ) : null}
      </Group>
      <ProblemAlert error={redecide.error} />
      {came ? (
        <>
          <Group gap="xs" role="status">
            <Badge color={came.findings.length === 0 ? "leaf" : "brick"} maw="none" variant="light">
              {came.findings.length === 0 ? <Trans>the same</Trans> : <Trans>{came.findings.length} differences</Trans>}
            </Badge>
            <Text size="sm">
              <Trans>
                {came.same} of {came.attempts} rulings come out as they were kept; {dateTime(came.at)}.
              </Trans>
            </Text>
          </Group>
          <List size="sm">
            {came.findings.map((one) => (
              <List.Item key={`${one.attempt}${one.kind}${one.what}`}>
                {word(FINDINGS, one.kind)}: {one.what}
                {one.kept || one.now ? ` · ${one.kept || "–"} → ${one.now || "–"}` : ""}
              </List.Item>
            ))}
          </List>
        </>
      ) : (
        <Text c="dimmed" size="sm">
          <Trans>The rulings of these numbers were not decided again yet.</Trans>
        </Text>
      )}
    </Stack>
  );
}

/** Bundles for outsiders: asked for, being made, done. */
export function Evidence({ complaint, handles }: { complaint: ComplaintOut; handles: boolean }) {
  const { t } = useLingui();
  const hears = useMay("hear_recordings");
  const [asking, setAsking] = useState(false);
  return (
    <Stack className="surface" gap="xs" p="md">
      <Group justify="space-between">
        <Title order={2}>
          <Trans>Evidence</Trans>
        </Title>
        {handles ? (
          <Button onClick={() => setAsking(true)} size="compact-sm" variant="default">
            <Trans>Make a bundle</Trans>
          </Button>
        ) : null}
      </Group>
      {complaint.bundles.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>
            A bundle holds everything about these numbers, sealed, so that an outsider can check it without asking us.
          </Trans>
        </Text>
      ) : null}
      {complaint.bundles.map((one) => (
        <div key={one.id}>
          <Group gap="xs">
            {one.state === "done" ? (
              <Anchor href={`/api/complaints/bundles/${one.id}/file`} size="sm" title={`SHA-256 ${one.sha256}`}>
                <Trans>
                  Bundle of {dateTime(one.asked_at)} ({number(Math.ceil(one.size / 1024))} KB)
                </Trans>
              </Anchor>
            ) : (
              <Text size="sm">
                <Trans>Bundle of {dateTime(one.asked_at)}</Trans>
              </Text>
            )}
            <Text c="dimmed" size="sm">
              {one.by}
            </Text>
            {one.recordings ? (
              <Badge maw="none" variant="default">
                <Trans>with recordings</Trans>
              </Badge>
            ) : null}
          </Group>
          {one.state === "waiting" || one.state === "running" ? (
            <Progress aria-label={t`Being made`} my={6} value={one.total ? (100 * one.done) / one.total : 5} />
          ) : null}
          {one.state === "failed" ? (
            <Text c="brick" role="alert" size="sm">
              <Trans>It could not be made: {one.problem}</Trans>
            </Text>
          ) : null}
          {one.sha256 ? (
            <Text c="dimmed" ff="monospace" size="xs" style={{ overflowWrap: "anywhere" }}>
              SHA-256 {one.sha256}
            </Text>
          ) : null}
          {one.notes.map((each) => (
            <Text key={each.path} size="xs">
              {each.path}: {word(NOT_IN_IT, each.code)}
            </Text>
          ))}
        </div>
      ))}
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setAsking(false)}
        opened={asking}
        title={t`Make a bundle`}
      >
        {asking ? <AskBundle complaint={complaint} hears={hears} onClose={() => setAsking(false)} /> : null}
      </Modal>
    </Stack>
  );
}

function AskBundle({ complaint, hears, onClose }: { complaint: ComplaintOut; hears: boolean; onClose: () => void }) {
  const { t } = useLingui();
  const [language, setLanguage] = useState<string>("en");
  const [recordings, setRecordings] = useState(hears);
  const queries = useQueryClient();
  const ask = useMutation({
    mutationFn: () =>
      complaintsAskBundle(complaint.id, { language: language as EvidenceBundleIn["language"], recordings }),
    onSuccess: async () => {
      await renewComplaints(queries);
      onClose();
    },
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        ask.mutate();
      }}
    >
      <Stack>
        <Select
          allowDeselect={false}
          data={[
            { value: "en", label: "English" },
            { value: "tr", label: "Türkçe" },
          ]}
          data-autofocus
          label={t`Language of the timeline`}
          onChange={(value) => setLanguage(value ?? "en")}
          value={language}
        />
        <Checkbox
          checked={recordings}
          description={t`Each recording that is opened for it stands in the audit log.`}
          disabled={!hears}
          label={t`With the recordings`}
          onChange={(event) => setRecordings(event.currentTarget.checked)}
        />
        <ProblemAlert error={ask.error} />
        <Group justify="flex-end">
          <Button onClick={onClose} variant="default">
            <Trans>Cancel</Trans>
          </Button>
          <Button loading={ask.isPending} type="submit">
            <Trans>Make it</Trans>
          </Button>
        </Group>
      </Stack>
    </form>
  );
}
