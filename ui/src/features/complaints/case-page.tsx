import { Trans, useLingui } from "@lingui/react/macro";
import {
  Alert,
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  List,
  Modal,
  Progress,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from "@mantine/core";
import { IconAlertTriangle, IconGavel } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { getAccountsUsersQueryOptions } from "@/shared/api/generated/accounts";
import {
  complaintsAcknowledgeComplaint,
  complaintsAddComplaintNumber,
  complaintsAskBundle,
  complaintsAssignComplaint,
  complaintsConfirmComplaintNumber,
  complaintsDismissComplaintNumber,
  complaintsMoveComplaint,
  complaintsNoteComplaint,
  complaintsRedecideComplaint,
  getComplaintsComplaintQueryOptions,
} from "@/shared/api/generated/complaints";
import type {
  ComplaintNumberOut,
  ComplaintOut,
  ComplaintStateIn,
  EvidenceBundleIn,
} from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { dateTime, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { TextLink } from "@/shared/ui/link-button";
import { NamedValues } from "@/shared/ui/named-values";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import {
  DOORS,
  DUE_WHAT,
  FINDINGS,
  MAIL_NOTES,
  MARKS,
  MOVES,
  NEXT,
  NOT_IN_IT,
  NOTE_KINDS,
  STANDINGS,
  STATES,
} from "./kinds";
import { Due, StateBadge } from "./parts";
import { renewComplaints } from "./renew";

/** One complaint: its clock, its numbers, what was found and answered, and the evidence. */
export function CasePage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const found = useQuery({
    ...getComplaintsComplaintQueryOptions(id),
    // A bundle that is being made is looked after, should a notice be lost.
    refetchInterval: ({ state }) =>
      state.data?.bundles.some((one) => one.state === "waiting" || one.state === "running") ? 3_000 : false,
  });
  if (found.data) return <Page complaint={found.data} />;
  return found.error ? (
    <ProblemAlert error={found.error} retry={() => void found.refetch()} />
  ) : (
    <Skeleton height={480} />
  );
}

/** Does a deed and has everything that shows complaints asked again. */
function useDeed(act: () => Promise<unknown>) {
  const queries = useQueryClient();
  return useMutation({ mutationFn: act, onSuccess: () => renewComplaints(queries) });
}

function Page({ complaint }: { complaint: ComplaintOut }) {
  const { t } = useLingui();
  const handles = useMay("handle_complaints");
  return (
    <>
      <PageHeader
        actions={handles ? <Deeds complaint={complaint} /> : null}
        note={
          <Group gap="xs">
            <TextLink size="sm" to="/complaints">
              <Trans>All complaints</Trans>
            </TextLink>
            <StateBadge state={complaint.state} />
            <Due at={complaint.due_at} overdue={complaint.overdue} />
          </Group>
        }
        title={t`Complaint ${complaint.number}`}
      />
      <Stack>
        {complaint.counsel.length > 0 ? (
          <Alert color="brick" icon={<IconGavel aria-hidden />} title={t`Needs counsel`} variant="light">
            <List size="sm">
              {complaint.counsel.map((one) => (
                <List.Item key={`${one.kind}${one.attempt}${one.what}`}>
                  {word(FINDINGS, one.kind)}: {one.what}
                  {one.attempt ? (
                    <>
                      {" "}
                      <TextLink params={{ id: one.attempt }} size="sm" to="/people/attempts/$id">
                        <Trans>The attempt</Trans>
                      </TextLink>
                    </>
                  ) : null}
                </List.Item>
              ))}
            </List>
          </Alert>
        ) : null}
        {complaint.mail_notes.length > 0 ? (
          <Alert color="amber" icon={<IconAlertTriangle aria-hidden />} title={t`About the mail`} variant="light">
            <List size="sm">
              {complaint.mail_notes.map((one) => (
                <List.Item key={one}>{word(MAIL_NOTES, one)}</List.Item>
              ))}
            </List>
          </Alert>
        ) : null}
        <SimpleGrid cols={{ base: 1, lg: 2 }}>
          <Stack>
            <About complaint={complaint} />
            <Numbers complaint={complaint} handles={handles} />
          </Stack>
          <Stack>
            <Clock complaint={complaint} />
            <Again complaint={complaint} handles={handles} />
            <Evidence complaint={complaint} handles={handles} />
          </Stack>
        </SimpleGrid>
        <Notes complaint={complaint} handles={handles} />
      </Stack>
    </>
  );
}

function Deeds({ complaint }: { complaint: ComplaintOut }) {
  const { t } = useLingui();
  const [to, setTo] = useState<keyof typeof MOVES | null>(null);
  const queries = useQueryClient();
  const acknowledge = useDeed(() => complaintsAcknowledgeComplaint(complaint.id));
  return (
    <>
      <Assigned complaint={complaint} />
      {complaint.acknowledged_at || complaint.answered_at ? null : (
        <Button loading={acknowledge.isPending} onClick={() => acknowledge.mutate()} variant="default">
          <Trans>They know that it came</Trans>
        </Button>
      )}
      {(NEXT[complaint.state] ?? []).map((one) => (
        <Button key={one} onClick={() => setTo(one)} variant={one === "answered" ? "filled" : "default"}>
          {word(MOVES, one)}
        </Button>
      ))}
      <ReasonModal
        deed={to ? word(MOVES, to) : ""}
        label={to === "answered" ? t`What was answered` : t`Why`}
        note={t`It stands on the complaint and in the audit log.`}
        onClose={() => setTo(null)}
        onDeed={async (text) => {
          if (to) await complaintsMoveComplaint(complaint.id, { state: to as ComplaintStateIn["state"], text });
          await renewComplaints(queries);
        }}
        opened={to !== null}
        required={!(complaint.state === "received" && to === "investigating")}
        title={to ? word(STATES, to) : ""}
      />
    </>
  );
}

function Assigned({ complaint }: { complaint: ComplaintOut }) {
  const { t } = useLingui();
  const users = useQuery(getAccountsUsersQueryOptions());
  const queries = useQueryClient();
  const assign = useMutation({
    mutationFn: (user: string | null) => complaintsAssignComplaint(complaint.id, { user }),
    onSuccess: () => renewComplaints(queries),
  });
  const able = (users.data ?? []).filter((one) => ["compliance_officer", "administrator"].includes(one.role));
  return (
    <Stack gap={4}>
      <Select
        aria-label={t`Who works on it`}
        clearable
        clearButtonProps={{ "aria-label": t`Nobody` }}
        data={able.map((one) => ({ value: one.id, label: one.name }))}
        onChange={(value) => assign.mutate(value)}
        placeholder={t`Who works on it`}
        value={complaint.assigned}
        w={220}
      />
      <ProblemAlert error={assign.error} />
    </Stack>
  );
}

function About({ complaint }: { complaint: ComplaintOut }) {
  const { t } = useLingui();
  const lines: [string, string][] = [
    [t`Who complains`, [complaint.who, complaint.contact].filter(Boolean).join(" · ")],
    [t`How it came`, word(DOORS, complaint.door)],
    [t({ message: "Received", context: "when" }), dateTime(complaint.received_at)],
    [t`When the call was`, complaint.happened_at ? dateTime(complaint.happened_at) : ""],
    [t`Authority`, [complaint.authority_name, complaint.authority_reference].filter(Boolean).join(" · ")],
    [t`Seller complained of`, complaint.seller_name],
    [t`What was answered`, complaint.answer],
  ];
  return (
    <Stack className="surface" gap="xs" p="md">
      <Title order={2}>
        <Trans>The complaint</Trans>
      </Title>
      <NamedValues label={t`The complaint`} lines={lines.filter(([, value]) => value)} />
      {complaint.said ? (
        <Text size="sm" style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>
          {complaint.said}
        </Text>
      ) : null}
      {complaint.mail_name ? (
        <Anchor
          download={complaint.mail_name}
          href={`/api/complaints/${complaint.id}/mail`}
          size="sm"
          title={`SHA-256 ${complaint.mail_sha256}`}
        >
          <Trans>The mail as it came</Trans>
        </Anchor>
      ) : null}
      {complaint.related.map((one) => (
        <Group gap="xs" key={one.id}>
          <TextLink params={{ id: one.id }} size="sm" to="/complaints/$id">
            <Trans>Complaint {one.number} names a number of this one</Trans>
          </TextLink>
          <StateBadge state={one.state} />
        </Group>
      ))}
    </Stack>
  );
}

function Clock({ complaint }: { complaint: ComplaintOut }) {
  return (
    <Stack className="surface" gap="xs" p="md">
      <Title order={2}>
        <Trans>The clock</Trans>
      </Title>
      {complaint.deadlines.map((one) => (
        <div key={one.id}>
          <Group gap="xs">
            <Text fw={600} size="sm">
              {word(DUE_WHAT, one.what)}
            </Text>
            {one.met_at ? (
              <Badge color="leaf" maw="none" variant="light">
                <Trans>kept {dateTime(one.met_at)}</Trans>
              </Badge>
            ) : (
              <Due at={one.due_at} overdue={one.overdue} />
            )}
          </Group>
          <Text size="sm">{one.title}</Text>
          <Text c="dimmed" size="xs">
            {[one.cites.join("; "), word(MARKS, one.mark)].filter(Boolean).join(" · ")}
          </Text>
        </div>
      ))}
    </Stack>
  );
}

function Numbers({ complaint, handles }: { complaint: ComplaintOut; handles: boolean }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => complaintsAddComplaintNumber(complaint.id, { number: typed.trim(), every_seller: false }),
    onSuccess: () => {
      setTyped("");
      return renewComplaints(queries);
    },
  });
  return (
    <Stack className="surface" gap="sm" p="md">
      <Title order={2}>
        <Trans>Numbers</Trans>
      </Title>
      {complaint.case_numbers.map((one) => (
        <OneNumber complaint={complaint} handles={handles} key={one.id} number={one} />
      ))}
      {handles ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <Group align="flex-end">
            <TextInput
              label={t`Another number`}
              onChange={(event) => setTyped(event.currentTarget.value)}
              placeholder="+1 212 555 0123"
              value={typed}
            />
            <Button disabled={!typed.trim()} loading={add.isPending} type="submit" variant="default">
              <Trans>Add and stop it</Trans>
            </Button>
          </Group>
        </form>
      ) : null}
      <ProblemAlert error={add.error} />
    </Stack>
  );
}

