import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Code, CopyButton, Group, Modal, Select, Stack, Text } from "@mantine/core";
import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  consentsLedgerEndCheckKey,
  consentsLedgerIssueCheckKey,
  getConsentsLedgerCheckKeysQueryOptions,
} from "@/shared/api/generated/consents";
import type { AgencyOut, NewCheckKeyOut, SellerOut } from "@/shared/api/generated/model";
import { useMay } from "@/shared/session/session";
import { dateTime, number } from "@/shared/time/format";
import { ProblemAlert } from "@/shared/ui/problem-alert";

/** Keys with which an agency asks, by tokens, which of its numbers a seller has suppressed. */
export function CheckKeys({ agency, sellers }: { agency: AgencyOut; sellers: readonly SellerOut[] }) {
  const { t } = useLingui();
  const sees = useMay("see_consents");
  const edits = useMay("edit_sellers");
  const queries = useQueryClient();
  const options = getConsentsLedgerCheckKeysQueryOptions({ agency: agency.id });
  const keys = useQuery({ ...options, enabled: sees });
  const [seller, setSeller] = useState<string | null>(sellers[0]?.id ?? null);
  const [made, setMade] = useState<NewCheckKeyOut | null>(null);
  const renew = () => queries.invalidateQueries({ queryKey: options.queryKey });
  const issue = useMutation({
    mutationFn: () => consentsLedgerIssueCheckKey({ agency: agency.id, seller: seller ?? "" }),
    onSuccess: async (key) => {
      setMade(key);
      await renew();
    },
  });
  const end = useMutation({ mutationFn: (id: string) => consentsLedgerEndCheckKey(id), onSuccess: renew });
  if (!sees) return null;
  return (
    <Stack gap="xs">
      <Group justify="space-between">
        <Text fw={600} size="sm">
          <Trans>Suppression checks</Trans>
        </Text>
        {edits && agency.ended_at === null ? (
          <Group gap="xs">
            <Select
              allowDeselect={false}
              aria-label={t`Seller`}
              data={sellers.map((one) => ({ value: one.id, label: one.name }))}
              onChange={setSeller}
              size="xs"
              value={seller}
            />
            <Button
              disabled={!seller}
              loading={issue.isPending}
              onClick={() => issue.mutate()}
              size="compact-sm"
              variant="default"
            >
              <Trans>Issue a key</Trans>
            </Button>
          </Group>
        ) : null}
      </Group>
      <ProblemAlert error={keys.error ?? issue.error ?? end.error} />
      {keys.data?.length === 0 ? (
        <Text c="dimmed" size="sm">
          <Trans>No key yet: this agency cannot ask which of its numbers must not be called.</Trans>
        </Text>
      ) : null}
      {(keys.data ?? []).map((key) => (
        <Group gap="xs" justify="space-between" key={key.id}>
          <Text size="sm">
            {key.seller_name} · {dateTime(key.created_at)} ·{" "}
            <Trans>
              {number(key.asked)} numbers asked, {number(key.found)} suppressed
            </Trans>
            {key.ended_at ? (
              <>
                {" "}
                · <Trans>ended {dateTime(key.ended_at)}</Trans>
              </>
            ) : null}
          </Text>
          {edits && key.ended_at === null ? (
            <Button loading={end.isPending} onClick={() => end.mutate(key.id)} size="compact-xs" variant="default">
              <Trans>End</Trans> <span className="visually-hidden">{key.seller_name}</span>
            </Button>
          ) : null}
        </Group>
      ))}
      <Modal
        closeButtonProps={{ "aria-label": t`Close` }}
        onClose={() => setMade(null)}
        opened={made !== null}
        size="lg"
        title={t`A key for ${agency.name}`}
      >
        {made ? <Secret made={made} /> : null}
      </Modal>
    </Stack>
  );
}

function Secret({ made }: { made: NewCheckKeyOut }) {
  const text = JSON.stringify(
    { address: `/api/suppression-checks/${made.tenant}`, key: made.id, secret: made.secret },
    null,
    2,
  );
  return (
    <Stack>
      <Text size="sm">
        <Trans>Hand this to the agency. The secret is shown this once and never again.</Trans>
      </Text>
      <Code block>{text}</Code>
      <Group justify="flex-end">
        <CopyButton value={text}>
          {({ copied, copy }) => <Button onClick={copy}>{copied ? <Trans>Copied</Trans> : <Trans>Copy</Trans>}</Button>}
        </CopyButton>
      </Group>
    </Stack>
  );
}
