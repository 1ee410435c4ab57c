import { Trans, useLingui } from "@lingui/react/macro";
import {
  Alert,
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  Select,
  Skeleton,
  Stack,
  Switch,
  Text,
  TextInput,
} from "@mantine/core";
import { useForm } from "@mantine/form";
import { IconKey, IconUserPlus } from "@tabler/icons-react";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  accountsChangeUser,
  accountsInvite,
  accountsResetLink,
  accountsWithdrawInvite,
  getAccountsInvitationsQueryOptions,
  getAccountsUsersQueryOptions,
} from "@/shared/api/generated/accounts";
import type { InvitationOut, LinkOut, Role, UserChange, UserOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { useMe } from "@/shared/session/session";
import { dateTime } from "@/shared/time/format";
import { ROLES, word } from "@/shared/trade/words";
import { type Column, DataTable } from "@/shared/ui/data-table";
import { Ago } from "@/shared/ui/local-time";
import { PageHeader } from "@/shared/ui/page-header";
import { ProblemAlert } from "@/shared/ui/problem-alert";

const roleChoices = () => Object.keys(ROLES).map((role) => ({ value: role, label: word(ROLES, role) }));

/** Who works here: invite, role, disable, reset. A link is shown once, to hand over. */
export function UsersPage() {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const edits = me.verbs.includes("edit_users");
  const [inviting, setInviting] = useState(false);
  const [link, setLink] = useState<LinkOut | null>(null);
  const users = useQuery(getAccountsUsersQueryOptions());
  const renew = () => void queries.invalidateQueries({ predicate: (query) => isOurs(query.queryKey[0]) });
  const change = useMutation({
    mutationFn: ({ id, ...what }: UserChange & { id: string }) => accountsChangeUser(id, what),
    onSettled: renew,
  });
  const reset = useMutation({ mutationFn: (id: string) => accountsResetLink(id), onSuccess: setLink });

  const columns: Column<UserOut>[] = [
    { id: "name", header: t`Name`, cell: (row) => row.name, sortBy: (row) => row.name },
    { id: "email", header: t`E-mail`, cell: (row) => row.email, sortBy: (row) => row.email },
    {
      id: "role",
      header: t`Role`,
      cell: (row) =>
        edits && row.id !== me.id ? (
          <Select
            allowDeselect={false}
            aria-label={t`Role of ${row.name}`}
            data={roleChoices()}
            onChange={(role) => role && change.mutate({ id: row.id, role: role as Role })}
            size="xs"
            value={row.role}
            w={190}
          />
        ) : (
          word(ROLES, row.role)
        ),
      sortBy: (row) => row.role,
    },
    {
      id: "active",
      header: t`May sign in`,
      cell: (row) =>
        edits && row.id !== me.id ? (
          <Switch
            aria-label={t`${row.name} may sign in`}
            checked={row.is_active}
            onChange={(event) => change.mutate({ id: row.id, is_active: event.currentTarget.checked })}
          />
        ) : (
          <Badge color={row.is_active ? "leaf" : "gray"} variant="light">
            {row.is_active ? t`Yes` : t`No`}
          </Badge>
        ),
    },
    {
      id: "seen",
      header: t`Signed in`,
      cell: (row) => (row.signed_in_at ? <Ago at={row.signed_in_at} /> : t`never`),
      sortBy: (row) => row.signed_in_at ?? "",
    },
    {
      id: "reset",
      header: "",
      cell: (row) =>
        edits ? (
          <Button
            aria-label={t`New password link for ${row.name}`}
            leftSection={<IconKey aria-hidden size={14} />}
            onClick={() => reset.mutate(row.id)}
            size="compact-xs"
            variant="default"
          >
            <Trans>New password</Trans>
          </Button>
        ) : null,
      align: "right",
    },
  ];
  return (
    <>
      <PageHeader
        actions={
          edits ? (
            <Button leftSection={<IconUserPlus aria-hidden size={16} />} onClick={() => setInviting(true)}>
              <Trans>Invite</Trans>
            </Button>
          ) : null
        }
        note={t`Who is shown the door is signed out within a second.`}
        title={t`Users`}
      />
      <Stack>
        <ProblemAlert error={users.error ?? change.error ?? reset.error} />
        {users.data ? (
          <DataTable columns={columns} label={t`Users`} rowKey={(row) => row.id} rows={users.data} />
        ) : (
          <Skeleton height={240} />
        )}
        {edits ? <Invitations /> : null}
      </Stack>
      <InviteForm
        onClose={() => setInviting(false)}
        onMade={(made) => {
          setInviting(false);
          setLink(made);
          renew();
        }}
        opened={inviting}
      />
      <LinkShown link={link} onClose={() => setLink(null)} />
    </>
  );
}

function isOurs(key: unknown): boolean {
  return typeof key === "string" && (key.startsWith("/api/users") || key.startsWith("/api/invitations"));
}

function Invitations() {
  const { t } = useLingui();
  const queries = useQueryClient();
  const invitations = useQuery(getAccountsInvitationsQueryOptions());
  const withdraw = useMutation({
    mutationFn: (id: string) => accountsWithdrawInvite(id),
    onSettled: () => void queries.invalidateQueries({ predicate: (query) => isOurs(query.queryKey[0]) }),
  });
  if (!invitations.data?.length) return null;
  const columns: Column<InvitationOut>[] = [
    { id: "email", header: t`Invited`, cell: (row) => row.email },
    { id: "role", header: t`Role`, cell: (row) => word(ROLES, row.role) },
    { id: "until", header: t`The link works until`, cell: (row) => dateTime(row.expires_at) },
    {
      id: "withdraw",
      header: "",
      cell: (row) => (
        <Button
          aria-label={t`Withdraw the invitation of ${row.email}`}
          onClick={() => withdraw.mutate(row.id)}
          size="compact-xs"
          variant="default"
        >
          <Trans context="invitation">Withdraw</Trans>
        </Button>
      ),
      align: "right",
    },
  ];
  return (
    <>
      <ProblemAlert error={withdraw.error} />
      <DataTable columns={columns} label={t`Open invitations`} rowKey={(row) => row.id} rows={invitations.data} />
    </>
  );
}

interface InviteFormProps {
  opened: boolean;
  onClose: () => void;
  onMade: (link: LinkOut) => void;
}

function InviteForm({ opened, onClose, onMade }: InviteFormProps) {
  const { t } = useLingui();
  const form = useForm({ initialValues: { name: "", email: "", role: "agent" } });
  const invite = useMutation({
    mutationFn: (values: typeof form.values) => accountsInvite({ ...values, role: values.role as Role }),
    onSuccess: (made) => {
      form.reset();
      onMade(made);
    },
    onError: (error) => error instanceof Problem && form.setErrors(error.fields),
  });
  return (
    <Modal closeButtonProps={{ "aria-label": t`Close` }} onClose={onClose} opened={opened} title={t`Invite somebody`}>
      <form onSubmit={form.onSubmit((values) => invite.mutate(values))}>
        <Stack>
          <TextInput data-autofocus label={t`Name`} {...form.getInputProps("name")} />
          <TextInput label={t`E-mail`} required type="email" withAsterisk {...form.getInputProps("email")} />
          <Select allowDeselect={false} data={roleChoices()} label={t`Role`} {...form.getInputProps("role")} />
          <ProblemAlert error={invite.error} />
          <Button loading={invite.isPending} type="submit">
            <Trans>Make the link</Trans>
          </Button>
        </Stack>
      </form>
    </Modal>
  );
}

/** A link to hand over. The server keeps only its hash, so it cannot be shown again. */
function LinkShown({ link, onClose }: { link: LinkOut | null; onClose: () => void }) {
  const { t } = useLingui();
  const address = link ? `${window.location.origin}${link.path}` : "";
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={link !== null}
      size="lg"
      title={t`Hand this link over`}
    >
      <Stack>
        <Alert color="amber" variant="light">
          <Trans>It is shown this once, and works once.</Trans>
        </Alert>
        <Code block>{address}</Code>
        {link ? (
          <Text c="dimmed" size="sm">
            <Trans>It works until {dateTime(link.expires_at)}.</Trans>
          </Text>
        ) : null}
        <Group justify="flex-end">
          <CopyButton value={address}>
            {({ copied, copy }) => <Button onClick={copy}>{copied ? t`Copied` : t`Copy`}</Button>}
          </CopyButton>
        </Group>
      </Stack>
    </Modal>
  );
}
