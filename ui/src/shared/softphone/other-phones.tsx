import { Trans, useLingui } from "@lingui/react/macro";
import { Alert, Button, Code, CopyButton, Group, Select, Stack, Text } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import { getLinesOwnNumbersQueryOptions } from "@/shared/api/generated/lines";
import type { PhoneMade, PhoneOut } from "@/shared/api/generated/model";
import { phoneWords } from "@/shared/trade/phone";
import { NamedValues } from "@/shared/ui/named-values";
import { ProblemAlert } from "@/shared/ui/problem-alert";
import { OwnNumberForm } from "./own-number-form";
import type { OwnPhone } from "./own-phone";

/** An ordinary SIP phone: what to enter into it, told once. */
export function SipPhone({ phone, own }: { phone: PhoneOut; own: OwnPhone }) {
  const { t } = useLingui();
  const told = own.made?.kind === "sip" ? own.made : null;
  return (
    <Stack gap="sm">
      {told ? <Told made={told} /> : null}
      {!told && phone.kind === "sip" ? (
        <Text size="sm">
          <Trans>The password was told when it was made, and is kept nowhere. If it is lost, make a new one.</Trans>
        </Text>
      ) : null}
      <Button loading={own.isPending} onClick={() => own.make({ kind: "sip" })} variant={told ? "default" : "filled"}>
        {phone.kind === "sip" ? t`Make a new password` : t`Use a SIP phone`}
      </Button>
    </Stack>
  );
}

function Told({ made }: { made: PhoneMade }) {
  const { t } = useLingui();
  return (
    <>
      <Alert color="amber" p="xs" variant="light">
        <Trans>Enter this into your phone now; it is shown this once and ends when you sign out.</Trans>
      </Alert>
      <NamedValues
        label={t`SIP phone`}
        lines={[
          [t`Server`, `${made.host}:${made.port}`],
          [t`User name`, made.user],
          [t`Realm`, made.realm],
          [
            t`Password`,
            <Group gap={6} key="password" wrap="nowrap">
              <Code style={{ overflowWrap: "anywhere" }}>{made.password}</Code>
              <CopyButton value={made.password}>
                {({ copied, copy }) => (
                  <Button onClick={copy} size="compact-xs" variant="default">
                    {copied ? t`Copied` : t`Copy`}
                  </Button>
                )}
              </CopyButton>
            </Group>,
          ],
        ]}
      />
    </>
  );
}

/** A telephone at home: we call it, and it stays on the line between calls. */
export function NumberPhone({ phone, own }: { phone: PhoneOut; own: OwnPhone }) {
  const { t } = useLingui();
  const numbers = useQuery(getLinesOwnNumbersQueryOptions());
  const mine = (numbers.data ?? []).filter((one) => one.mine);
  const ready = mine.filter((one) => one.approved_at !== null);
  const [chosen, setChosen] = useState<string | null>(null);
  const [adding, setAdding] = useState(false);
  const id = chosen ?? ready[0]?.id ?? null;
  if (adding) return <OwnNumberForm onClose={() => setAdding(false)} />;
  return (
    <Stack gap="sm">
      <ProblemAlert error={numbers.error} />
      {phone.kind === "number" ? (
        <Text size="sm">
          <Trans>You speak over {phoneWords(phone.number ?? "")}. It stays on the line between calls.</Trans>
        </Text>
      ) : null}
      {ready.length > 0 ? (
        <Select
          allowDeselect={false}
          comboboxProps={{ withinPortal: false }}
          data={ready.map((one) => ({ value: one.id, label: phoneWords(one.e164) }))}
          label={t`My telephone`}
          onChange={setChosen}
          value={id}
        />
      ) : (
        <Text c="dimmed" size="sm">
          {mine.length > 0 ? (
            <Trans>Your number waits for a second person to approve it.</Trans>
          ) : (
            <Trans>Enter your number first. A second person approves it before it is called.</Trans>
          )}
        </Text>
      )}
      <Group gap="xs">
        <Button
          disabled={id === null}
          loading={own.isPending}
          onClick={() => own.make({ kind: "number", own_number: id })}
        >
          <Trans>Call me there</Trans>
        </Button>
        <Button onClick={() => setAdding(true)} variant="default">
          <Trans>Add my number</Trans>
        </Button>
      </Group>
    </Stack>
  );
}
