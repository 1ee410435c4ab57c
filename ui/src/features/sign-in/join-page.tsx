import { Trans, useLingui } from "@lingui/react/macro";
import { Button, PasswordInput, Skeleton, Stack, Text, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useParams } from "@tanstack/react-router";
import { useEffect } from "react";
import { accountsChangeMe, accountsJoin, getAccountsInvitationOfQueryOptions } from "@/shared/api/generated/accounts";
import type { JoinIn, JoinOut } from "@/shared/api/generated/model";
import { Problem } from "@/shared/api/problem";
import { askForCookie, meQuery, remember } from "@/shared/session/session";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Door } from "./door";

const SHORTEST_PASSWORD = 12;

/** The link an administrator sends, and the first administrator's own: choose a password and walk in. */
export function JoinPage() {
  const { t } = useLingui();
  const { token } = useParams({ from: "/join/$token" });
  const invitation = useQuery(
    getAccountsInvitationOfQueryOptions(token, { query: { staleTime: Number.POSITIVE_INFINITY } }),
  );

  useEffect(() => {
    void askForCookie();
  }, []);

  if (invitation.error) {
    return (
      <Door title={t`This link cannot be used`}>
        <ProblemAlert error={invitation.error} />
        <Text size="sm">
          <Trans>A link works once and for a limited time. Ask an administrator for a new one.</Trans>
        </Text>
      </Door>
    );
  }
  if (!invitation.data) {
    return (
      <Door title={t`Welcome`}>
        <Skeleton height={36} />
        <Skeleton height={36} />
      </Door>
    );
  }
  return <JoinForm invitation={invitation.data} token={token} />;
}

function JoinForm({ invitation, token }: { invitation: JoinOut; token: string }) {
  const { i18n, t } = useLingui();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const fixed = invitation.email !== "";
  const form = useForm({
    mode: "uncontrolled",
    initialValues: { name: invitation.name, email: invitation.email, password: "" },
    validate: {
      password: (value) => (value.length < SHORTEST_PASSWORD ? t`At least ${SHORTEST_PASSWORD} characters` : null),
    },
  });
  const join = useMutation({
    mutationFn: (values: JoinIn) => accountsJoin(token, values),
    onSuccess: async ({ signed_in }) => {
      if (!signed_in) return navigate({ to: "/sign-in", replace: true });
      remember();
      // A newcomer reads the language of this page; who comes back has chosen one before.
      if (!invitation.resets) await accountsChangeMe({ language: i18n.locale === "tr" ? "tr" : "en" });
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      await navigate({ to: "/", replace: true });
    },
    onError: (error) => {
      if (error instanceof Problem) form.setErrors(error.fields);
    },
  });
  return (
    <Door note={invitation.tenant} title={invitation.resets ? t`Choose a new password` : t`Welcome`}>
      <form onSubmit={form.onSubmit((values) => join.mutate(values))}>
        <Stack>
          <TextInput
            autoComplete="name"
            autoFocus
            key={form.key("name")}
            label={t`Your name`}
            required
            withAsterisk={false}
            {...form.getInputProps("name")}
          />
          <TextInput
            autoComplete="username"
            key={form.key("email")}
            label={t`E-mail`}
            readOnly={fixed}
            required
            type="email"
            withAsterisk={false}
            {...form.getInputProps("email")}
          />
          <PasswordInput
            autoComplete="new-password"
            description={t`At least ${SHORTEST_PASSWORD} characters`}
            key={form.key("password")}
            label={t`Choose a password`}
            required
            visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
            withAsterisk={false}
            {...form.getInputProps("password")}
          />
          <ProblemAlert error={join.error} />
          <Button loading={join.isPending} type="submit">
            <Trans>Come in</Trans>
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
