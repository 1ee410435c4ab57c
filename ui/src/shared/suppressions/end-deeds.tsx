import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Stack } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  consentsAskUnsuppress,
  consentsConfirmUnsuppress,
  consentsRefuseUnsuppress,
} from "@/shared/api/generated/consents";
import { useMe } from "@/shared/session/session";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { renewSuppressions } from "./suppress-form";

interface EndDeedsProps {
  suppression: { id: string; e164: string; ended_at: string | null; end_asked_by: string | null; end_reason: string };
}

/** What this person may do about a suppression's end: ask with a reason; a second one confirms or refuses. */
export function EndDeeds({ suppression }: EndDeedsProps) {
  const { t } = useLingui();
  const me = useMe();
  const queries = useQueryClient();
  const [asking, setAsking] = useState(false);
  const done = () => renewSuppressions(queries);
  const confirm = useMutation({ mutationFn: () => consentsConfirmUnsuppress(suppression.id), onSettled: done });
  const refuse = useMutation({ mutationFn: () => consentsRefuseUnsuppress(suppression.id), onSettled: done });
  if (suppression.ended_at) return null;
  const may = (verb: (typeof me.verbs)[number]) => me.verbs.includes(verb);
  const number = suppression.e164;
  if (!suppression.end_asked_by) {
    return may("ask_unsuppress") ? (
      <>
        <Button
          aria-label={t`Ask to lift it for ${number}`}
          onClick={() => setAsking(true)}
          size="compact-sm"
          variant="default"
        >
          <Trans>Ask to lift it</Trans>
        </Button>
        <ReasonModal
          deed={t`Ask to lift it`}
          note={<Trans>Nothing changes until a second person, a compliance officer, has agreed.</Trans>}
          onClose={() => setAsking(false)}
          onDeed={(reason) => consentsAskUnsuppress(suppression.id, { reason }).finally(done)}
          opened={asking}
          required
          title={t`Ask to call ${number} again`}
        />
      </>
    ) : null;
  }
  const mine = suppression.end_asked_by === me.id;
  return (
    <Stack align="flex-end" gap={4}>
      <Group gap={6} wrap="nowrap">
        {!mine && may("confirm_unsuppress") ? (
          <Button
            aria-label={t`Lift it for ${number}`}
            loading={confirm.isPending}
            onClick={() => confirm.mutate()}
            size="compact-sm"
          >
            <Trans>Lift it</Trans>
          </Button>
        ) : null}
        {mine || may("confirm_unsuppress") ? (
          <Button
            aria-label={mine ? t`Take the request back for ${number}` : t`Refuse for ${number}`}
            loading={refuse.isPending}
            onClick={() => refuse.mutate()}
            size="compact-sm"
            variant="default"
          >
            {mine ? t`Take back` : t`Refuse`}
          </Button>
        ) : null}
      </Group>
      <ProblemAlert error={confirm.error ?? refuse.error} />
    </Stack>
  );
}
