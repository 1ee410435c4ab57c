import { Trans, useLingui } from "@lingui/react/macro";
import { Badge, Button, Group, Stack, Text, TextInput, Title } from "@mantine/core";
import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import {
  complaintsAddComplaintNumber,
  complaintsConfirmComplaintNumber,
  complaintsDismissComplaintNumber,
} from "@/shared/api/generated/complaints";
import type { ComplaintNumberOut, ComplaintOut } from "@/shared/api/generated/model";
import { dateTime } from "@/shared/time/format";
import { word } from "@/shared/trade/words";
import { TextLink } from "@/shared/ui/link-button";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { ReasonModal } from "@/shared/ui/reason-modal";
import { useDeed } from "./deed";
import { STANDINGS } from "./kinds";
import { renewComplaints } from "./renew";

/** The numbers of a case: each with what became of it, to be confirmed or dismissed; another may be added. */
export function Numbers({ complaint, handles }: { complaint: ComplaintOut; handles: boolean }) {
  const { t } = useLingui();
  const [typed, setTyped] = useState("");
  const queries = useQueryClient();
  const add = useMutation({
    mutationFn: () => complaintsAddComplaintNumber(complaint.id, { number: typed.trim(), every_seller: false }),
    onSuccess: () => {
      setTyped("");
      return renewComplaints(queries);
    },
  });
  return (
    <Stack className="surface" gap="sm" p="md">
      <Title order={2}>
        <Trans>Numbers</Trans>
      </Title>
      {complaint.case_numbers.map((one) => (
        <OneNumber complaint={complaint} handles={handles} key={one.id} number={one} />
      ))}
      {handles ? (
        <form
          onSubmit={(event) => {
            event.preventDefault();
            add.mutate();
          }}
        >
          <Group align="flex-end">
            <TextInput
              label={t`Another number`}
              onChange={(event) => setTyped(event.currentTarget.value)}
              placeholder="+1 212 555 0123"
              value={typed}
            />
            <Button disabled={!typed.trim()} loading={add.isPending} type="submit" variant="default">
              <Trans>Add and stop it</Trans>
            </Button>
          </Group>
        </form>
      ) : null}
      <ProblemAlert error={add.error} />
    </Stack>
  );
}

interface NumberProps {
  complaint: ComplaintOut;
  number: ComplaintNumberOut;
  handles: boolean;
}

function OneNumber({ complaint, number: one, handles }: NumberProps) {
  const { t } = useLingui();
  const [dismissing, setDismissing] = useState(false);
  const queries = useQueryClient();
  const confirm = useDeed(() => complaintsConfirmComplaintNumber(complaint.id, one.id, { every_seller: false }));
  return (
    <Stack gap={4}>
      <Group gap="xs">
        <TextLink search={{ view: "number", number: one.e164 }} to="/complaints">
          <span className="tabular">{one.e164}</span>
        </TextLink>
        <Badge color={one.standing === "proposed" ? "amber" : "gray"} maw="none" variant="light">
          {word(STANDINGS, one.standing)}
        </Badge>
        {one.stopped_at ? (
          <Badge color="leaf" maw="none" variant="light">
            <Trans>not called since {dateTime(one.stopped_at)}</Trans>
          </Badge>
        ) : null}
        {one.called ? null : (
          <Text c="dimmed" size="sm">
            <Trans>never called by us</Trans>
          </Text>
        )}
      </Group>
      {one.raw ? (
        <Text c="dimmed" size="xs">
          <Trans>in the mail: “{one.raw}”</Trans>
        </Text>
      ) : null}
      {one.receipts.length > 0 ? (
        <Text c="dimmed" className="tabular" size="xs">
          <Trans>Receipt: {one.receipts.map((each) => each.receipt).join(", ")}</Trans>
        </Text>
      ) : null}
      {one.reason ? (
        <Text c="dimmed" size="xs">
          {one.reason}
        </Text>
      ) : null}
      {handles && one.standing !== "confirmed" ? (
        <Group gap="xs">
          <Button loading={confirm.isPending} onClick={() => confirm.mutate()} size="compact-sm">
            <Trans>This one was called</Trans> <span className="visually-hidden">{one.e164}</span>
          </Button>
          {one.standing === "proposed" ? (
            <Button onClick={() => setDismissing(true)} size="compact-sm" variant="default">
              <Trans>Somebody else's</Trans> <span className="visually-hidden">{one.e164}</span>
            </Button>
          ) : null}
        </Group>
      ) : null}
      <ProblemAlert error={confirm.error} />
      <ReasonModal
        deed={t`Somebody else's`}
        label={t`Why`}
        note={t`What was stopped stays so until two people lift it.`}
        onClose={() => setDismissing(false)}
        onDeed={async (reason) => {
          await complaintsDismissComplaintNumber(complaint.id, one.id, { reason });
          await renewComplaints(queries);
        }}
        opened={dismissing}
        required
        title={one.e164}
      />
    </Stack>
  );
}
