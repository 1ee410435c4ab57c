import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, PasswordInput, Stack, TextInput } from "@mantine/core";
import { useForm } from "@mantine/form";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate, useSearch } from "@tanstack/react-router";
import { useEffect } from "react";
import { Problem } from "@/shared/api/problem";
import { askForCookie, meQuery, signIn } from "@/shared/session/session";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { Door } from "./door";

export function SignInPage() {
  const { t } = useLingui();
  const navigate = useNavigate();
  const queries = useQueryClient();
  const search = useSearch({ from: "/sign-in" });
  const form = useForm({ mode: "uncontrolled", initialValues: { email: "", password: "" } });

  useEffect(() => {
    void askForCookie();
  }, []);

  const enter = useMutation({
    mutationFn: ({ email, password }: { email: string; password: string }) => signIn(email.trim(), password),
    onSuccess: async () => {
      await queries.fetchQuery({ ...meQuery, staleTime: 0 });
      await navigate({ to: search.to ?? "/", replace: true });
    },
  });

  const wrong = enter.error instanceof Problem && enter.error.status === 400;
  const throttled =
    enter.error instanceof Problem && (enter.error.status === 429 || enter.error.code === "too_many_login_attempts");

  return (
    <Door title={t`Sign in`}>
      {search.reason === "ended" && !enter.error ? (
        <Alert color="amber" role="status" variant="light">
          <Trans>You were signed out: the session ended, or an administrator closed it.</Trans>
        </Alert>
      ) : null}
      <form onSubmit={form.onSubmit((values) => enter.mutate(values))}>
        <Stack>
          <TextInput
            autoComplete="username"
            autoFocus
            inputMode="email"
            key={form.key("email")}
            label={t`E-mail`}
            required
            type="email"
            withAsterisk={false}
            {...form.getInputProps("email")}
          />
          <PasswordInput
            autoComplete="current-password"
            key={form.key("password")}
            label={t`Password`}
            required
            visibilityToggleButtonProps={{ "aria-label": t`Show the password` }}
            withAsterisk={false}
            {...form.getInputProps("password")}
          />
          {throttled ? (
            <Alert color="amber" role="alert" variant="light">
              <Trans>Too many tries. Wait a few minutes, then try again.</Trans>
            </Alert>
          ) : wrong ? (
            <Alert color="brick" role="alert" variant="light">
              <Trans>E-mail and password don't match. Try again, or ask an administrator for a new link.</Trans>
            </Alert>
          ) : (
            <ProblemAlert error={enter.error} />
          )}
          <Button loading={enter.isPending} type="submit">
            <Trans>Sign in</Trans>
          </Button>
        </Stack>
      </form>
    </Door>
  );
}
