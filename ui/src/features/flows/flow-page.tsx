import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Select, Skeleton, Stack, Text } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { IconCircleCheck } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useState } from "react";
import {
  campaignsFlowsApproveFlow,
  campaignsFlowsArchiveFlow,
  campaignsFlowsBringFlow,
  campaignsFlowsCheckFlow,
  getCampaignsCampaignCatalogueQueryOptions,
  getCampaignsFlowsAllFlowsQueryKey,
  getCampaignsFlowsFlowQueryKey,
  getCampaignsFlowsFlowQueryOptions,
} from "@/shared/api/generated/campaigns";
import type { FlowCheckOut, FlowWhole } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { useMay } from "@/shared/session/session";
import { languageName } from "@/shared/time/format";
import { NamedValues } from "@/shared/ui/named-values";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Sha256 } from "@/shared/ui/sha256";
import { Editor, goToLine } from "./editor";
import classes from "./flows.module.css";
import { FlowState } from "./flows-page";
import { type Finding, findingsOf, lineInWords, nextVersion } from "./lines";

const CHECK_AFTER_MS = 500;

/** One flow: its text, what it is, and what is wrong with it by line. */
export function FlowPage() {
  const { id } = useParams({ strict: false }) as { id: string };
  const kept = useQuery({ ...getCampaignsFlowsFlowQueryOptions(id), enabled: id !== "new" });
  if (id === "new") return <NewFlow />;
  if (kept.error) return <ProblemAlert error={kept.error} retry={() => void kept.refetch()} />;
  return kept.data ? <KeptFlow flow={kept.data} key={kept.data.id} /> : <Skeleton height={420} />;
}

function NewFlow() {
  const { t } = useLingui();
  const catalogue = useQuery(getCampaignsCampaignCatalogueQueryOptions());
  const begins = (catalogue.data?.templates ?? []).filter(({ flow }) => flow !== "");
  const [code, setCode] = useState<string | null>(null);
  const chosen = begins.find((one) => one.code === code) ?? begins[0];
  return (
    <>
      <PageHeader
        actions={
          <Select
            allowDeselect={false}
            aria-label={t`Begin with`}
            data={begins.map((one) => ({ value: one.code, label: one.label }))}
            onChange={setCode}
            value={chosen?.code ?? null}
            w={280}
          />
        }
        note={t`It is checked while you write; nothing is kept before you bring it in.`}
        title={t`New flow`}
      />
      <ProblemAlert error={catalogue.error} />
      {catalogue.data ? <Writing begin={chosen?.flow ?? ""} key={chosen?.code ?? "none"} /> : <Skeleton height={420} />}
    </>
  );
}

function KeptFlow({ flow }: { flow: FlowWhole }) {
  const queries = useQueryClient();
  const brings = useMay("edit_sounds");
  const approves = useMay("approve_spoken");
  const [changing, setChanging] = useState(false);
  const deed = useMutation({
    mutationFn: (ask: (id: string) => Promise<unknown>) => ask(flow.id),
    onSuccess: async () => {
      await queries.invalidateQueries({ queryKey: getCampaignsFlowsFlowQueryKey(flow.id) });
      await queries.invalidateQueries({ queryKey: [getCampaignsFlowsAllFlowsQueryKey()[0]] });
    },
  });
  const waits = !flow.approved_at && !flow.archived_at;
  return (
    <>
      <PageHeader
        actions={
          <>
            {brings && !changing ? (
              <Button onClick={() => setChanging(true)} variant="default">
                <Trans>Change it: a new version</Trans>
              </Button>
            ) : null}
            {flow.archived_at || !(brings || approves) ? null : (
              <Button loading={deed.isPending} onClick={() => deed.mutate(campaignsFlowsArchiveFlow)} variant="default">
                <Trans>Archive</Trans>
              </Button>
            )}
            {waits && approves && !flow.mine ? (
              <Button loading={deed.isPending} onClick={() => deed.mutate(campaignsFlowsApproveFlow)}>
                <Trans>Approve</Trans>
              </Button>
            ) : null}
          </>
        }
        note={
          <Group gap="xs">
            <FlowState flow={flow} />
            <Trans>Version {flow.version}</Trans>
            <Sha256 of={flow.sha256} />
            {waits && flow.mine ? <Trans>You brought it: another person reads and approves.</Trans> : null}
          </Group>
        }
        title={flow.name}
      />
      <Stack>
        <ProblemAlert error={deed.error} />
        {changing ? (
          <Writing begin={nextVersion(flow.yaml, flow.version)} />
        ) : (
          <Both checked={flow} findings={findingsOf(flow.yaml, flow.problems)} onChange={null} yaml={flow.yaml} />
        )}
      </Stack>
    </>
  );
}

