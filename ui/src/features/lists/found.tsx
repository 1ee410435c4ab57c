import { Trans, useLingui } from "@lingui/react/macro";
import { Anchor, Button, Checkbox, Group, SimpleGrid, Stack, Table, Text, TextInput, Title } from "@mantine/core";
import { IconDownload } from "@tabler/icons-react";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import {
  contactsAcceptImport,
  contactsDiscardImport,
  contactsUndoImport,
  getContactsGetImportQueryKey,
  getContactsImportRejectsFileUrl,
} from "@/shared/api/generated/lists";
import type { CodeCount, ImportOut } from "@/shared/api/generated/model";
import { useMe } from "@/shared/session/session";
import { number } from "@/shared/time/format";
import { Figure } from "@/shared/ui/figure";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { Origin } from "./origin";
import { renewLists } from "./renew";

/** What was found; then accept, accept without the bad rows, or throw away; later undo. */
export function Found({ found, onMapAgain }: { found: ImportOut; onMapAgain: () => void }) {
  const { t } = useLingui();
  const n = (name: string) => number(Number(found.counts[name] ?? 0));
  const counted = found.counts.rows_read !== undefined;
  return (
    <Stack>
      {counted ? (
        <SimpleGrid cols={{ base: 2, sm: 4, lg: 8 }}>
          <Figure label={t`Rows read`} value={n("rows_read")} />
          <Figure label={t`Good rows`} tone="good" value={n("good")} />
          <Figure
            definition={t`Rows in which anything was refused; those with another good number can still be kept.`}
            label={t`Bad rows`}
            tone={Number(found.counts.bad ?? 0) > 0 ? "warn" : "plain"}
            value={n("bad")}
          />
          <Figure label={t`Numbers`} value={n("numbers")} />
          <Figure label={t`Twice in the file`} value={n("duplicates_in_file")} />
          <Figure label={t`There already`} value={n("duplicates_there")} />
          <Figure
            definition={t`Numbers that asked to be left in peace; they stay barred whatever you accept.`}
            label={t({ message: "Do not call", context: "number" })}
            value={n("suppressed")}
          />
          <Figure
            definition={t`Nobody knows what time it is there, so they cannot be called.`}
            label={t`No time zone`}
            value={n("without_zone")}
          />
        </SimpleGrid>
      ) : null}
      <Codes caption={t`Refused`} codes={found.refused} />
      <Codes caption={t`Accepted with a remark`} codes={found.remarks} />
      {found.refused.length > 0 ? (
        <Anchor href={getContactsImportRejectsFileUrl(found.id)}>
          <Group gap={6}>
            <IconDownload aria-hidden size={16} />
            <Trans>Everything that was refused, as a file</Trans>
          </Group>
        </Anchor>
      ) : null}
      <Deeds found={found} onMapAgain={onMapAgain} />
      {found.state === "accepted" && found.list ? (
        <div style={{ maxWidth: 720 }}>
          <Origin list={found.list} />
        </div>
      ) : null}
    </Stack>
  );
}

function Codes({ caption, codes }: { caption: string; codes: readonly CodeCount[] }) {
  if (codes.length === 0) return null;
  return (
    <Stack className="surface" gap={4} maw={760} p="md">
      <Title order={2}>{caption}</Title>
      <Table aria-label={caption} verticalSpacing={3}>
        <Table.Tbody>
          {codes.map((code) => (
            <Table.Tr key={code.code}>
              <Table.Td className="tabular" ta="right" w={90}>
                {number(code.count)}
              </Table.Td>
              <Table.Td>{code.reason}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Stack>
  );
}

function Deeds({ found, onMapAgain }: { found: ImportOut; onMapAgain: () => void }) {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const [name, setName] = useState(found.name || found.filename.replace(/\.[^.]*$/, ""));
  const [skipThere, setSkipThere] = useState(false);
  const put = (now: ImportOut) => {
    queries.setQueryData(getContactsGetImportQueryKey(found.id), now);
    renewLists(queries);
  };
  const accept = useMutation({
    mutationFn: (withoutBad: boolean) =>
      contactsAcceptImport(found.id, {
        name,
        without_bad_rows: withoutBad,
        duplicates_in_file: "skip",
        duplicates_there: skipThere ? "skip" : "keep",
      }),
    onSuccess: put,
  });
  const discard = useMutation({ mutationFn: () => contactsDiscardImport(found.id), onSuccess: put });
  const [undoing, setUndoing] = useState(false);
  const error = accept.error ?? discard.error;
  const busy = accept.isPending || discard.isPending;
  const again = (
    <Button disabled={busy} onClick={onMapAgain} variant="default">
      <Trans>Choose columns again</Trans>
    </Button>
  );
  const throwAway = (
    <Button color="brick" disabled={busy} onClick={() => discard.mutate()} variant="light">
      <Trans>Throw away</Trans>
    </Button>
  );
  if (!me.verbs.includes("bring_lists")) return null;
  return (
    <Stack>
      <ProblemAlert error={error} />
      {found.state === "ready" ? (
        <>
          <TextInput
            label={t`Name of the list`}
            maw={420}
            onChange={(event) => setName(event.currentTarget.value)}
            value={name}
          />
          <Checkbox
            checked={skipThere}
            label={t`Leave out people whose every number is there already`}
            onChange={(event) => setSkipThere(event.currentTarget.checked)}
          />
          <Group>
            <Button disabled={busy} loading={accept.isPending} onClick={() => accept.mutate(false)}>
              <Trans>Accept</Trans>
            </Button>
            {Number(found.counts.bad ?? 0) > 0 ? (
              <Button disabled={busy} onClick={() => accept.mutate(true)} variant="light">
                <Trans>Accept without the bad rows</Trans>
              </Button>
            ) : null}
            {again}
            {throwAway}
          </Group>
        </>
      ) : null}
      {found.state === "accepted" ? (
        <Group>
          <Text>
            <Trans>{number(Number(found.counts.contacts ?? 0))} contacts stand in the list.</Trans>
          </Text>
          {me.verbs.includes("edit_campaigns") && found.list ? (
            <Button renderRoot={(props) => <Link search={{ list: found.list ?? "" }} to="/campaigns/new" {...props} />}>
              <Trans>New campaign with this list</Trans>
            </Button>
          ) : null}
          {me.verbs.includes("undo_lists") ? (
            <Button disabled={busy} onClick={() => setUndoing(true)} variant="default">
              <Trans>Undo</Trans>
            </Button>
          ) : null}
        </Group>
      ) : null}
      {found.state === "cancelled" || found.state === "failed" ? (
        <Group>
          {again}
          {throwAway}
        </Group>
      ) : null}
      <ReasonModal
        color="brick"
        deed={t`Take it back`}
        note={t`Its ${number(Number(found.counts.contacts ?? 0))} contacts are removed, with what the file said about them.`}
        onClose={() => setUndoing(false)}
        onDeed={async (reason) => put(await contactsUndoImport(found.id, { reason }))}
        opened={undoing}
        title={t`Undo this list?`}
      />
    </Stack>
  );
}
