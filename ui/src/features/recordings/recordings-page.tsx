import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Menu, SegmentedControl, Skeleton, Stack, Text } from "@mantine/core";
import { IconDots, IconMicrophone } from "@tabler/icons-react";
import { useInfiniteQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useState } from "react";
import type { RecordingLine } from "@/shared/api/generated/model";
import {
  getRecordingsRecordingsQueryKey,
  recordingsDelete,
  recordingsHold,
  recordingsRecordings,
  recordingsRelease,
} from "@/shared/api/generated/recordings";
import { Listen } from "@/shared/recordings/listen";
import { useMay } from "@/shared/session/session";
import { EmptyState } from "@/shared/ui/empty-state";
import { TextLink } from "@/shared/ui/link-button";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { RetentionPanel } from "./retention";

type Deed = "hold" | "release" | "delete";

/** All recordings, the newest first: to listen, to hold, and how long they are kept. */
export function RecordingsPage() {
  const { t } = useLingui();
  const keeps = useMay("keep_recordings");
  const navigate = useNavigate();
  const { show = "all" } = useSearch({ strict: false }) as { show?: string };
  const filter = show === "held" ? { held: true } : show === "faulty" ? { faulty: true } : {};
  const found = useInfiniteQuery({
    queryKey: [...getRecordingsRecordingsQueryKey(filter), "pages"],
    queryFn: ({ pageParam, signal }) =>
      recordingsRecordings({ ...filter, ...(pageParam ? { cursor: pageParam } : {}) }, { signal }),
    initialPageParam: "",
    getNextPageParam: (page) => page.next,
  });
  const rows = found.data?.pages.flatMap((page) => page.recordings) ?? [];
  return (
    <>
      <PageHeader
        actions={
          <SegmentedControl
            aria-label={t`Which recordings`}
            data={[
              { value: "all", label: t`All` },
              { value: "faulty", label: t`Faulty` },
              { value: "held", label: t`Held` },
            ]}
            onChange={(value) => void navigate({ to: "/recordings", search: value === "all" ? {} : { show: value } })}
            size="xs"
            value={show}
          />
        }
        note={t`Sealed on the disk, heard only with a reason, and gone when their time has come.`}
        title={t`Recordings`}
      />
      <Stack>
        {keeps ? <RetentionPanel /> : null}
        <ProblemAlert error={found.error} retry={() => void found.refetch()} />
        {found.data ? (
          rows.length === 0 ? (
            <EmptyState icon={IconMicrophone}>
              <Trans>Nothing is recorded here. Campaigns say whether their calls are.</Trans>
            </EmptyState>
          ) : (
            rows.map((row) => <Row key={row.id} keeps={keeps} recording={row} />)
          )
        ) : (
          <Skeleton height={240} />
        )}
        {found.hasNextPage ? (
          <Button loading={found.isFetchingNextPage} onClick={() => void found.fetchNextPage()} variant="default">
            <Trans>Older ones</Trans>
          </Button>
        ) : null}
      </Stack>
    </>
  );
}

function Row({ recording, keeps }: { recording: RecordingLine; keeps: boolean }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [deed, setDeed] = useState<Deed | null>(null);
  const acts: Record<Deed, (reason: string) => Promise<unknown>> = {
    hold: (reason) => recordingsHold(recording.id, { reason }),
    release: (reason) => recordingsRelease(recording.id, { reason }),
    delete: (reason) => recordingsDelete(recording.id, { reason }),
  };
  const names: Record<Deed, string> = {
    hold: t({ message: "Hold", context: "recording" }),
    release: t`Release`,
    delete: t`Delete`,
  };
  const notes: Record<Deed, string> = {
    hold: t`It is kept, whatever its rule says, until somebody releases it.`,
    release: t`Its rule decides again when it goes.`,
    delete: t`Its key is destroyed: nobody can ever hear it again.`,
  };
  const offered: Deed[] =
    recording.deleted_at || recording.not_kept ? [] : recording.held_at ? ["release"] : ["hold", "delete"];
  return (
    <Stack gap={4}>
      <Group justify="space-between">
        <Group gap="xs">
          <Text c="dimmed" size="sm">
            {[recording.campaign_name, recording.agent_name].filter(Boolean).join(" · ")}
          </Text>
          <TextLink params={{ id: recording.attempt }} size="sm" to="/people/attempts/$id">
            <Trans>The call</Trans>
          </TextLink>
        </Group>
        {keeps && offered.length > 0 ? (
          <Menu position="bottom-end">
            <Menu.Target>
              <Button aria-label={t`More for this recording`} size="compact-sm" variant="subtle">
                <IconDots aria-hidden size={16} />
              </Button>
            </Menu.Target>
            <Menu.Dropdown>
              {offered.map((one) => (
                <Menu.Item key={one} onClick={() => setDeed(one)} {...(one === "delete" ? { color: "brick" } : {})}>
                  {names[one]}
                </Menu.Item>
              ))}
            </Menu.Dropdown>
          </Menu>
        ) : null}
      </Group>
      <Listen recording={recording} />
      <ReasonModal
        deed={deed ? names[deed] : ""}
        note={deed ? notes[deed] : ""}
        onClose={() => setDeed(null)}
        onDeed={async (reason) => {
          if (deed) await acts[deed](reason);
          await queries.invalidateQueries({ queryKey: [getRecordingsRecordingsQueryKey()[0]] });
        }}
        opened={deed !== null}
        required
        title={deed ? names[deed] : ""}
        {...(deed === "delete" ? { color: "brick" } : {})}
      />
    </Stack>
  );
}
