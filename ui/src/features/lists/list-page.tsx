import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Skeleton, Stack, Table } from "@mantine/core";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
import { useState } from "react";
import {
  contactsUndoList,
  getContactsGetListQueryKey,
  getContactsGetListQueryOptions,
} from "@/shared/api/generated/lists";
import { useMe } from "@/shared/session/session";
import { dateTime, fullDate, number } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { LIST_STATES } from "./kinds";
import { Origin } from "./origin";
import { renewLists } from "./renew";

/** One list: where it came from, and how to take it back. */
export function ListPage() {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const { id } = useParams({ strict: false }) as { id: string };
  const list = useQuery(getContactsGetListQueryOptions(id));
  const [undoing, setUndoing] = useState(false);
  if (list.error) return <ProblemAlert error={list.error} retry={() => void list.refetch()} />;
  if (!list.data) return <Skeleton height={240} />;
  const { name, state, contacts_count, supplier, source, acquired_on, created_at, imported, in_use } = list.data;
  return (
    <>
      <PageHeader
        note={
          <Trans>
            {number(contacts_count)} contacts · {word(LIST_STATES, state)} · brought {dateTime(created_at)}
          </Trans>
        }
        title={name}
      />
      <Stack maw={720}>
        <Stack className="surface" gap={4} p="md">
          <Table aria-label={name} verticalSpacing={3}>
            <Table.Tbody>
              {[
                [t`Supplier`, supplier],
                [t`Source`, source],
                [t`Acquired`, acquired_on ? fullDate(acquired_on) : ""],
                [t`File`, imported?.filename],
              ].map(([label, value]) => (
                <Table.Tr key={label}>
                  <Table.Th fw={400} scope="row" w={160}>
                    {label}
                  </Table.Th>
                  <Table.Td style={{ overflowWrap: "anywhere" }}>{value || "–"}</Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </Stack>
        {state === "published" ? <Origin list={id} /> : null}
        {in_use ? (
          <Alert color="lake" title={t`It cannot be undone now`} variant="light">
            {in_use}
          </Alert>
        ) : null}
        <Group>
          {imported ? (
            <Button
              renderRoot={(props) => <Link params={{ id: imported.id }} to="/lists/import/$id" {...props} />}
              variant="default"
            >
              <Trans>What was found in the file</Trans>
            </Button>
          ) : null}
          {me.verbs.includes("edit_campaigns") && state === "published" ? (
            <Button renderRoot={(props) => <Link search={{ list: id }} to="/campaigns/new" {...props} />}>
              <Trans>New campaign with this list</Trans>
            </Button>
          ) : null}
          {me.verbs.includes("undo_lists") && state === "published" && !in_use ? (
            <Button color="brick" onClick={() => setUndoing(true)} variant="light">
              <Trans>Undo this list</Trans>
            </Button>
          ) : null}
        </Group>
      </Stack>
      <ReasonModal
        color="brick"
        deed={t`Take it back`}
        note={t`Its ${number(contacts_count)} contacts are removed, with what the file said about them.`}
        onClose={() => setUndoing(false)}
        onDeed={async (reason) => {
          queries.setQueryData(getContactsGetListQueryKey(id), await contactsUndoList(id, { reason }));
          renewLists(queries);
        }}
        opened={undoing}
        title={t`Undo this list?`}
      />
    </>
  );
}
