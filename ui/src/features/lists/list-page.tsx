import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Group, Skeleton, Stack } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { Link, useParams } from "@tanstack/react-router";
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
import { LIST_STATES } from "./kinds";

/** One list: where it came from, and how to take it back. */
export function ListPage() {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const { id } = useParams({ strict: false }) as { id: string };
  const list = useQuery(getContactsGetListQueryOptions(id));
  const undo = useMutation({
    mutationFn: () => contactsUndoList(id, { reason: "" }),
    onSuccess: (now) => queries.setQueryData(getContactsGetListQueryKey(id), now),
  });
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
        <ProblemAlert error={undo.error} />
        <Stack className="surface" gap={4} p="md">
          <span>
            {t`Supplier`}: {supplier || "–"}
          </span>
          <span>
            {t`Source`}: {source || "–"}
          </span>
          <span>
            {t`Acquired`}: {acquired_on ? fullDate(acquired_on) : "–"}
          </span>
        </Stack>
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
            <Button color="brick" loading={undo.isPending} onClick={() => undo.mutate()} variant="light">
              <Trans>Undo this list</Trans>
            </Button>
          ) : null}
        </Group>
      </Stack>
    </>
  );
}
