import { Trans, useLingui } from "@lingui/react/macro";
import { Button, Group, Modal, Stack, Text, Textarea } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { RightsRequestOut } from "@/shared/api/generated/model";
import {
  getRightsRightsRequestsQueryKey,
  rightsDecideRightsRequest,
  rightsExtendRightsRequest,
  rightsProveRightsRequest,
} from "@/shared/api/generated/rights";
import { fullDate } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { KINDS } from "./kinds";

interface DecideProps {
  request: RightsRequestOut | null;
  onClose: () => void;
}

/** Grant or refuse one request; note a proof; take the longer time. Each with its reason, which stands in the audit. */
export function Decide({ request, onClose }: DecideProps) {
  const { t } = useLingui();
  return (
    <Modal
      closeButtonProps={{ "aria-label": t`Close` }}
      onClose={onClose}
      opened={request !== null}
      title={request ? word(KINDS, request.kind) : ""}
    >
      {request ? <Form key={request.id} onClose={onClose} request={request} /> : null}
    </Modal>
  );
}

type Deed = "grant" | "refuse" | "prove" | "extend";

function Form({ request, onClose }: { request: RightsRequestOut; onClose: () => void }) {
  const { t } = useLingui();
  const queries = useQueryClient();
  const [reason, setReason] = useState("");
  const [answer, setAnswer] = useState("");
  const act = useMutation({
    mutationFn: (deed: Deed) =>
      deed === "prove"
        ? rightsProveRightsRequest(request.id, { reason })
        : deed === "extend"
          ? rightsExtendRightsRequest(request.id, { reason })
          : rightsDecideRightsRequest(request.id, { grant: deed === "grant", reason, answer }),
    onSuccess: () => {
      void queries.invalidateQueries({ queryKey: getRightsRightsRequestsQueryKey() });
      onClose();
    },
  });
  const wantsProof = !request.proven && ["access", "erasure"].includes(request.kind);
  const silent = !reason.trim();
  return (
    <Stack>
      <Text className="tabular">{request.number}</Text>
      {request.said ? <Text size="sm">“{request.said}”</Text> : null}
      <Text c="dimmed" size="sm">
        <Trans>
          Answer by {fullDate(request.due_at)}: {request.citation}
        </Trans>
      </Text>
      <Textarea
        autosize
        data-autofocus
        label={t`Reason`}
        minRows={2}
        onChange={(event) => setReason(event.currentTarget.value)}
        required
        value={reason}
      />
      <Textarea
        autosize
        label={t`Answer to the person`}
        minRows={2}
        onChange={(event) => setAnswer(event.currentTarget.value)}
        value={answer}
      />
      {wantsProof ? (
        <Text c="dimmed" size="sm">
          <Trans>First note as the reason how they proved that the number is theirs.</Trans>
        </Text>
      ) : null}
      <ProblemAlert error={act.error} />
      <Group justify="flex-end">
        {request.may_extend ? (
          <Button disabled={silent} onClick={() => act.mutate("extend")} variant="subtle">
            <Trans>Take more time</Trans>
          </Button>
        ) : null}
        <Button color="brick" disabled={silent} onClick={() => act.mutate("refuse")} variant="light">
          <Trans>Refuse</Trans>
        </Button>
        {wantsProof ? (
          <Button disabled={silent} onClick={() => act.mutate("prove")}>
            <Trans>It is theirs</Trans>
          </Button>
        ) : (
          <Button disabled={silent} loading={act.isPending} onClick={() => act.mutate("grant")}>
            <Trans>Grant</Trans>
          </Button>
        )}
      </Group>
    </Stack>
  );
}
