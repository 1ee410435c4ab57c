import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Badge, Button, Group, Skeleton, Stack, Text } from "@mantine/core";
import { IconPlus, IconRoute, IconServer } from "@tabler/icons-react";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getLinesLinesQueryOptions } from "@/shared/api/generated/lines";
import type { SwitchOut, TrunkOut } from "@/shared/api/generated/model";
import { useMay, useMe } from "@/shared/session/session";
import { EmptyState } from "@/shared/ui/empty-state";
import { Ago, LocalMoment } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Callers } from "./callers";
import { OwnNumbers } from "./own-numbers";
import { TrunkCard } from "./trunk-card";
import { TrunkForm } from "./trunk-form";

/** The house's telephone lines: does the switch answer, do the carriers, and what may go over them? */
export function LinesPage() {
  const { t } = useLingui();
  const me = useMe();
  const edits = useMay("edit_lines");
  const seesCallers = useMay("see_attempts");
  const sits = useMay("take_seat");
  const lines = useQuery(getLinesLinesQueryOptions());
  const [opened, setOpened] = useState<TrunkOut | "new" | null>(null);
  const add = edits ? (
    <Button leftSection={<IconPlus aria-hidden size={16} />} onClick={() => setOpened("new")}>
      <Trans>New trunk</Trans>
    </Button>
  ) : null;
  return (
    <>
      <PageHeader
        actions={add}
        note={t`Where calls leave the house: the switch, the carriers behind it, and what each may carry.`}
        title={t`Lines`}
      />
      <ProblemAlert error={lines.error} retry={() => void lines.refetch()} />
      {lines.data ? (
        <Stack>
          {me.world.kind === "made_up" ? (
            <Alert color="lake" variant="light">
              <Trans>
                This is the made-up world: its calls go over a made-up carrier. What you enter here is kept, and used by
                a real room.
              </Trans>
            </Alert>
          ) : (
            <Switch it={lines.data.switch} />
          )}
          {lines.data.trunks.length === 0 ? (
            <EmptyState action={add} icon={IconRoute}>
              <Trans>
                A trunk is a line to a carrier: an address, how to sign in, and how much it bears. There is none yet.
              </Trans>
            </EmptyState>
          ) : (
            lines.data.trunks.map((trunk) => (
              <TrunkCard
                edits={edits}
                key={trunk.id}
                onEdit={() => setOpened(trunk)}
                quiet={me.world.kind === "made_up"}
                trunk={trunk}
              />
            ))
          )}
          {seesCallers ? <Callers /> : null}
          {sits || edits ? <OwnNumbers approves={edits} /> : null}
          <TrunkForm
            codecs={lines.data.codecs}
            key={opened === "new" ? "new" : (opened?.id ?? "none")}
            onClose={() => setOpened(null)}
            opened={opened}
          />
        </Stack>
      ) : (
        <Skeleton height={260} />
      )}
    </>
  );
}

/** The switch in a sentence. */
function Switch({ it }: { it: SwitchOut }) {
  return (
    <Group className="surface" component="section" p="md" wrap="nowrap">
      <IconServer aria-hidden size={26} stroke={1.5} />
      <div>
        <Text component="h2" fw={650} m={0}>
          <Trans>Switch</Trans>
        </Text>
        <Text size="sm">
          <SwitchWords it={it} />
        </Text>
      </div>
      <Badge color={it.state === "up" ? "leaf" : it.state === "stale" ? "amber" : "brick"} ml="auto" variant="light">
        {it.state === "up" ? <Trans>answers</Trans> : it.state === "stale" ? <Trans>late</Trans> : <Trans>away</Trans>}
      </Badge>
    </Group>
  );
}

function SwitchWords({ it }: { it: SwitchOut }) {
  switch (it.state) {
    case "up":
      return (
        <>
          Asterisk {it.version}
          {it.up_since ? (
            <>
              {" · "}
              <Trans>
                up since <LocalMoment at={it.up_since} />
              </Trans>
            </>
          ) : null}
        </>
      );
    case "stale":
      return <Trans>The switch speaks late: nothing new is dialled until it is on time again. {it.reason}</Trans>;
    case "away":
      return it.seen_at ? (
        <Trans>
          The gate was last heard <Ago at={it.seen_at} />. Nothing is dialled until it is back. {it.reason}
        </Trans>
      ) : (
        <Trans>No gate has reported yet. Start the room with a switch: ./ahize up --asterisk ADDRESS</Trans>
      );
  }
}