interface NumberProps {
  complaint: ComplaintOut;
  number: ComplaintNumberOut;
  handles: boolean;
}

function OneNumber({ complaint, number: one, handles }: NumberProps) {
  const { t } = useLingui();
  const [dismissing, setDismissing] = useState(false);
  const queries = useQueryClient();
  const confirm = useDeed(() => complaintsConfirmComplaintNumber(complaint.id, one.id, { every_seller: false }));
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <TextLink search={{ view: "number", number: one.e164 }} to="/complaints">
          <span className="tabular">{one.e164}</span>
        </TextLink>
        <Badge color={one.standing === "proposed" ? "amber" : "gray"} maw="none" variant="light">
          {word(STANDINGS, one.standing)}
        </Badge>
        {one.stopped_at ? (
          <Badge color="brick" maw="none" variant="light">
            <Trans>not called since {dateTime(one.stopped_at)}</Trans>
          </Badge>
        ) : null}
        {one.called ? null : (
          <Text c="dimmed" size="sm">
            <Trans>never called by us</Trans>
          </Text>
        )}
      </Group>
      {one.raw ? (
        <Text c="dimmed" size="xs">
          <Trans>in the mail: “{one.raw}”</Trans>
        </Text>
      ) : null}
      {one.receipts.length > 0 ? (
        <Text c="dimmed" className="tabular" size="xs">
          <Trans>Receipt: {one.receipts.map((each) => each.receipt).join(", ")}</Trans>
        </Text>
      ) : null}
      {one.reason ? (
        <Text c="dimmed" size="xs">
          {one.reason}
        </Text>
      ) : null}
      {handles && one.standing !== "confirmed" ? (
        <Group gap="xs">
          <Button loading={confirm.isPending} onClick={() => confirm.mutate()} size="compact-sm">
            <Trans>This one was called</Trans> <span className="visually-hidden">{one.e164}</span>
          </Button>
          {one.standing === "proposed" ? (
            <Button onClick={() => setDismissing(true)} size="compact-sm" variant="default">
              <Trans>Somebody else's</Trans> <span className="visually-hidden">{one.e164}</span>
            </Button>
          ) : null}
        </Group>
      ) : null}
      <ProblemAlert error={confirm.error} />
      <ReasonModal
        deed={t`Somebody else's`}
        label={t`Why`}
        note={t`What was stopped stays so until two people lift it.`}
        onClose={() => setDismissing(false)}
        onDeed={async (reason) => {
          await complaintsDismissComplaintNumber(complaint.id, one.id, { reason });
          await renewComplaints(queries);
        }}
        opened={dismissing}
        required
        title={one.e164}
      />
    </Stack>
  );
}