/** A text under the pen: checked while it is written, kept when it is brought in. */
function Writing({ begin }: { begin: string }) {
  const queries = useQueryClient();
  const navigate = useNavigate();
  const [yaml, setYaml] = useState(begin);
  const [settled] = useDebouncedValue(yaml, CHECK_AFTER_MS);
  const check = useQuery({
    queryKey: ["/api/flows/check", settled],
    queryFn: () => campaignsFlowsCheckFlow({ yaml: settled }),
    enabled: settled.trim() !== "",
    retry: false,
    placeholderData: (before) => before,
  });
  const bring = useMutation({
    mutationFn: () => campaignsFlowsBringFlow({ yaml }),
    onSuccess: async (made) => {
      await queries.invalidateQueries({ queryKey: [getCampaignsFlowsAllFlowsQueryKey()[0]] });
      await navigate({ to: "/flows/$id", params: { id: made.id } });
    },
  });
  const unread = check.error instanceof Problem ? check.error : null;
  const findings: Finding[] = unread
    ? [{ line: lineInWords(unread.message, settled), says: unread.message, blocks: true }]
    : findingsOf(settled, check.data?.problems ?? []);
  const current = settled === yaml && !check.isFetching;
  return (
    <Stack>
      <Both checked={unread ? null : (check.data ?? null)} findings={findings} onChange={setYaml} yaml={yaml} />
      {check.error && !unread ? <ProblemAlert error={check.error} /> : null}
      <ProblemAlert error={bring.error} />
      <Group>
        <Button
          disabled={!current || findings.some(({ blocks }) => blocks) || yaml.trim() === ""}
          loading={bring.isPending}
          onClick={() => bring.mutate()}
        >
          <Trans>Bring it in</Trans>
        </Button>
        <Text c="dimmed" size="sm">
          <Trans>It is heard by people once another person has approved it.</Trans>
        </Text>
      </Group>
    </Stack>
  );
}

interface BothProps {
  yaml: string;
  findings: readonly Finding[];
  checked: FlowCheckOut | null;
  onChange: ((yaml: string) => void) | null;
}

function Both({ yaml, findings, checked, onChange }: BothProps) {
  return (
    <div className={classes.both}>
      <Editor findings={findings} onChange={onChange ?? (() => {})} readOnly={onChange === null} value={yaml} />
      <Stack gap="sm">
        {checked ? <Facts flow={checked} /> : null}
        <Findings findings={findings} />
      </Stack>
    </div>
  );
}

function Facts({ flow }: { flow: FlowCheckOut }) {
  const { t } = useLingui();
  return (
    <div className="surface" style={{ padding: "4px 10px" }}>
      <NamedValues
        label={t`What this flow is`}
        lines={[
          [t`Name`, flow.name],
          [t`Version`, flow.version],
          [t`Languages`, flow.languages.map(languageName).join(", ")],
          [t`Leads to agents`, flow.leads_to_agents ? t`Yes` : t`No`],
          [t`Speaks to machines`, flow.for_machines ? t`Yes` : t`No`],
        ]}
      />
    </div>
  );
}

function Findings({ findings }: { findings: readonly Finding[] }) {
  const { t } = useLingui();
  if (findings.length === 0) {
    return (
      <Alert color="leaf" icon={<IconCircleCheck aria-hidden />} role="status" variant="light">
        <Trans>Every way leads somewhere, and out again.</Trans>
      </Alert>
    );
  }
  return (
    <section aria-label={t`What is wrong`} aria-live="polite" className="surface" style={{ padding: 8 }}>
      {findings.map(({ line, says, blocks }) => (
        <button
          className={classes.finding}
          data-blocks={blocks || undefined}
          disabled={line === null}
          key={`${line}${says}`}
          onClick={() => line && goToLine(line)}
          type="button"
        >
          <Text className="tabular nowrap" component="span" fw={650} size="sm">
            {line === null ? "–" : <Trans>Line {line}</Trans>}
          </Text>
          <span>
            <Text component="span" size="sm">
              {says}
            </Text>
            {blocks ? null : (
              <Text c="dimmed" component="div" size="xs">
                <Trans>Only where nobody of ours is on the line: a broadcast.</Trans>
              </Text>
            )}
          </span>
        </button>
      ))}
    </section>
  );
}
