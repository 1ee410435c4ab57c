import { Trans, useLingui } from "@lingui/react/macro";
import {
  Alert,
  Anchor,
  Badge,
  Button,
  Group,
  List,
  Select,
  SimpleGrid,
  Skeleton,
  Stack,
  Text,
  Textarea,
  Title,
} from "@mantine/core";
import { IconAlertTriangle, IconGavel } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useParams } from "@tanstack/react-router";
import { useState } from "react";
import { getAccountsUsersQueryOptions } from "@/shared/api/generated/accounts";
import {
  complaintsAcknowledgeComplaint,
  complaintsAssignComplaint,
  complaintsMoveComplaint,
  complaintsNoteComplaint,
  getComplaintsComplaintQueryOptions,
} from "@/shared/api/generated/complaints";
import type { ComplaintOut, ComplaintStateIn } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { dateTime } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { TextLink } from "@/shared/ui/link-button";
import { NamedValues } from "@/shared/ui/named-values";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { Numbers } from "./case-numbers";
import { useDeed } from "./deed";
import { Again, Evidence } from "./evidence";
import { DOORS, DUE_WHAT, FINDINGS, MAIL_NOTES, MARKS, MOVES, NEXT, NOTE_KINDS, STATES } from "./kinds";
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