function Again({ complaint, handles }: { complaint: ComplaintOut; handles: boolean }) {
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

function Evidence({ complaint, handles }: { complaint: ComplaintOut; handles: boolean }) {
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

function Notes({ complaint, handles }: { complaint: ComplaintOut; handles: boolean }) {
  const { t } = useLingui();
  const [text, setText] = useState("");
  const queries = useQueryClient();
  const write = useMutation({
    mutationFn: () => complaintsNoteComplaint(complaint.id, { text: text.trim() }),
    onSuccess: () => {
      setText("");
      return renewComplaints(queries);
    },
  });
  return (
    <Stack className="surface" gap="sm" p="md">
      <Title order={2}>
        <Trans>What was done</Trans>
      </Title>
      {handles ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            write.mutate();
          }}
        >
          <Group align="flex-end">
            <Textarea
              autosize
              label={t`A note`}
              minRows={1}
              onChange={(event) => setText(event.currentTarget.value)}
              style={{ flex: 1 }}
              value={text}
            />
            <Button disabled={!text.trim()} loading={write.isPending} type="submit" variant="default">
              <Trans>Write it down</Trans>
            </Button>
          </Group>
        </form>
      ) : null}
      <ProblemAlert error={write.error} />
      {complaint.notes.map((one) => (
        <div key={one.id}>
          <Group gap="xs">
            <Text className="tabular" size="sm">
              {dateTime(one.at)}
            </Text>
            <Text fw={600} size="sm">
              {word(NOTE_KINDS, one.kind)}
            </Text>
            {typeof one.facts.after === "string" ? <StateBadge state={one.facts.after} /> : null}
            <Text c="dimmed" size="sm">
              {one.by}
            </Text>
          </Group>
          {one.text ? (
            <Text size="sm" style={{ whiteSpace: "pre-wrap" }}>
              {one.text}
            </Text>
          ) : null}
        </div>
      ))}
    </Stack>
  );
}
